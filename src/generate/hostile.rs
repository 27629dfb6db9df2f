//! Graphs that cost careless algorithms quadratic time, deep recursion, or too much memory.

use super::classes::{ClassNo, Classes, Jdk};
use super::random::Permutation;
use super::{Counts, Options, Order, Shape, Summary, TIMESTAMP, address_range, invalid};
use crate::hprof::writer::HprofWriter;
use crate::hprof::{GcRoot, ObjectId, RootKind, StackTraceSerial};
use hashbrown::HashMap;
use std::io::{Result, Write};

/// Objects on each side of a complete bipartite block.
const SIDE: u64 = 32;

/// The objects of a hostile graph, which all have one size but for two kinds.
struct Graph<'a> {
    classes: &'a Classes,
    jdk: Jdk,
    node: ClassNo,
    shape: Shape,
    /// Number of objects besides class objects.
    count: u64,
    /// Address of the first object.
    base: u64,
    /// Distance of two objects.
    stride: u64,
    permutation: Option<Permutation>,
}

pub(super) fn generate<W: Write>(out: W, options: &Options) -> Result<(W, Summary)> {
    let mut classes = Classes::new(options.ids);
    let jdk = Jdk::new(&mut classes);
    let node = classes.class("hostile.Node", "java.lang.Object", "next other value:I");
    let holder = classes.class("hostile.Holder", "java.lang.Object", "");
    classes.declare_static(holder, "head");
    let (start, end) = address_range(options.ids);
    let base = classes.place_mirrors(start).next_multiple_of(1 << 20);
    let mut count = options.objects.saturating_sub(classes.list.len() as u64).max(2);
    if options.shape == Shape::Bipartite {
        count = count.next_multiple_of(2 * SIDE);
    }
    let layout = classes.layout;
    let widest = match options.shape {
        Shape::Bipartite => layout.array_size(crate::hprof::BasicType::Object, SIDE),
        _ => classes.of(node).size,
    };
    let permutation =
        (options.order == Order::Traversal).then(|| Permutation::new(count, options.seed));
    let graph = Graph {
        jdk,
        node,
        shape: options.shape,
        count,
        base,
        stride: widest,
        permutation,
        classes: &classes,
    };
    if graph.address(0).max(base + count * widest + graph.array_bytes()) >= end {
        return Err(invalid("so many objects do not fit identifiers of this size"));
    }
    let mut writer = HprofWriter::new(out, "JAVA PROFILE 1.0.2", options.ids, TIMESTAMP)?;
    classes.write_names(&mut writer)?;
    writer.stack_trace(StackTraceSerial(1), crate::hprof::ThreadSerial(0), &[])?;
    let head = HashMap::from([(holder.0, graph.head())]);
    classes.write_dumps(&mut writer, &[], &head)?;
    let counts = graph.write(&mut writer)?;
    for class in &classes.list {
        writer.root(&GcRoot {
            kind: RootKind::StickyClass,
            object: class.id,
            thread: None,
            frame: None,
            trace: None,
        })?;
    }
    writer.end_heap()?;
    let summary = Summary {
        objects: counts.objects + classes.list.len() as u64,
        references: counts.references,
        leaves: counts.leaves,
        heap_bytes: counts.bytes + classes.mirror_bytes(),
        dump_bytes: writer.written(),
        leak: None,
    };
    Ok((writer.finish()?, summary))
}

impl Graph<'_> {
    fn address(&self, number: u64) -> u64 {
        let place = self.permutation.as_ref().map_or(number, |p| p.of(number));
        self.base + place * self.stride
    }

    fn id(&self, number: u64) -> ObjectId {
        if number >= self.count {
            return ObjectId(0);
        }
        // The array of all comes behind everything: it alone has another size.
        if self.shape == Shape::Array && number == 0 {
            return ObjectId(self.base + self.count * self.stride);
        }
        ObjectId(self.address(number))
    }

    fn array_bytes(&self) -> u64 {
        match self.shape {
            Shape::Array => self.count * 8 + 32,
            _ => 0,
        }
    }

    /// The object that a static field refers to.
    fn head(&self) -> ObjectId {
        match self.shape {
            Shape::ListBackwards | Shape::DeadList => self.id(self.count - 1),
            _ => self.id(0),
        }
    }

    /// What object `number` refers to, where all have two references.
    fn targets(&self, number: u64) -> [u64; 2] {
        let none = u64::MAX;
        let last = self.count - 1;
        match self.shape {
            Shape::ListBackwards => [number.wrapping_sub(1), none],
            Shape::DoubleList => [number + 1, number.wrapping_sub(1)],
            Shape::SharedLeaf if number < last => [number + 1, last],
            Shape::SharedLeaf | Shape::Array => [none, none],
            Shape::Ladder => [number + 1 + number % 2, number + 2 + number % 2],
            // The last one is live.
            Shape::DeadList if number + 1 >= last => [none, none],
            _ => [number + 1, none],
        }
    }

    fn write<W: Write>(&self, writer: &mut HprofWriter<W>) -> Result<Counts> {
        let mut counts = Counts::default();
        let array_last = self.shape == Shape::Array;
        for number in u64::from(array_last)..self.count {
            if self.shape == Shape::Bipartite && number % (2 * SIDE) < SIDE {
                self.write_left(number, writer, &mut counts)?;
            } else if self.shape == Shape::Bipartite {
                let block = number - number % (2 * SIDE);
                let targets = [block + 2 * SIDE, number - SIDE];
                self.write_node(number, targets, writer, &mut counts)?;
            } else {
                self.write_node(number, self.targets(number), writer, &mut counts)?;
            }
        }
        if array_last {
            self.write_array(self.id(0), 1..self.count, writer, &mut counts)?;
        }
        Ok(counts)
    }

    /// An object that refers to all on the right side of its block.
    fn write_left<W: Write>(
        &self,
        number: u64,
        writer: &mut HprofWriter<W>,
        counts: &mut Counts,
    ) -> Result<()> {
        let right = number - number % (2 * SIDE) + SIDE;
        self.write_array(self.id(number), right..right + SIDE, writer, counts)
    }

    fn write_array<W: Write>(
        &self,
        id: ObjectId,
        elements: core::ops::Range<u64>,
        writer: &mut HprofWriter<W>,
        counts: &mut Counts,
    ) -> Result<()> {
        let length = elements.end - elements.start;
        counts.objects += 1;
        counts.references += length;
        counts.bytes += self.classes.layout.array_size(crate::hprof::BasicType::Object, length);
        let class = self.classes.of(self.jdk.arrays.objects).id;
        let length = u32::try_from(length).map_err(|_| invalid("too long for an array"))?;
        let elements = elements.map(|element| self.id(element));
        writer.object_array_streamed(id, StackTraceSerial(1), class, length, elements)
    }

    fn write_node<W: Write>(
        &self,
        number: u64,
        targets: [u64; 2],
        writer: &mut HprofWriter<W>,
        counts: &mut Counts,
    ) -> Result<()> {
        let ids = targets.map(|target| self.id(target));
        let followed = ids.iter().filter(|id| id.0 != 0).count() as u64;
        counts.objects += 1;
        counts.references += followed;
        counts.leaves += u64::from(followed == 0);
        counts.bytes += self.classes.of(self.node).size;
        let mut data = [0; 20];
        let width = usize::from(self.classes.width(crate::hprof::BasicType::Object));
        data[..width].copy_from_slice(&ids[0].0.to_be_bytes()[8 - width..]);
        data[width..2 * width].copy_from_slice(&ids[1].0.to_be_bytes()[8 - width..]);
        let low = number.to_be_bytes();
        data[2 * width..2 * width + 4].copy_from_slice(&low[4..]);
        let class = self.classes.of(self.node).id;
        writer.instance(self.id(number), StackTraceSerial(1), class, &data[..2 * width + 4])
    }
}

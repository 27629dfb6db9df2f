//! A heap as servers have them, with a leak.
//!
//! It consists of parts of 128 KiB. Each begins with a node of a map that holds it, at an address
//! that follows from its number, and is filled with collections and data objects. Parts refer to
//! themselves, to what is shared at the beginning of the heap, and to the part before them.

use super::classes::{Application, CACHES, Classes, Jdk, LEAK_HOLDER};
use super::front::Front;
use super::plan::{Plan, SLOT, Scattered, Space, Target};
use super::random::{Permutation, Random};
use super::shapes::Shapes;
use super::{Counts, Leak, Options, Order, Summary, TIMESTAMP, address_range, invalid};
use crate::hprof::writer::HprofWriter;
use crate::hprof::{
    FrameId, GcRoot, ObjectId, RootKind, StackFrame, StackTraceSerial, ThreadSerial,
};
use std::io::{Result, Write};

/// Bytes of a part.
const PART: u64 = 128 << 10;
const SLOTS: u64 = PART / SLOT;
/// Bytes for large objects of a part whose objects are scattered.
const LARGE: u64 = 32 << 10;
/// Parts that tell how many objects a part has.
const SAMPLES: u64 = 8;
/// Buckets of a part's map.
const BUCKETS: u32 = 64;
/// Frames of each thread's stack.
const FRAMES: u32 = 12;

/// How many parts there are and who holds which.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parts {
    pub(super) count: u64,
    leak_percent: u64,
    /// Number of shared objects, without what they hold.
    pub(super) shared: u32,
}

impl Parts {
    fn new(options: &Options, count: u64) -> Self {
        let shared = u32::try_from(options.objects / 100).unwrap_or(u32::MAX).clamp(100, 20_000);
        Self { count, leak_percent: options.leak_percent.into(), shared }
    }

    /// Leaked parts before this one.
    fn leaked_before(&self, part: u64) -> u64 {
        part * self.leak_percent / 100
    }

    fn is_leaked(&self, part: u64) -> bool {
        self.leaked_before(part + 1) > self.leaked_before(part)
    }

    /// The cache that holds a part; the number after the last one is the leak.
    pub(super) fn holder(&self, part: u64) -> usize {
        if self.is_leaked(part) {
            return CACHES;
        }
        let among_caches = part - self.leaked_before(part);
        usize::try_from(among_caches % CACHES as u64).unwrap_or(0)
    }

    /// Parts of a holder.
    pub(super) fn held_by(&self, holder: usize) -> u32 {
        let leaked = self.leaked_before(self.count);
        let number = if holder == CACHES {
            leaked
        } else {
            (self.count - leaked + (CACHES - 1 - holder) as u64) / CACHES as u64
        };
        u32::try_from(number).unwrap_or(u32::MAX)
    }

    /// The last part before `part` that is in a cache.
    fn cached_before(&self, part: u64) -> Option<u64> {
        (0..part).rev().find(|&other| !self.is_leaked(other))
    }
}

/// Where parts are.
#[derive(Clone, Copy, Debug)]
struct Places {
    base: u64,
    parts: u64,
    slots: Option<Permutation>,
}

impl Places {
    fn new(options: &Options, base: u64, parts: u64) -> Self {
        let slots = (options.order == Order::Traversal)
            .then(|| Permutation::new(parts * SLOTS, options.seed));
        Self { base, parts, slots }
    }

    fn end(&self) -> u64 {
        self.base + self.parts * (PART + if self.slots.is_some() { LARGE } else { 0 })
    }

    /// Address of the first object of a part.
    fn start(&self, part: u64) -> u64 {
        match &self.slots {
            Some(slots) => self.base + slots.of(part * SLOTS) * SLOT,
            None => self.base + part * PART,
        }
    }

    fn space(&self, part: u64) -> Space {
        let Some(slots) = self.slots else {
            let next = self.start(part);
            return Space::Linear { next, end: next + PART };
        };
        let large = self.base + self.parts * PART + part * LARGE;
        Space::Scattered(Scattered {
            slots,
            base: self.base,
            slot: (part * SLOTS, (part + 1) * SLOTS),
            piece: (0, 0),
            large: (large, large + LARGE),
        })
    }
}

pub(super) fn generate<W: Write>(out: W, options: &Options) -> Result<(W, Summary)> {
    let mut classes = Classes::new(options.ids);
    let jdk = Jdk::new(&mut classes);
    let count = u32::try_from(options.objects / 400).unwrap_or(u32::MAX).clamp(40, 2400);
    let application = Application::new(&mut classes, count, options.seed);
    application.declare_statics(&mut classes);
    let (start, limit) = address_range(options.ids);
    let front_start = classes.place_mirrors(start);
    let heap = Mixed { options, classes: &classes, jdk, application: &application };
    let parts = Parts::new(options, heap.parts_needed(front_start));
    let mut front = heap.front(front_start, &parts);
    let places = Places::new(options, front.plan.end().next_multiple_of(1 << 20), parts.count);
    if places.end() > limit {
        return Err(invalid("so many objects do not fit identifiers of this size"));
    }
    front.link(&parts, |part| ObjectId(places.start(part)));
    let mut writer = HprofWriter::new(out, "JAVA PROFILE 1.0.2", options.ids, TIMESTAMP)?;
    let summary = heap.write(&mut writer, &front, &parts, &places)?;
    Ok((writer.finish()?, summary))
}

struct Mixed<'a> {
    options: &'a Options,
    classes: &'a Classes,
    jdk: Jdk,
    application: &'a Application,
}

impl Mixed<'_> {
    fn front(&self, start: u64, parts: &Parts) -> Front<'_> {
        let space = Space::Linear { next: start, end: u64::MAX };
        Front::new(self.classes, self.jdk, self.application, space, parts, self.options.seed)
    }

    /// Number of parts that gives about as many objects as wanted.
    fn parts_needed(&self, front_start: u64) -> u64 {
        let few = Parts::new(self.options, SAMPLES);
        let front = self.front(front_start, &few);
        let places = Places::new(self.options, 1 << 30, SAMPLES);
        let mut plan = Plan::new(self.classes);
        let mut shapes = Shapes::new(self.jdk, self.application, &[]);
        let sum: u64 = (0..SAMPLES)
            .map(|part| {
                self.plan_part(part, &few, &places, &mut plan, &mut shapes);
                plan.len() as u64
            })
            .sum();
        let before = (front.plan.len() + self.classes.list.len()) as u64;
        let wanted = self.options.objects.saturating_sub(before) * SAMPLES;
        ((wanted + sum / 2) / sum.max(1)).max(4)
    }

    /// Address of a part's entry in the list of all cached parts; it follows the node.
    fn audit_of(&self, part: u64, places: &Places) -> ObjectId {
        ObjectId(places.start(part) + self.classes.of(self.jdk.concurrent_node).size)
    }

    fn plan_part(
        &self,
        part: u64,
        parts: &Parts,
        places: &Places,
        plan: &mut Plan<'_>,
        shapes: &mut Shapes<'_>,
    ) {
        plan.restart(places.space(part), Random::new(self.options.seed, part));
        shapes.restart(plan);
        let leaked = parts.is_leaked(part);
        let node = plan.instance(self.jdk.concurrent_node, 0);
        let audit = if leaked { Target::NULL } else { plan.instance(self.application.audit, 0) };
        let key = shapes.string(plan);
        plan.set(node, 0, key);
        let head_class = if leaked { self.application.session } else { self.application.segment };
        let head = plan.instance(head_class, 0);
        plan.set(node, 1, head);
        if let Some(before) = parts.cached_before(part) {
            plan.set(audit, 0, Target::elsewhere(self.audit_of(before, places)));
        }
        plan.set(audit, 1, key);
        let map = plan.instance(self.jdk.concurrent_map, BUCKETS);
        plan.set(head, 0, map);
        let name = shapes.string(plan);
        plan.set(head, 1, name);
        let table = plan.array(self.jdk.arrays.concurrent_nodes, BUCKETS);
        shapes.fill(plan, map, table, BUCKETS);
    }

    fn write<W: Write>(
        &self,
        writer: &mut HprofWriter<W>,
        front: &Front<'_>,
        parts: &Parts,
        places: &Places,
    ) -> Result<Summary> {
        let ids = |targets: &[Target]| -> Vec<ObjectId> {
            targets.iter().map(|&target| front.plan.id(target)).collect()
        };
        let (loaders, threads) = (ids(&front.loaders), ids(&front.threads));
        let caches = ids(&front.caches);
        self.classes.write_names(writer)?;
        self.write_stacks(writer, &threads)?;
        let last = parts.cached_before(parts.count);
        let last = last.map_or(ObjectId(0), |part| self.audit_of(part, places));
        let statics = front.statics(self.application, last);
        self.classes.write_dumps(writer, &loaders, &statics)?;
        let mut all = front.plan.write(writer)?;
        let leaked = self.write_parts(writer, front, parts, places, &mut all)?;
        self.write_roots(writer, &loaders, &threads, &caches)?;
        writer.end_heap()?;
        let sessions = statics.get(&self.application.registry.0).copied().unwrap_or_default();
        let own = front.leak_holder_bytes();
        Ok(Summary {
            objects: all.objects + self.classes.list.len() as u64,
            references: all.references,
            leaves: all.leaves,
            heap_bytes: all.bytes + self.classes.mirror_bytes(),
            dump_bytes: writer.written(),
            leak: (leaked.objects > 0).then(|| Leak {
                holder: format!("{}.{}", LEAK_HOLDER.0, LEAK_HOLDER.1),
                object: sessions,
                retained: leaked.bytes + own,
                elements: parts.held_by(CACHES).into(),
            }),
        })
    }

    /// Writes the parts; returns what leaked.
    fn write_parts<W: Write>(
        &self,
        writer: &mut HprofWriter<W>,
        front: &Front<'_>,
        parts: &Parts,
        places: &Places,
        all: &mut Counts,
    ) -> Result<Counts> {
        let shared: Vec<Target> =
            front.shared.iter().map(|&one| Target::elsewhere(front.plan.id(one))).collect();
        let mut shapes = Shapes::new(self.jdk, self.application, &shared);
        let mut plan = Plan::new(self.classes);
        let mut leaked = Counts::default();
        for part in 0..parts.count {
            self.plan_part(part, parts, places, &mut plan, &mut shapes);
            let counts = plan.write(writer)?;
            all.add(counts);
            if parts.is_leaked(part) {
                leaked.add(counts);
            }
        }
        Ok(leaked)
    }

    /// Frames and traces: number 1 is the empty one, then one per thread.
    fn write_stacks<W: Write>(
        &self,
        writer: &mut HprofWriter<W>,
        threads: &[ObjectId],
    ) -> Result<()> {
        writer.stack_trace(StackTraceSerial(1), ThreadSerial(0), &[])?;
        for serial in (1u32..).take(threads.len()) {
            let frames: Vec<FrameId> =
                (0..FRAMES).map(|n| FrameId((serial * FRAMES + n).into())).collect();
            for (&frame, number) in frames.iter().zip(0u32..) {
                let class = (serial * 7 + number * 3) % 200 + 1;
                writer.stack_frame(&StackFrame {
                    id: frame,
                    method: self.classes.known_name("run"),
                    signature: self.classes.known_name("()V"),
                    source: self.classes.known_name("Server.java"),
                    class: crate::hprof::ClassSerial(class),
                    line: i32::try_from(number * 17 + 20).unwrap_or(0),
                })?;
            }
            writer.stack_trace(StackTraceSerial(serial + 1), ThreadSerial(serial), &frames)?;
        }
        Ok(())
    }

    /// Classes of the boot loader, the loader of the application, threads and what they use.
    fn write_roots<W: Write>(
        &self,
        writer: &mut HprofWriter<W>,
        loaders: &[ObjectId],
        threads: &[ObjectId],
        caches: &[ObjectId],
    ) -> Result<()> {
        let root = |kind, object| GcRoot { kind, object, thread: None, frame: None, trace: None };
        for class in self.classes.list.iter().filter(|class| class.loader == 0) {
            writer.root(&root(RootKind::StickyClass, class.id))?;
        }
        for &loader in loaders.get(1..2).unwrap_or_default() {
            writer.root(&root(RootKind::JniGlobal, loader))?;
        }
        let mut locals = caches.iter().cycle();
        for (&thread, serial) in threads.iter().zip(1u32..) {
            let (number, trace) = (Some(ThreadSerial(serial)), Some(StackTraceSerial(serial + 1)));
            let of_thread = GcRoot { thread: number, ..root(RootKind::ThreadObject, thread) };
            writer.root(&GcRoot { trace, ..of_thread })?;
            for frame in [serial % FRAMES, FRAMES - 1] {
                let Some(&local) = locals.next() else { break };
                let of_frame = GcRoot { thread: number, ..root(RootKind::JavaFrame, local) };
                writer.root(&GcRoot { frame: Some(frame), ..of_frame })?;
            }
        }
        Ok(())
    }
}

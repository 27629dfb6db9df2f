//! What heaps are made of: strings, collections, boxed numbers, data transfer objects.

use super::classes::{Application, ClassNo, Jdk};
use super::plan::{Plan, Target};

/// What shapes are made from.
#[derive(Debug)]
pub(super) struct Shapes<'a> {
    pub(super) jdk: Jdk,
    pub(super) application: &'a Application,
    /// Objects that everybody may refer to: strings, numbers, products.
    pub(super) shared: &'a [Target],
    /// Classes of data transfer objects that one part of the heap uses, so that each part has its
    /// own mixture.
    pub(super) data: Vec<ClassNo>,
    /// Objects of this part that others refer to again.
    heads: Vec<Target>,
}

impl<'a> Shapes<'a> {
    pub(super) fn new(jdk: Jdk, application: &'a Application, shared: &'a [Target]) -> Self {
        Self { jdk, application, shared, data: Vec::new(), heads: Vec::new() }
    }

    /// Begins a part of the heap.
    pub(super) fn restart(&mut self, plan: &mut Plan<'_>) {
        let classes = &self.application.data;
        let count = u32::try_from(classes.len()).unwrap_or(u32::MAX);
        let some = (0..12).filter_map(|_| classes.get(plan.random.skewed(count) as usize).copied());
        self.data = some.collect();
        self.heads.clear();
    }

    /// Fills a part of the heap: a map with one entry after the other until there is no room.
    pub(super) fn fill(&mut self, plan: &mut Plan<'_>, map: Target, table: Target, buckets: u32) {
        let mut bucket = 0;
        let mut last = vec![Target::NULL; buckets as usize];
        plan.set(map, 0, table);
        while !plan.is_full() {
            plan.begin_unit();
            let node = plan.instance(self.jdk.concurrent_node, 0);
            match last.get(bucket as usize) {
                Some(&Target::NULL) | None => plan.set(table, bucket, node),
                Some(&before) => plan.set(before, 2, node),
            }
            last[bucket as usize] = node;
            bucket = (bucket + 1) % buckets;
            let key = self.string(plan);
            plan.set(node, 0, key);
            let unit = self.unit(plan);
            plan.set(node, 1, unit);
            self.heads.push(unit);
        }
    }

    /// Something of several objects.
    fn unit(&mut self, plan: &mut Plan<'_>) -> Target {
        match plan.random.below(100) {
            0..40 => self.data_object(plan, 0),
            40..62 => self.hash_map(plan, 0),
            62..78 => self.array_list(plan, 0),
            78..82 => self.linked_list(plan),
            82..86 => self.tree_map(plan),
            86..89 => self.hash_set(plan),
            89..92 => self.buffer(plan),
            92..95 => self.reference(plan),
            _ => {
                let length = plan.random.range(200, 1600);
                self.string_of(plan, length)
            }
        }
    }

    pub(super) fn string(&self, plan: &mut Plan<'_>) -> Target {
        let length = match plan.random.below(10) {
            0..5 => plan.random.range(4, 16),
            5..9 => plan.random.range(12, 48),
            _ => plan.random.range(40, 160),
        };
        self.string_of(plan, length)
    }

    pub(super) fn string_of(&self, plan: &mut Plan<'_>, length: u32) -> Target {
        let string = plan.instance(self.jdk.string, 0);
        let value = plan.array(self.jdk.arrays.bytes, length);
        plan.set(string, 0, value);
        string
    }

    fn boxed(&self, plan: &mut Plan<'_>) -> Target {
        let class = match plan.random.below(10) {
            0..4 => self.jdk.integer,
            4..8 => self.jdk.long,
            8 => self.jdk.double,
            _ => self.jdk.atomic_long,
        };
        plan.instance(class, 0)
    }

    fn shared(&self, plan: &mut Plan<'_>) -> Target {
        let count = u32::try_from(self.shared.len()).unwrap_or(u32::MAX);
        self.shared.get(plan.random.skewed(count) as usize).copied().unwrap_or(Target::NULL)
    }

    /// What a field or an element of a collection refers to.
    fn value(&mut self, plan: &mut Plan<'_>, depth: u32) -> Target {
        match plan.random.below(100) {
            0..26 => self.string(plan),
            26..37 => self.boxed(plan),
            37..62 => self.shared(plan),
            62..68 => Target::NULL,
            68..80 => plan.earlier(&self.heads),
            80..85 => self.date_time(plan),
            85..88 => {
                let class = if plan.random.percent(50) { self.jdk.uuid } else { self.jdk.decimal };
                plan.instance(class, 0)
            }
            _ if depth > 2 => Target::NULL,
            88..96 => self.data_object(plan, depth + 1),
            96..98 => self.array_list(plan, depth + 1),
            _ => self.hash_map(plan, depth + 1),
        }
    }

    fn date_time(&self, plan: &mut Plan<'_>) -> Target {
        let both = plan.instance(self.jdk.date_time, 0);
        let date = plan.instance(self.jdk.date, 0);
        plan.set(both, 0, date);
        let time = plan.instance(self.jdk.time, 0);
        plan.set(both, 1, time);
        both
    }

    fn data_class(&self, plan: &mut Plan<'_>) -> ClassNo {
        let count = u32::try_from(self.data.len()).unwrap_or(u32::MAX);
        let at = plan.random.skewed(count) as usize;
        self.data.get(at).copied().unwrap_or(self.jdk.object)
    }

    fn data_object(&mut self, plan: &mut Plan<'_>, depth: u32) -> Target {
        let class = self.data_class(plan);
        self.data_object_of(plan, class, depth)
    }

    fn data_object_of(&mut self, plan: &mut Plan<'_>, class: ClassNo, depth: u32) -> Target {
        let object = plan.instance(class, 0);
        for reference in 0..plan.classes.of(class).references {
            let value = self.value(plan, depth);
            plan.set(object, reference, value);
        }
        object
    }

    fn array_list(&mut self, plan: &mut Plan<'_>, depth: u32) -> Target {
        let count = plan.random.range(0, 14 >> depth);
        let list = plan.instance(self.jdk.array_list, count);
        if count == 0 {
            return list;
        }
        let array = plan.array(self.jdk.arrays.objects, count.max(10));
        plan.set(list, 0, array);
        let class = self.data_class(plan);
        let of_data = plan.random.percent(60);
        for element in 0..count {
            let value = match of_data {
                true => self.data_object_of(plan, class, depth + 1),
                false => self.value(plan, depth + 1),
            };
            plan.set(array, element, value);
        }
        list
    }

    fn hash_map(&mut self, plan: &mut Plan<'_>, depth: u32) -> Target {
        let linked = plan.random.percent(30);
        let count = plan.random.range(0, 12 >> depth);
        self.map_of(plan, linked, count, depth)
    }

    fn map_of(&mut self, plan: &mut Plan<'_>, linked: bool, count: u32, depth: u32) -> Target {
        let (map_class, entry_class, first) = match linked {
            true => (self.jdk.linked_map, self.jdk.linked_entry, 2),
            false => (self.jdk.hash_map, self.jdk.map_node, 0),
        };
        let map = plan.instance(map_class, count);
        if count == 0 {
            return map;
        }
        let table = plan.array(self.jdk.arrays.map_nodes, 16);
        plan.set(map, first, table);
        let mut before = Target::NULL;
        for number in 0..count {
            let entry = plan.instance(entry_class, 0);
            plan.set(table, number * 5 % 16, entry);
            if linked {
                plan.set(entry, 0, before);
                plan.set(before, 1, entry);
                plan.set(map, u32::from(number > 0), entry);
            }
            let own_key = plan.random.percent(50);
            let key = if own_key { self.string(plan) } else { self.shared(plan) };
            plan.set(entry, first, key);
            let value = self.value(plan, depth + 1);
            plan.set(entry, first + 1, value);
            before = entry;
        }
        map
    }

    fn hash_set(&mut self, plan: &mut Plan<'_>) -> Target {
        let set = plan.instance(self.jdk.hash_set, 0);
        let count = plan.random.range(1, 12);
        let map = self.map_of(plan, false, count, 3);
        plan.set(set, 0, map);
        set
    }

    fn linked_list(&mut self, plan: &mut Plan<'_>) -> Target {
        let count = plan.random.range(1, 12);
        let list = plan.instance(self.jdk.linked_list, count);
        let mut before = Target::NULL;
        for number in 0..count {
            let node = plan.instance(self.jdk.list_node, 0);
            plan.set(node, 2, before);
            plan.set(before, 1, node);
            plan.set(list, u32::from(number > 0), node);
            let value = self.value(plan, 1);
            plan.set(node, 0, value);
            before = node;
        }
        list
    }

    /// Entries in the order of a heap: the parent of entry `n` is entry `(n - 1) / 2`.
    fn tree_map(&mut self, plan: &mut Plan<'_>) -> Target {
        let count = plan.random.range(1, 15);
        let map = plan.instance(self.jdk.tree_map, count);
        let mut entries: Vec<Target> = Vec::new();
        for number in 0..count as usize {
            let entry = plan.instance(self.jdk.tree_entry, 0);
            match number.checked_sub(1).and_then(|n| entries.get(n / 2).copied()) {
                Some(parent) => {
                    plan.set(parent, if number % 2 == 1 { 2 } else { 3 }, entry);
                    plan.set(entry, 4, parent);
                }
                None => plan.set(map, 1, entry),
            }
            entries.push(entry);
            let key = self.boxed(plan);
            plan.set(entry, 0, key);
            let value = self.value(plan, 2);
            plan.set(entry, 1, value);
        }
        map
    }

    /// A buffer; a few are large.
    fn buffer(&self, plan: &mut Plan<'_>) -> Target {
        let arrays = self.jdk.arrays;
        let (class, most) = match plan.random.below(10) {
            0..6 => (arrays.bytes, 4096),
            6 | 7 => (arrays.chars, 1024),
            8 => (arrays.ints, 1024),
            _ => (arrays.longs, 512),
        };
        let length = match plan.random.below(20) {
            0 => most * 4,
            _ => plan.random.below(most / 4) + 16,
        };
        plan.array(class, length)
    }

    fn reference(&mut self, plan: &mut Plan<'_>) -> Target {
        let soft = plan.random.percent(50);
        let class = if soft { self.jdk.soft_reference } else { self.jdk.weak_reference };
        let reference = plan.instance(class, 0);
        let referent = match soft {
            true => self.data_object(plan, 2),
            false => plan.earlier(&self.heads),
        };
        plan.set(reference, 0, referent);
        reference
    }
}

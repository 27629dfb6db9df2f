//! The beginning of a mixed heap: loaders, threads, what is shared, and the collections that hold
//! everything else.

use super::classes::{Application, CACHES, Classes, Jdk, LOADERS};
use super::mixed::Parts;
use super::plan::{Plan, Space, Target};
use super::random::Random;
use super::shapes::Shapes;
use crate::hprof::ObjectId;
use hashbrown::HashMap;

/// Threads of the server.
const THREADS: u32 = 32;

/// Planned beginning of a heap.
#[derive(Debug)]
pub(super) struct Front<'a> {
    pub(super) plan: Plan<'a>,
    /// By number; the boot loader has no object.
    pub(super) loaders: Vec<Target>,
    /// What everybody may refer to.
    pub(super) shared: Vec<Target>,
    pub(super) threads: Vec<Target>,
    /// Held by one thread or another, and thus by no one else.
    pub(super) caches: Vec<Target>,
    /// Tables of the caches, then that of the leak.
    tables: Vec<Target>,
    /// The map of the leak.
    leak: Target,
    /// All that is shared, in one array.
    catalog: Target,
}

impl<'a> Front<'a> {
    /// Plans everything but what refers to the parts of the heap, whose place is not known yet.
    pub(super) fn new(
        classes: &'a Classes,
        jdk: Jdk,
        application: &Application,
        space: Space,
        parts: &Parts,
        seed: u64,
    ) -> Self {
        let mut plan = Plan::new(classes);
        plan.restart(space, Random::new(seed, 0xf407));
        let mut front = Self {
            plan,
            loaders: vec![Target::NULL],
            shared: Vec::new(),
            threads: Vec::new(),
            caches: Vec::new(),
            tables: Vec::new(),
            leak: Target::NULL,
            catalog: Target::NULL,
        };
        front.loaders(jdk);
        front.shared(jdk, application, parts.shared);
        front.holders(jdk, application, parts);
        front.threads(jdk, application);
        front
    }

    fn shapes<'b>(&self, jdk: Jdk, application: &'b Application) -> Shapes<'b> {
        Shapes::new(jdk, application, &[])
    }

    fn loaders(&mut self, jdk: Jdk) {
        let plan = &mut self.plan;
        for number in 1..=LOADERS {
            let class = if number == 1 { jdk.app_loader } else { jdk.web_loader };
            let loader = plan.instance(class, 0);
            let own: Vec<ObjectId> = {
                let classes = plan.classes.list.iter();
                classes.filter(|c| c.loader == number).map(|c| c.id).collect()
            };
            let count = u32::try_from(own.len()).unwrap_or(u32::MAX);
            let list = plan.instance(jdk.array_list, count);
            let array = plan.array(jdk.arrays.objects, count.max(10));
            plan.set(list, 0, array);
            for (&class, at) in own.iter().zip(0..) {
                plan.set(array, at, Target::elsewhere(class));
            }
            // `classes` is the last of the four fields of ClassLoader, which come after own ones.
            let last = plan.classes.of(class).references - 1;
            plan.set(loader, last, list);
            if let Some(&app) = self.loaders.get(1) {
                plan.set(loader, last - 3, app);
            }
            self.loaders.push(loader);
        }
    }

    /// Interned strings, cached numbers and products, all in one array of the catalogue.
    fn shared(&mut self, jdk: Jdk, application: &Application, count: u32) {
        let shapes = self.shapes(jdk, application);
        let plan = &mut self.plan;
        let all = plan.array(jdk.arrays.objects, count);
        self.catalog = all;
        for number in 0..count {
            let one = match number % 10 {
                0..5 => shapes.string(plan),
                5..7 => plan.instance(jdk.integer, 0),
                _ => {
                    let product = plan.instance(application.product, 0);
                    let title = shapes.string(plan);
                    plan.set(product, 0, title);
                    let category = plan.earlier(&self.shared);
                    plan.set(product, 1, category);
                    product
                }
            };
            plan.set(all, number, one);
            self.shared.push(one);
        }
    }

    /// A map per cache and one for what is leaked, with tables for all their parts.
    fn holders(&mut self, jdk: Jdk, application: &Application, parts: &Parts) {
        let shapes = self.shapes(jdk, application);
        let plan = &mut self.plan;
        for holder in 0..=CACHES {
            let count = parts.held_by(holder);
            let map = plan.instance(jdk.concurrent_map, count);
            let length = (u64::from(count) * 4 / 3 + 1).next_power_of_two().max(16);
            let length = u32::try_from(length).unwrap_or(u32::MAX);
            let table = plan.array(jdk.arrays.concurrent_nodes, length);
            plan.set(map, 0, table);
            self.tables.push(table);
            let Some(&class) = application.caches.get(holder) else {
                self.leak = map;
                continue;
            };
            let cache = plan.instance(class, 0);
            plan.set(cache, 0, map);
            let name = shapes.string(plan);
            plan.set(cache, 1, name);
            self.caches.push(cache);
        }
    }

    fn threads(&mut self, jdk: Jdk, application: &Application) {
        let mut shapes = self.shapes(jdk, application);
        let plan = &mut self.plan;
        shapes.restart(plan);
        for number in 0..THREADS {
            let thread = plan.instance(jdk.thread, 0);
            let name = shapes.string_of(plan, 24);
            plan.set(thread, 0, name);
            let loader = 2 + number as usize % (LOADERS - 1);
            plan.set(thread, 1, self.loaders[loader]);
            self.threads.push(thread);
        }
    }

    /// Enters the parts of the heap into the tables of their holders.
    pub(super) fn link(&mut self, parts: &Parts, node_of: impl Fn(u64) -> ObjectId) {
        let mut filled = vec![0; self.tables.len()];
        for part in 0..parts.count {
            let holder = parts.holder(part);
            let node = Target::elsewhere(node_of(part));
            self.plan.set(self.tables[holder], filled[holder], node);
            filled[holder] += 1;
        }
    }

    /// Shallow size of the map that holds the leak, and of its table.
    pub(super) fn leak_holder_bytes(&self) -> u64 {
        let table = self.tables.last().map_or(0, |&table| self.plan.size(table));
        self.plan.size(self.leak) + table
    }

    /// What the static fields of classes refer to, by class.
    pub(super) fn statics(
        &self,
        application: &Application,
        last_audit: ObjectId,
    ) -> HashMap<u32, ObjectId> {
        HashMap::from([
            (application.product.0, self.plan.id(self.catalog)),
            (application.registry.0, self.plan.id(self.leak)),
            (application.audit.0, last_audit),
        ])
    }
}

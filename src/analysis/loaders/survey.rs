//! All class loaders of a dump, with what their classes are and retain; worked out in steps.

use super::name::loader_name;
use crate::analysis::HeapInquiry;
use crate::analysis::finder::Finder;
use crate::error::Result;
use crate::graph::{MinRetainedByGroup, NONE, Step};
use crate::heap::totals::ClassTotals;
use crate::heap::values::Values;
use crate::heap::{ClassIndex, Heap, ObjectIndex};
use crate::hprof::{ObjectId, Value};
use hashbrown::HashMap;

/// One class loader.
#[derive(Debug)]
pub(super) struct Known {
    /// The loader object; for the boot loader the synthetic one, if there is one.
    pub(super) object: Option<ObjectIndex>,
    pub(super) name: String,
    /// Position of the parent; the boot loader is the parent of those without one.
    pub(super) parent: u32,
    /// Positions of its children, those that retain most first.
    pub(super) children: Vec<u32>,
    /// Classes that it defined, those that retain most first.
    pub(super) classes: Vec<ClassIndex>,
    pub(super) instances: u64,
    pub(super) shallow: u64,
    /// Minimum retained size of the loader, its class objects and all their instances.
    pub(super) all_retained: Option<u64>,
}

/// All class loaders: the boot loader first, the others in the order of the dump.
///
/// Takes about 150 bytes per loader and 4 per class.
#[derive(Debug, Default)]
pub struct LoaderSurvey {
    pub(super) loaders: Vec<Known>,
    by_object: HashMap<ObjectIndex, u32>,
}

impl LoaderSurvey {
    /// Number of loaders, the boot loader included.
    pub fn len(&self) -> usize {
        self.loaders.len()
    }

    /// Never: there is always the boot loader.
    pub fn is_empty(&self) -> bool {
        self.loaders.is_empty()
    }

    /// Position of a loader.
    pub fn of(&self, loader: ObjectIndex) -> Option<u32> {
        self.by_object.get(&loader).copied()
    }
}

/// Works out a [`LoaderSurvey`].
#[derive(Debug)]
pub struct LoaderSurveyBuilder {
    phase: Phase,
    survey: LoaderSurvey,
    /// Per class, the position of its loader.
    loader_of: Vec<u32>,
    /// Per class, whether its instances are loaders.
    are_loaders: Vec<bool>,
    next: usize,
}

#[derive(Debug)]
enum Phase {
    Find(Finder),
    Describe,
    Retain(Box<MinRetainedByGroup>),
    Done,
}

/// Work that describing a loader is: some reads of the file.
const READS: u64 = 300;

impl LoaderSurveyBuilder {
    /// Begins.
    pub fn new(heap: &Heap) -> Self {
        let finder = Finder::new(heap, heap.known.class_loader);
        let survey = LoaderSurvey::default();
        Self {
            phase: Phase::Find(finder),
            survey,
            loader_of: Vec::new(),
            are_loaders: vec![false; heap.classes.len()],
            next: 0,
        }
    }

    /// Does about `budget` units of work: objects looked at, loaders read, objects of the dominator
    /// tree walked over.
    ///
    /// # Errors
    /// `TooLarge` when memory runs out.
    pub fn step(&mut self, inquiry: &HeapInquiry<'_>, budget: u64) -> Result<Step> {
        let heap = inquiry.heap();
        let objects = heap.objects.len() as u64;
        // A pass over the objects, then a walk over the tree, which enters and leaves each.
        let total = 3 * objects + 2;
        let at = |done: u64| Step::More { done: done.min(total), total };
        match &mut self.phase {
            Phase::Find(finder) => {
                if let Step::More { done, .. } = finder.step(heap, budget)? {
                    return Ok(at(done));
                }
                let found = finder.finish();
                self.assign(heap, inquiry.totals, &found);
                self.phase = Phase::Describe;
                Ok(at(objects))
            }
            Phase::Describe => {
                self.describe(inquiry, budget);
                if self.next < self.survey.len() {
                    return Ok(at(objects + 1));
                }
                self.phase = match inquiry.tree_if_known() {
                    Some(_) => Phase::Retain(Box::new(MinRetainedByGroup::new(self.survey.len())?)),
                    None => Phase::Done,
                };
                Ok(at(objects + 1))
            }
            Phase::Retain(walk) => {
                let Some(tree) = inquiry.tree_if_known() else {
                    self.phase = Phase::Done;
                    return Ok(at(total));
                };
                let (loader_of, by_object) = (&self.loader_of, &self.survey.by_object);
                let are_loaders = &self.are_loaders;
                let group = |class: u32| loader_of.get(class as usize).copied().unwrap_or(NONE);
                let groups = |node: u32| {
                    let [class, represented] = heap.retained_groups(ObjectIndex(node));
                    // A loader belongs to itself besides the loader of its class.
                    if are_loaders.get(class as usize) == Some(&true) {
                        let own = by_object.get(&ObjectIndex(node)).copied();
                        return [group(class), own.unwrap_or(NONE)];
                    }
                    [group(class), group(represented)]
                };
                let weight = |node: u32| heap.shallow(ObjectIndex(node));
                if let Step::More { done, .. } = walk.step(tree.tree, weight, groups, budget)? {
                    return Ok(at(objects + 1 + done));
                }
                if let Phase::Retain(walk) = core::mem::replace(&mut self.phase, Phase::Done) {
                    let sums = walk.finish();
                    for (loader, sum) in self.survey.loaders.iter_mut().zip(sums) {
                        loader.all_retained = Some(sum);
                    }
                }
                Ok(at(total))
            }
            Phase::Done => {
                self.sort(inquiry);
                Ok(Step::Done)
            }
        }
    }

    /// The survey.
    pub fn finish(self) -> LoaderSurvey {
        self.survey
    }

    /// Which loader defined which class. A loader that is only mentioned, not in the dump, counts as
    /// the boot loader (case 33).
    fn assign(&mut self, heap: &Heap, totals: &ClassTotals, found: &[ObjectIndex]) {
        let boot = heap.objects.system_loader();
        let others = found.iter().copied().filter(|&object| Some(object) != boot);
        let mut loaders: Vec<Known> =
            core::iter::once(boot).chain(others.map(Some)).map(known).collect();
        let by_object = &mut self.survey.by_object;
        for (at, loader) in (0..).zip(&loaders) {
            if let Some(object) = loader.object {
                by_object.insert(object, at);
            }
        }
        self.loader_of = heap
            .classes
            .iter()
            .map(|(index, class)| {
                let object = Some(class.loader).filter(|id| *id != ObjectId(0));
                let object = object.and_then(|id| heap.addresses.get(id));
                let at = match object {
                    // Damage: what defined the class is no loader by its class.
                    Some(object) => *by_object.entry(object).or_insert_with(|| {
                        loaders.push(known(Some(object)));
                        u32::try_from(loaders.len() - 1).unwrap_or(u32::MAX)
                    }),
                    None => 0,
                };
                let total = totals.get(index);
                let used = total.instances + total.unreachable > 0;
                if (used || class.described && !heap.classes.is_alias(index))
                    && let Some(loader) = loaders.get_mut(at as usize)
                {
                    loader.classes.push(index);
                }
                at
            })
            .collect();
        for object in loaders.iter().filter_map(|loader| loader.object) {
            let class = heap.objects.class(object);
            if let Some(is_loader) = self.are_loaders.get_mut(class.index()) {
                *is_loader = true;
            }
        }
        self.survey.loaders = loaders;
    }

    fn describe(&mut self, inquiry: &HeapInquiry<'_>, budget: u64) {
        let values = &inquiry.values;
        let mut work = 0;
        while work < budget.max(1)
            && let Some(loader) = self.survey.loaders.get_mut(self.next)
        {
            work += READS + loader.classes.len() as u64;
            for &class in &loader.classes {
                let total = inquiry.totals.get(class);
                loader.instances += total.instances;
                loader.shallow += total.shallow;
            }
            loader.name = match loader.object.filter(|_| self.next > 0) {
                Some(object) => loader_name(values, object),
                None => super::BOOTSTRAP.to_owned(),
            };
            let parent = loader.object.and_then(|object| parent_of(values, object));
            loader.parent =
                parent.and_then(|p| self.survey.by_object.get(&p).copied()).unwrap_or(0);
            self.next += 1;
        }
    }

    /// Children below their parents, the heaviest first. Parents that go round in a circle, which no
    /// JVM writes, are cut from it.
    fn sort(&mut self, inquiry: &HeapInquiry<'_>) {
        let loaders = &mut self.survey.loaders;
        cut_circles(loaders);
        let parents: Vec<u32> = loaders.iter().map(|loader| loader.parent).collect();
        for (at, parent) in (0u32..).zip(parents).skip(1) {
            if let Some(parent) = loaders.get_mut(parent as usize) {
                parent.children.push(at);
            }
        }
        let weights: Vec<u64> =
            loaders.iter().map(|l| l.all_retained.unwrap_or(l.shallow)).collect();
        let weight = |at: &u32| weights.get(*at as usize).copied().unwrap_or(0);
        let retained = inquiry.class_retained();
        let of_class = |class: &ClassIndex| {
            let known = retained.and_then(|all| all.get(class.index()).copied());
            known.unwrap_or_else(|| inquiry.totals.get(*class).shallow)
        };
        for loader in loaders {
            loader.children.sort_by_key(|at| core::cmp::Reverse(weight(at)));
            loader.classes.sort_by_key(|class| core::cmp::Reverse(of_class(class)));
        }
    }
}

fn known(object: Option<ObjectIndex>) -> Known {
    Known {
        object,
        name: String::new(),
        parent: 0,
        children: Vec::new(),
        classes: Vec::new(),
        instances: 0,
        shallow: 0,
        all_retained: None,
    }
}

/// `ClassLoader.parent`: subclasses have fields of this name too.
fn parent_of(values: &Values<'_>, loader: ObjectIndex) -> Option<ObjectIndex> {
    let heap = values.heap();
    let fields = values.fields(loader).ok()?;
    let is_it = |name| heap.names.raw(name) == Some(b"parent");
    let field = fields.iter().rfind(|field| is_it(field.descriptor.name))?;
    match field.value? {
        Value::Object(id) => values.resolve(id),
        _ => None,
    }
}

/// Makes the boot loader the parent of one loader of every circle. O(loaders).
fn cut_circles(loaders: &mut [Known]) {
    // The walk that saw each loader first; the boot loader ends all walks.
    let mut seen = vec![0u32; loaders.len()];
    for (walk, start) in (1u32..).zip(1..loaders.len()) {
        let mut at = start;
        while at != 0 && seen[at] == 0 {
            seen[at] = walk;
            let above = loaders[at].parent as usize;
            if seen.get(above) == Some(&walk) {
                loaders[at].parent = 0;
                break;
            }
            at = above;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parents(of: &[u32]) -> Vec<u32> {
        let mut loaders: Vec<Known> =
            of.iter().map(|&parent| Known { parent, ..known(None) }).collect();
        cut_circles(&mut loaders);
        loaders.iter().map(|loader| loader.parent).collect()
    }

    #[test]
    fn parents_in_a_circle_end_at_the_boot_loader() {
        assert_eq!(parents(&[0, 0, 1, 2]), [0, 0, 1, 2]);
        assert_eq!(parents(&[0, 2, 1, 2]), [0, 2, 0, 2]);
        assert_eq!(parents(&[0, 1]), [0, 0]);
    }
}

//! Classes by name with all their subclasses, and their instances: found once, for all entries.

use crate::analysis::Inquiry;
use crate::heap::{ClassIndex, ObjectIndex};
use hashbrown::{HashMap, HashSet};

/// Instances of a class and its subclasses that are kept for their field values, by retained size.
const LARGEST: usize = 32;
/// Instances kept in the order of the file, for questions of how many have a certain value.
const FIRST: usize = 4096;

/// For each wanted class name: the classes of that name, of any loader, and their subclasses.
/// Interfaces are not among the super classes that a dump records.
#[derive(Debug, Default)]
pub(super) struct Kin<'c> {
    families: HashMap<&'c str, Family>,
}

/// Classes of one name and their subclasses.
#[derive(Debug, Default)]
pub(super) struct Family {
    /// The classes of exactly this name.
    pub(super) named: Vec<ClassIndex>,
    /// These and all their subclasses.
    pub(super) all: Vec<ClassIndex>,
}

impl<'c> Kin<'c> {
    /// One look at every class. O(classes).
    pub(super) fn new(inquiry: &Inquiry<'_>, wanted: &HashSet<&'c str>) -> Self {
        let classes = &inquiry.heap().classes;
        let mut families: HashMap<&'c str, Family> = HashMap::new();
        let name_of: Vec<Option<&'c str>> =
            classes.iter().map(|(_, class)| wanted.get(class.name.as_str()).copied()).collect();
        if name_of.iter().all(Option::is_none) {
            return Self::default();
        }
        // Names of the class and its super classes; classes without a name of their own share.
        let mut kinds: Vec<Vec<&'c str>> = vec![Vec::new()];
        let mut kind_of = vec![0; classes.len()];
        for class in classes.supers_first() {
            let above = classes.get(class).super_class;
            let inherited =
                above.and_then(|above| kind_of.get(above.index()).copied()).unwrap_or(0);
            kind_of[class.index()] = match name_of[class.index()] {
                Some(name) if !kinds[inherited].contains(&name) => {
                    let kind = kinds[inherited].iter().copied().chain([name]).collect();
                    kinds.push(kind);
                    kinds.len() - 1
                }
                _ => inherited,
            };
        }
        for (class, _) in classes.iter() {
            for &name in &kinds[kind_of[class.index()]] {
                families.entry(name).or_default().all.push(class);
            }
            if let Some(name) = name_of[class.index()] {
                families.entry(name).or_default().named.push(class);
            }
        }
        Self { families }
    }

    /// The family of a wanted name, if the dump has such a class.
    pub(super) fn of(&self, name: &str) -> Option<&Family> {
        self.families.get(name)
    }

    /// Whether an object is an instance of the named class or of a subclass.
    pub(super) fn includes(&self, name: &str, class: ClassIndex) -> bool {
        self.of(name).is_some_and(|family| family.all.contains(&class))
    }
}

/// Reachable instances of some families.
#[derive(Debug, Default)]
pub(super) struct Instances<'c> {
    by_name: HashMap<&'c str, Sample>,
}

/// Some instances of a family.
#[derive(Clone, Debug, Default)]
pub(super) struct Sample {
    /// The largest by retained size, the largest first.
    pub(super) largest: Vec<ObjectIndex>,
    /// The first in the file.
    pub(super) first: Vec<ObjectIndex>,
}

impl<'c> Instances<'c> {
    /// The instances of a name that [`gather`](Self::gather) was asked for.
    pub(super) fn of(&self, name: &str) -> Option<&Sample> {
        self.by_name.get(name)
    }

    /// One walk over the objects, which ends with the last instance of the families. O(objects),
    /// and nothing where the dump has no instance of any.
    pub(super) fn gather(
        &mut self,
        inquiry: &Inquiry<'_>,
        kin: &Kin<'c>,
        names: &HashSet<&'c str>,
    ) {
        let heap = inquiry.heap();
        let mut wanted_by: Vec<Vec<&'c str>> = vec![Vec::new(); heap.classes.len()];
        let mut left = 0;
        for &name in names {
            if self.by_name.insert(name, Sample::default()).is_some() {
                continue;
            }
            for &class in kin.of(name).map_or(&[][..], |family| &family.all) {
                let total = inquiry.loaded.totals.get(class);
                let Some(wanting) = wanted_by.get_mut(class.index()) else { continue };
                if wanting.is_empty() {
                    left += total.instances + total.unreachable;
                }
                wanting.push(name);
            }
        }
        let mut weighed: HashMap<&'c str, Vec<(u64, ObjectIndex)>> = HashMap::new();
        const BATCH: usize = 1 << 16;
        let mut start = 0;
        while left > 0 && start < heap.objects.len() {
            heap.objects.for_each(start..start + BATCH, |object, class, _| {
                let Some(names) = wanted_by.get(class.index()).filter(|n| !n.is_empty()) else {
                    return;
                };
                left = left.saturating_sub(1);
                if !inquiry.is_reachable(object) {
                    return;
                }
                for &name in names {
                    let largest = weighed.entry(name).or_default();
                    largest.push((inquiry.retained(object), object));
                    if largest.len() >= 4 * LARGEST {
                        keep_largest(largest);
                    }
                    let sample = self.by_name.entry(name).or_default();
                    if sample.first.len() < FIRST {
                        sample.first.push(object);
                    }
                }
            });
            start += BATCH;
        }
        for (name, mut largest) in weighed {
            keep_largest(&mut largest);
            let sample = self.by_name.entry(name).or_default();
            sample.largest = largest.into_iter().map(|(_, object)| object).collect();
        }
    }
}

fn keep_largest(list: &mut Vec<(u64, ObjectIndex)>) {
    list.sort_unstable_by(|a, b| b.cmp(a));
    list.truncate(LARGEST);
}

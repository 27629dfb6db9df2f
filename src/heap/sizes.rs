//! Shallow sizes. The model is one replaceable piece: everything else asks [`ShallowSizes`].
//!
//! The `calibrated` model takes the memory layout of the JVM that wrote the dump from the
//! distances between neighbouring objects, so that sizes equal the JVM's own class histogram. The
//! `mat` model is Eclipse MAT's (rules S1 to S6), for comparison. `docs/sizes.md` says how both
//! work and what each is worth.

mod calibrate;
mod evidence;
mod hidden;
mod layout;
mod mat;
mod mirrors;
mod settle;
#[cfg(test)]
mod tests;

pub use layout::{ArrayBase, FieldPacking, Layout};
pub use mat::LayoutEvidence;

use super::address_map::{AddressMap, GapWalk};
use super::classes::{ClassKind, Classes, DUPLICATE};
use super::names::Names;
use super::objects::Objects;
use super::{ClassIndex, ObjectIndex, WellKnown};
use crate::hprof::BasicType;
use evidence::{Evidence, SpecialClasses};

/// How shallow sizes are computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum SizeModel {
    /// As the JVM that wrote the dump laid its objects out, by the distances between them.
    #[default]
    Calibrated,
    /// Bit-exact with Eclipse MAT (rules S1 to S6).
    Mat,
}

impl SizeModel {
    /// The model of this name: `calibrated` or `mat`.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "calibrated" => Some(Self::Calibrated),
            "mat" => Some(Self::Mat),
            _ => None,
        }
    }
}

/// What the calibration chose, and how far the dump agrees with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Calibration {
    /// The layout that explains the distances best.
    pub layout: Layout,
    /// Whether class objects hold the static fields of their class (JDK 7 on).
    pub statics_in_class_objects: bool,
    /// Classes that have an instance with a neighbour behind it.
    pub classes: u32,
    /// Those of them whose size is the smallest distance behind an instance.
    pub agreeing_classes: u32,
    /// Those whose size is taken from the distance because the layout does not explain it: fields
    /// that the JVM adds without listing them in the dump.
    pub own_evidence_classes: u32,
    /// Instances with a neighbour behind them.
    pub neighbours: u64,
    /// Those of them to whose end the neighbour begins.
    pub agreeing_neighbours: u64,
}

/// What sizes are computed from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SizeInputs<'a> {
    pub(crate) classes: &'a Classes,
    pub(crate) objects: &'a Objects,
    pub(crate) names: &'a Names,
    pub(crate) known: WellKnown,
    pub(crate) evidence: LayoutEvidence,
}

/// Shallow sizes of every kind of object.
#[derive(Clone, Debug)]
pub struct ShallowSizes {
    /// The model in use.
    pub model: SizeModel,
    /// Bytes of a reference inside an object.
    pub reference: u64,
    /// Bytes that object sizes are multiples of.
    pub alignment: u64,
    /// What the calibrated model chose; `None` with the `mat` model.
    pub calibration: Option<Calibration>,
    formula: Formula,
    instances: Vec<u32>,
    class_objects: Vec<u32>,
    exceptions: Exceptions,
    /// Per class. Looking at the classes themselves instead would miss the cache for most objects.
    rules: Vec<Rule>,
}

/// How sizes of objects follow from their class.
#[derive(Clone, Copy, Debug)]
enum Rule {
    /// All take these bytes.
    Same(u32),
    ObjectArray,
    PrimitiveArray(BasicType),
    /// Class objects, and classes that have exceptions.
    Varies,
}

/// Constants for sizes of arrays.
#[derive(Clone, Copy, Debug)]
struct Formula {
    reference: u64,
    alignment: u64,
    object_array_base: u64,
    /// By the logarithm of the element width.
    primitive_array_bases: [u64; 4],
}

/// Objects whose size their class does not tell.
#[derive(Clone, Debug, Default)]
struct Exceptions {
    /// Classes of which some instance is an exception.
    classes: [Option<ClassIndex>; 2],
    /// Object and bytes, sorted by object.
    sizes: Vec<(u32, u32)>,
}

/// The distances between neighbouring objects, looked at step by step.
#[derive(Debug)]
pub(crate) struct Neighbours {
    special: SpecialClasses,
    evidence: Evidence,
    walk: GapWalk,
}

impl Neighbours {
    /// Before the first one.
    pub(crate) fn new(classes: &Classes, known: &WellKnown) -> Self {
        let special = SpecialClasses {
            mirror: known.class,
            varying: classes.by_name("jdk.internal.vm.StackChunk"),
        };
        let evidence = Evidence::new(classes, special);
        Self { special, evidence, walk: GapWalk::default() }
    }

    /// A batch of about `budget` objects; whether it was the last. O(objects) in all.
    pub(crate) fn step(&mut self, addresses: &AddressMap, objects: &Objects, budget: u64) -> bool {
        self.evidence.step(&mut self.walk, addresses, objects, budget)
    }
}

impl ShallowSizes {
    /// The sizes of `model`, which looks at `neighbours` if it is the calibrated one.
    /// O(classes x depth).
    pub(crate) fn new(model: SizeModel, inputs: &SizeInputs<'_>, neighbours: &Neighbours) -> Self {
        let mut sizes = match model {
            SizeModel::Calibrated => Self::calibrated(inputs, neighbours),
            SizeModel::Mat => Self::mat(inputs.classes, inputs.evidence),
        };
        let classes = inputs.classes.iter();
        sizes.rules = classes.map(|(class, c)| sizes.rule(class, c.kind, &inputs.known)).collect();
        sizes
    }

    fn rule(&self, class: ClassIndex, kind: ClassKind, known: &WellKnown) -> Rule {
        if known.class == Some(class) || self.exceptions.classes.contains(&Some(class)) {
            return Rule::Varies;
        }
        match kind {
            ClassKind::Instance => {
                Rule::Same(self.instances.get(class.index()).copied().unwrap_or(0))
            }
            ClassKind::ObjectArray => Rule::ObjectArray,
            ClassKind::PrimitiveArray(element) => Rule::PrimitiveArray(element),
        }
    }

    fn mat(classes: &Classes, evidence: LayoutEvidence) -> Self {
        let mat = mat::MatModel::new(evidence);
        let formula = mat.formula();
        Self {
            model: SizeModel::Mat,
            reference: formula.reference,
            alignment: formula.alignment,
            calibration: None,
            formula,
            instances: without_duplicates(mat.instances(classes)),
            class_objects: mat.class_objects(classes),
            exceptions: Exceptions::default(),
            rules: Vec::new(),
        }
    }

    fn calibrated(inputs: &SizeInputs<'_>, neighbours: &Neighbours) -> Self {
        let classes = inputs.classes;
        let &Neighbours { special, ref evidence, .. } = neighbours;
        let shapes = calibrate::Shapes::new(classes);
        let layout = calibrate::choose(classes, &shapes, evidence, inputs.evidence);
        let settled = settle::settle(classes, &shapes, evidence, &layout);
        let mut instances = without_duplicates(settled.instances);
        let size_of = |class: Option<ClassIndex>| {
            class.and_then(|c| instances.get(c.index())).copied().unwrap_or(0)
        };
        let declared = size_of(special.mirror);
        let mirrors =
            mirrors::settle_mirrors(classes, inputs.names, evidence, &layout, declared.into());
        let exceptions = Exceptions::new(inputs, special, evidence, size_of(special.varying));
        if let Some(size) = special.mirror.and_then(|c| instances.get_mut(c.index())) {
            *size = u32::try_from(layout.aligned(mirrors.bare)).unwrap_or(u32::MAX);
        }
        Self {
            model: SizeModel::Calibrated,
            reference: layout.reference_bytes.into(),
            alignment: layout.alignment.into(),
            calibration: Some(Calibration {
                layout,
                statics_in_class_objects: mirrors.hold_statics,
                classes: settled.classes,
                agreeing_classes: settled.agreeing,
                own_evidence_classes: settled.own_evidence,
                neighbours: settled.neighbours,
                agreeing_neighbours: settled.agreeing_neighbours,
            }),
            formula: Formula::new(&layout),
            instances,
            class_objects: mirrors.class_objects,
            exceptions,
            rules: Vec::new(),
        }
    }

    /// Shallow size in bytes of an object of `class`: an instance, or an array with `length`
    /// elements. Class objects are asked of [`of_class_object`](Self::of_class_object).
    #[inline]
    pub fn of(&self, object: ObjectIndex, class: ClassIndex, kind: ClassKind, length: u64) -> u64 {
        match kind {
            ClassKind::Instance => match self.exceptions.of(object, class) {
                Some(size) => size.into(),
                None => self.of_instances(class),
            },
            ClassKind::ObjectArray => self.formula.object_array(length),
            ClassKind::PrimitiveArray(element) => self.formula.primitive_array(element, length),
        }
    }

    /// As [`of`](Self::of), by the class alone and the length that an array has; `None` where that
    /// does not suffice: for class objects, and for classes whose instances vary in size.
    #[inline]
    pub(crate) fn by_class(&self, class: ClassIndex, length: impl FnOnce() -> u32) -> Option<u64> {
        Some(match *self.rules.get(class.index())? {
            Rule::Same(size) => size.into(),
            Rule::ObjectArray => self.formula.object_array(length().into()),
            Rule::PrimitiveArray(element) => self.formula.primitive_array(element, length().into()),
            Rule::Varies => return None,
        })
    }

    /// Shallow size in bytes of the class object of `class` (rule S6 with the `mat` model).
    pub fn of_class_object(&self, class: ClassIndex) -> u64 {
        self.class_objects.get(class.index()).copied().unwrap_or(0).into()
    }

    /// Bytes of one instance of `class`, for non-array classes.
    #[inline]
    pub fn of_instances(&self, class: ClassIndex) -> u64 {
        self.instances.get(class.index()).copied().unwrap_or(0).into()
    }
}

/// Objects that repeat an id take no memory of their own.
fn without_duplicates(mut instances: Vec<u32>) -> Vec<u32> {
    if let Some(duplicate) = instances.get_mut(DUPLICATE.index()) {
        *duplicate = 0;
    }
    instances
}

impl Formula {
    fn new(layout: &Layout) -> Self {
        Self {
            reference: layout.reference_bytes.into(),
            alignment: layout.alignment.into(),
            object_array_base: layout.array_base(layout.reference_bytes.into()),
            primitive_array_bases: [1, 2, 4, 8].map(|width| layout.array_base(width)),
        }
    }

    #[inline]
    fn object_array(&self, length: u64) -> u64 {
        self.aligned(self.object_array_base + length * self.reference)
    }

    #[inline]
    fn primitive_array(&self, element: BasicType, length: u64) -> u64 {
        let log = match element {
            BasicType::Boolean | BasicType::Byte => 0,
            BasicType::Char | BasicType::Short => 1,
            BasicType::Int | BasicType::Float | BasicType::Object => 2,
            BasicType::Long | BasicType::Double => 3,
        };
        let [one, two, four, eight] = self.primitive_array_bases;
        let base = [one, two, four, eight][log];
        self.aligned(base + (length << log))
    }

    /// The next multiple of the alignment, without a division for any that a JVM has.
    #[inline]
    fn aligned(&self, bytes: u64) -> u64 {
        if self.alignment.is_power_of_two() {
            (bytes + (self.alignment - 1)) & !(self.alignment - 1)
        } else {
            bytes.next_multiple_of(self.alignment)
        }
    }
}

impl Exceptions {
    /// The synthetic boot loader, which is no object of the JVM, and instances that vary in size.
    fn new(
        inputs: &SizeInputs<'_>,
        special: SpecialClasses,
        evidence: &Evidence,
        least: u32,
    ) -> Self {
        let mut sizes: Vec<(u32, u32)> = evidence
            .varying
            .iter()
            .map(|&(object, gap)| (object.0, gap))
            .filter(|&(_, gap)| (least..=MOST_VARYING).contains(&gap))
            .chain(inputs.objects.system_loader().map(|loader| (loader.0, 0)))
            .collect();
        sizes.sort_unstable();
        Self { classes: [special.varying, inputs.known.class_loader], sizes }
    }

    #[inline]
    fn of(&self, object: ObjectIndex, class: ClassIndex) -> Option<u32> {
        if !self.classes.contains(&Some(class)) {
            return None;
        }
        let at = self.sizes.binary_search_by_key(&object.0, |s| s.0).ok()?;
        self.sizes.get(at).map(|s| s.1)
    }
}

/// A distance above this is no stack: threads have one MiB of it unless told otherwise.
const MOST_VARYING: u32 = 1 << 20;

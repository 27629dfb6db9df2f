//! Classes without end: class loaders that define the same classes again, and classes that a
//! program generates.
//!
//! A heap dump has a record per class but not its metadata, which lies outside the heap. It is
//! estimated; `docs/outside-the-heap.md` says how.

use super::Inquiry;
use super::label::Label;
use super::paths::Path;
use super::rows::{ClassRef, ObjectRow};
use super::suspects::ratio;
use crate::heap::references::{Via, name_of};
use crate::heap::{ClassIndex, ObjectIndex};
use crate::hprof::ObjectId;
use hashbrown::HashMap;
use serde::Serialize;

/// Bytes of metadata of an ordinary class: an estimate (JDK 17 and 25: 7.5 KiB of the boot classes).
pub const CLASS_BYTES: u64 = 7 << 10;
/// Bytes of metadata of a small generated class: an estimate (JDK 17: 5 KiB of a proxy).
pub const GENERATED_BYTES: u64 = 5 << 10;
/// The least that a class loader takes: its first two chunks (JDK 16 on).
pub const LOADER_BYTES: u64 = 6 << 10;

/// Loaders of one class that define the same class before they are a group: two may be two
/// applications with the same library.
const COPIES: u64 = 3;
/// Share of a group's loaders that must define the class.
const SHARED: f64 = 0.5;
/// Share of a group's classes that several of its loaders must define: plugins with a library in
/// common are no copies of each other.
const SAME: f64 = 0.8;
/// Generated classes of one origin that make a group.
const GENERATED: u64 = 500;
/// Loaders whose paths are merged, and whose references are named.
const MERGED: usize = 10_000;
const NAMED: usize = 64;
/// References of a path that are named, from its end.
const LINKS: usize = 64;

/// Class loaders of one class that define the same classes.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct LoaderGroup {
    /// Class of the loaders.
    pub class: ClassRef,
    /// How many define the class.
    pub loaders: u64,
    /// The class that most of them define; of numbered ones (`Script1`, `Script2`) one.
    pub shared: ClassRef,
    /// Classes that they define together.
    pub classes: u64,
    /// Bytes of metadata: an estimate.
    pub metadata: u64,
    /// Retained bytes of the loaders.
    pub retained: u64,
    /// One of them.
    pub example: ObjectRow,
    /// The holder of most of them as a programmer names it.
    #[cfg_attr(feature = "bindings", ts(type = "string | null"))]
    pub holder: Option<Label>,
    /// By what they are kept: a thread local, the registry of JDBC drivers and the like.
    pub through: Option<&'static str>,
    /// The way that most of their paths from a GC root share, or to the example.
    pub path: Path,
}

/// Classes that were generated for one class, or by one generator.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct GeneratedClasses {
    /// What made them, as people call it: `cglib`, `lambdas`.
    pub maker: &'static str,
    /// Their name up to where it differs.
    pub origin: String,
    /// How many there are.
    pub classes: u64,
    /// Bytes of metadata: an estimate.
    pub metadata: u64,
    /// One of them.
    pub example: ClassRef,
    /// Their loader, or one of them.
    pub loader: Option<ObjectRow>,
    /// The path from a GC root to the example's class object.
    pub path: Path,
}

/// Classes without end.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ClassLeaks {
    /// Groups of loaders, the most metadata first.
    pub loaders: Vec<LoaderGroup>,
    /// Generated classes that no group of loaders explains, the most first.
    pub generated: Vec<GeneratedClasses>,
}

/// What generators call their classes; the part of the name up to the mark is the origin.
const MAKERS: [(&str, &str); 16] = [
    ("$$EnhancerBy", "cglib"),
    ("$$FastClassBy", "cglib"),
    ("$$KeyFactoryBy", "cglib"),
    ("$$BeanCopierBy", "cglib"),
    ("$$SpringCGLIB$$", "cglib"),
    ("$$Lambda", "lambdas"),
    ("$$InjectedInvoker", "hidden classes"),
    ("LambdaForm$", "method handles"),
    ("$ByteBuddy$", "Byte Buddy"),
    ("$HibernateProxy$", "Byte Buddy"),
    ("_$$_jvst", "Javassist"),
    ("_$$_javassist", "Javassist"),
    ("$Proxy", "dynamic proxies"),
    ("GeneratedMethodAccessor", "reflection"),
    ("GeneratedConstructorAccessor", "reflection"),
    ("GeneratedSerializationConstructorAccessor", "reflection"),
];

/// The maker and the origin of a generated class: its name up to and with the mark.
pub fn generated(name: &str) -> Option<(&'static str, &str)> {
    for (mark, maker) in MAKERS {
        if let Some(at) = name.find(mark) {
            let end = at + mark.len();
            let numbered = name.get(end..).is_some_and(|rest| {
                !matches!(mark, "$Proxy") || rest.starts_with(|c: char| c.is_ascii_digit())
            });
            if numbered {
                return Some((maker, name.get(..end)?));
            }
        }
    }
    let hidden = name.find("+0x").or_else(|| name.find("/0x"))?;
    Some(("hidden classes", name.get(..hidden)?))
}

/// The name without what tells copies of a generated class apart.
fn base_name(name: &str) -> &str {
    match generated(name) {
        Some((_, origin)) => origin,
        None => name.trim_end_matches(|c: char| c.is_ascii_digit()),
    }
}

/// Bytes of metadata of the classes of one loader: an estimate.
pub fn metadata(ordinary: u64, generated: u64) -> u64 {
    let classes = ordinary.saturating_mul(CLASS_BYTES);
    classes.saturating_add(generated.saturating_mul(GENERATED_BYTES)).max(LOADER_BYTES)
}

/// By which fields of the platform's classes loaders are kept alive, and what that is.
fn kept_through(owner: &str, field: &str) -> Option<&'static str> {
    Some(match (owner, field) {
        (_, "threadLocals" | "inheritableThreadLocals") => "a thread local",
        (_, "contextClassLoader") => "the context class loader of a thread",
        ("java.sql.DriverManager", _) => "the registry of JDBC drivers",
        ("java.lang.ApplicationShutdownHooks", _) => "a shutdown hook",
        ("java.util.logging.Level$KnownLevel" | "java.util.logging.Level", _) => {
            "a logging level of its own"
        }
        ("com.sun.jmx.mbeanserver.Repository", _) => "a registered MBean",
        ("java.util.ResourceBundle" | "java.beans.ThreadGroupContext", _) => "a cache of the JDK",
        _ => return None,
    })
}

/// Classes of the loaders of one class.
#[derive(Default)]
struct Family {
    loaders: Vec<(ObjectIndex, Vec<ClassIndex>)>,
}

impl Inquiry<'_> {
    /// Loaders and generated classes that pile up. O(classes), and the paths of some loaders.
    pub fn class_leaks(&self) -> ClassLeaks {
        let heap = self.heap();
        let mut by_loader: HashMap<ObjectId, Vec<ClassIndex>> = HashMap::new();
        for (index, class) in heap.classes.iter() {
            if class.described && !class.is_array() {
                by_loader.entry(class.loader).or_default().push(index);
            }
        }
        let mut families: HashMap<ClassIndex, Family> = HashMap::new();
        for (id, classes) in by_loader {
            let loader = self.values.resolve(id).filter(|&loader| self.is_reachable(loader));
            if let Some(loader) = loader {
                let family = families.entry(heap.objects.class(loader)).or_default();
                family.loaders.push((loader, classes));
            }
        }
        let mut loaders: Vec<LoaderGroup> = families
            .into_iter()
            .filter_map(|(class, family)| self.loader_group(class, family))
            .collect();
        loaders.sort_by(|a, b| {
            b.metadata.cmp(&a.metadata).then_with(|| a.class.name.cmp(&b.class.name))
        });
        let generated = self.generated_classes(&loaders);
        ClassLeaks { loaders, generated }
    }

    fn loader_group(&self, class: ClassIndex, mut family: Family) -> Option<LoaderGroup> {
        let heap = self.heap();
        let all = family.loaders.len() as u64;
        if all < COPIES {
            return None;
        }
        family.loaders.sort_unstable_by_key(|&(loader, _)| loader);
        let mut definers: HashMap<&str, (u64, ClassIndex, ObjectIndex)> = HashMap::new();
        for (loader, classes) in &family.loaders {
            for &class in classes {
                let name = base_name(&heap.classes.get(class).name);
                let entry = definers.entry(name).or_insert((0, class, ObjectIndex(u32::MAX)));
                // A loader counts once, however many numbered classes it defines.
                if entry.2 != *loader {
                    *entry = (entry.0 + 1, entry.1, *loader);
                }
            }
        }
        let (name, &(copies, shared, _)) =
            definers.iter().max_by(|a, b| a.1.0.cmp(&b.1.0).then_with(|| b.0.cmp(a.0)))?;
        let several: u64 = definers.values().map(|entry| entry.0).filter(|n| *n >= COPIES).sum();
        let once: u64 = definers.values().map(|entry| entry.0).sum();
        if copies < COPIES || ratio(copies, all) < SHARED || ratio(several, once) < SAME {
            return None;
        }
        let mut group: Vec<(ObjectIndex, &[ClassIndex])> = Vec::new();
        for (loader, classes) in &family.loaders {
            let defines = |class: &ClassIndex| base_name(&heap.classes.get(*class).name) == *name;
            if classes.iter().any(defines) {
                group.push((*loader, classes));
            }
        }
        let (mut classes, mut bytes, mut retained) = (0, 0u64, 0u64);
        for (loader, defined) in &group {
            let made = |class: &&ClassIndex| generated(&heap.classes.get(**class).name).is_some();
            let made = defined.iter().filter(made).count() as u64;
            let all = defined.len() as u64;
            classes += all;
            bytes = bytes.saturating_add(metadata(all - made, made));
            retained = retained.saturating_add(self.retained(*loader));
        }
        let members: Vec<u32> = group.iter().take(MERGED).map(|(loader, _)| loader.0).collect();
        let (point, common) = self.common_path(&members);
        let holder = point.and_then(|_| self.holder(&common)).map(|holder| holder.name);
        let example = ObjectIndex(*members.first()?);
        Some(LoaderGroup {
            class: self.class_ref(class),
            loaders: copies,
            shared: self.class_ref(shared),
            classes,
            metadata: bytes,
            retained,
            example: self.row(example),
            holder,
            through: self.kept_by(&members),
            path: match point {
                Some(_) => self.named_path(&common),
                None => self.path_to_root(example),
            },
        })
    }

    /// What keeps most of the loaders, if that is one of the ways that are known.
    fn kept_by(&self, loaders: &[u32]) -> Option<&'static str> {
        let heap = self.heap();
        let looked = loaders.len().min(NAMED);
        let mut counts: Vec<(&'static str, usize)> = Vec::new();
        for &loader in loaders.iter().take(NAMED) {
            let nodes: Vec<u32> = self.loaded.paths.to_root(loader).take(LINKS).collect();
            let way = nodes.windows(2).find_map(|link| {
                let (target, owner) = (ObjectIndex(link[0]), ObjectIndex(link[1]));
                if heap.objects.length(owner).is_some() {
                    return None;
                }
                let (Via::Field(field) | Via::Static(field)) =
                    name_of(&self.values, owner, target)?
                else {
                    return None;
                };
                kept_through(&heap.classes.get(heap.owner_class(owner)).name, &field)
            });
            if let Some(way) = way {
                match counts.iter_mut().find(|(known, _)| *known == way) {
                    Some((_, count)) => *count += 1,
                    None => counts.push((way, 1)),
                }
            }
        }
        let (way, count) = counts.into_iter().max_by_key(|(_, count)| *count)?;
        (count * 2 > looked).then_some(way)
    }

    fn generated_classes(&self, groups: &[LoaderGroup]) -> Vec<GeneratedClasses> {
        let heap = self.heap();
        let mut origins: HashMap<(&'static str, &str), (u64, ClassIndex)> = HashMap::new();
        for (index, class) in heap.classes.iter() {
            if class.described
                && !class.is_array()
                && let Some(origin) = generated(&class.name)
            {
                origins.entry(origin).or_insert((0, index)).0 += 1;
            }
        }
        let explained =
            |origin: &str| groups.iter().any(|group| base_name(&group.shared.name) == origin);
        let mut found: Vec<GeneratedClasses> = origins
            .into_iter()
            .filter(|((_, origin), (count, _))| *count >= GENERATED && !explained(origin))
            .map(|((maker, origin), (classes, example))| GeneratedClasses {
                maker,
                origin: origin.to_owned(),
                classes,
                metadata: classes.saturating_mul(GENERATED_BYTES),
                loader: self.loader_row(example),
                path: heap
                    .classes
                    .get(example)
                    .object
                    .map(|object| self.path_to_root(object))
                    .unwrap_or_default(),
                example: self.class_ref(example),
            })
            .collect();
        found.sort_by(|a, b| b.classes.cmp(&a.classes).then_with(|| a.origin.cmp(&b.origin)));
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_classes_are_known_by_their_names() {
        for (name, expected) in [
            (
                "org.acme.Foo$$Lambda$14/0x0000000800c03000",
                Some(("lambdas", "org.acme.Foo$$Lambda")),
            ),
            ("org.acme.Foo$$Lambda+0x00007f6778000a08", Some(("lambdas", "org.acme.Foo$$Lambda"))),
            ("com.sun.proxy.$Proxy17", Some(("dynamic proxies", "com.sun.proxy.$Proxy"))),
            ("org.acme.$ProxyFactory", None),
            (
                "org.acme.Foo$$EnhancerBySpringCGLIB$$3f2a",
                Some(("cglib", "org.acme.Foo$$EnhancerBy")),
            ),
            ("org.acme.Hidden/0x0000000800c03000", Some(("hidden classes", "org.acme.Hidden"))),
            (
                "java.lang.invoke.LambdaForm$MH",
                Some(("method handles", "java.lang.invoke.LambdaForm$")),
            ),
            (
                "jdk.internal.reflect.GeneratedMethodAccessor7",
                Some(("reflection", "jdk.internal.reflect.GeneratedMethodAccessor")),
            ),
            ("org.acme.Foo", None),
            ("", None),
        ] {
            assert_eq!(generated(name), expected, "{name}");
        }
        assert_eq!(base_name("Script123"), "Script");
        assert_eq!(base_name("gen.Leaky"), "gen.Leaky");
    }

    #[test]
    fn a_loader_takes_its_chunks_however_small_its_classes_are() {
        assert_eq!(metadata(0, 1), LOADER_BYTES);
        assert_eq!(metadata(1, 0), CLASS_BYTES);
        assert_eq!(metadata(u64::MAX, 1), u64::MAX);
    }
}

//! Versions of libraries as a heap shows them.

use super::catalogue::Library;
use super::kin::{Instances, Kin};
use crate::analysis::Inquiry;
use crate::analysis::facts::system_properties;
use crate::heap::ObjectIndex;
use core::cmp::Ordering;
use hashbrown::HashSet;

/// A version, and how the heap shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// `9.0.53`.
    pub version: String,
    /// `tomcat-embed-core-9.0.53.jar`, or `Implementation-Version 9.0.53 of org.apache.coyote`.
    pub shown: String,
}

/// Whether a version has a leak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It comes before a version of its line that is free of it.
    Affected,
    /// It is free of it.
    Fixed,
    /// Nothing is known of its line.
    Unknown,
}

/// Classes whose instances name jars: the field with the text.
const JARS: [(&str, &str); 4] = [
    ("java.util.zip.ZipFile", "name"),
    ("java.net.URL", "path"),
    ("java.net.URL", "file"),
    ("org.springframework.boot.loader.jar.JarFile", "pathFromRoot"),
];
/// Classes that say which version a package has: the fields with its name and version.
const PACKAGES: [(&str, &str, &str, &str); 2] = [
    ("java.lang.Package", "pkgName", "", "implVersion"),
    ("java.lang.NamedPackage", "name", "versionInfo", "implVersion"),
];
/// Versions told of one library.
const MAX_FOUND: usize = 4;

impl Inquiry<'_> {
    /// The versions of a library that the heap names: in the class path, in open jars and URLs of
    /// class loaders, in the manifest attributes that `Package` keeps, and in constants. At most
    /// some thousand strings are read.
    pub fn versions_of(&self, library: &Library) -> Vec<Found> {
        let mut found = Vec::new();
        if library.is_java {
            let java = system_properties(&self.values, &["java.version"]).into_iter().flatten();
            found.extend(java.map(|version| Found { shown: format!("Java {version}"), version }));
            return found;
        }
        let path = system_properties(&self.values, &["java.class.path"]);
        for path in path.into_iter().flatten() {
            found.extend(jars_in(&path, library));
        }
        self.constants(library, &mut found);
        let mut wanted: HashSet<&str> = JARS.iter().map(|&(class, _)| class).collect();
        wanted.extend(PACKAGES.iter().map(|&(class, ..)| class));
        let kin = Kin::new(self, &wanted);
        let mut instances = Instances::default();
        instances.gather(self, &kin, &wanted);
        for (class, field) in JARS {
            for &object in instances.of(class).map_or(&[][..], |sample| &sample.first) {
                if let Some(text) = self.values.string_field(object, field) {
                    found.extend(jars_in(&text, library));
                }
            }
        }
        for (class, name, info, version) in PACKAGES {
            for &package in instances.of(class).map_or(&[][..], |sample| &sample.first) {
                found.extend(self.package_version(package, name, info, version, library));
            }
        }
        let mut seen: HashSet<String> = HashSet::new();
        found.retain(|found| seen.insert(found.shown.clone()));
        found.truncate(MAX_FOUND);
        found
    }

    fn constants(&self, library: &Library, found: &mut Vec<Found>) {
        for constant in &library.constants {
            let Some(class) = self.heap().classes.by_name(&constant.class) else { continue };
            let text = self.values.static_reference(class, constant.field());
            let text = text.and_then(|text| self.values.string(text, 64));
            let version = text.map(|(text, _)| text).filter(|text| starts_with_digit(text));
            found.extend(version.map(|version| Found {
                shown: format!("{} = \"{version}\"", constant.short()),
                version,
            }));
        }
    }

    fn package_version(
        &self,
        package: ObjectIndex,
        name: &str,
        info: &str,
        version: &str,
        library: &Library,
    ) -> Option<Found> {
        let values = &self.values;
        let name = values.string_field(package, name)?;
        let is_inside = |outer: &String| {
            name.strip_prefix(outer.as_str()).is_some_and(|r| r.is_empty() || r.starts_with('.'))
        };
        if !library.packages.iter().any(is_inside) {
            return None;
        }
        let info = if info.is_empty() { package } else { values.reference(package, info)? };
        let version = values.string_field(info, version).filter(|text| starts_with_digit(text))?;
        let shown = format!("Implementation-Version {version} of {}", library.name);
        Some(Found { version, shown })
    }
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

/// The jars of a library in a path, a class path or a URL, nested ones (`!/BOOT-INF/lib/`) included.
fn jars_in(text: &str, library: &Library) -> Vec<Found> {
    let parts = text.split(['/', '\\', ':', ';', '!', '?', '#']);
    let jar = |part: &str| {
        let base = part.strip_suffix(".jar")?;
        library.jars.iter().find_map(|name| {
            let version = base.strip_prefix(name.as_str())?.strip_prefix('-')?;
            starts_with_digit(version)
                .then(|| Found { version: version.to_owned(), shown: part.to_owned() })
        })
    };
    parts.filter_map(jar).collect()
}

/// Where a version stands among versions that are free of a leak, one per line of releases: a line
/// is all but the last number.
pub fn standing(version: &str, fixed_in: &[String]) -> Standing {
    let version = Version::of(version);
    let fixed: Vec<Version> = fixed_in.iter().map(|fixed| Version::of(fixed)).collect();
    let Some(newest) = fixed.iter().max() else { return Standing::Unknown };
    if version >= *newest {
        return Standing::Fixed;
    }
    let of_line = fixed
        .iter()
        .find(|fixed| fixed.line().is_some_and(|line| version.numbers.starts_with(line)));
    match of_line {
        Some(fixed) if version >= *fixed => Standing::Fixed,
        Some(_) => Standing::Affected,
        None => Standing::Unknown,
    }
}

/// Of the versions that are free of a leak, the one that comes after an affected version in its line.
pub fn fix_of(version: &str, fixed_in: &[String]) -> Option<String> {
    let version = Version::of(version);
    let of_line = |fixed: &&String| {
        Version::of(fixed).line().is_some_and(|line| version.numbers.starts_with(line))
    };
    fixed_in.iter().find(of_line).cloned()
}

/// Numbers of a version, and the number in a word such as `M6` or `RC1` that makes it come before
/// the release.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Version {
    numbers: Vec<u64>,
    /// The largest number for the release itself.
    stage: u64,
}

impl Version {
    fn of(text: &str) -> Self {
        let mut numbers = Vec::new();
        let mut stage = u64::MAX;
        for part in text.split(['.', '-', '_', '+']) {
            match part.parse() {
                Ok(number) => numbers.push(number),
                Err(_) => {
                    let word = part.to_ascii_lowercase();
                    let early = ["m", "rc", "cr", "alpha", "beta", "ea", "snapshot"];
                    let before_release = early.iter().find_map(|early| {
                        let rest = word.strip_prefix(early)?;
                        if rest.is_empty() { Some(0) } else { rest.parse().ok() }
                    });
                    stage = before_release.unwrap_or(u64::MAX);
                    break;
                }
            }
        }
        Self { numbers, stage }
    }

    /// The numbers that all releases of its line share.
    fn line(&self) -> Option<&[u64]> {
        self.numbers.split_last().map(|(_, line)| line).filter(|line| !line.is_empty())
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let longest = self.numbers.len().max(other.numbers.len());
        let at = |version: &Self, at: usize| version.numbers.get(at).copied().unwrap_or(0);
        let numbers = (0..longest).map(|i| at(self, i).cmp(&at(other, i)));
        numbers.fold(Ordering::Equal, Ordering::then).then(self.stage.cmp(&other.stage))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tomcat() -> Library {
        Library {
            name: "Apache Tomcat".to_owned(),
            jars: vec!["tomcat-embed-core".to_owned(), "tomcat".to_owned()],
            packages: Vec::new(),
            constants: Vec::new(),
            is_java: false,
        }
    }

    #[test]
    fn jars_are_found_in_paths_class_paths_and_nested_in_others() {
        for text in [
            "/opt/app/tomcat-embed-core-9.0.53.jar",
            "/a/b-1.0.jar:/opt/app/tomcat-embed-core-9.0.53.jar",
            "C:\\app\\tomcat-embed-core-9.0.53.jar;C:\\b.jar",
            "file:/app.jar!/BOOT-INF/lib/tomcat-embed-core-9.0.53.jar!/",
        ] {
            let found = jars_in(text, &tomcat());
            let shown = "tomcat-embed-core-9.0.53.jar".to_owned();
            assert_eq!(found, [Found { version: "9.0.53".to_owned(), shown }], "{text}");
        }
        for text in ["tomcat-embed-core.jar", "tomcat-embed-el-9.0.53.jar", "9.0.53", ""] {
            assert_eq!(jars_in(text, &tomcat()), [], "{text}");
        }
    }

    #[test]
    fn a_version_stands_by_the_fix_of_its_own_line() {
        let fixed = ["9.0.54", "10.0.12"].map(str::to_owned);
        for (version, expected) in [
            ("9.0.53", Standing::Affected),
            ("9.0.54", Standing::Fixed),
            ("9.0.100", Standing::Fixed),
            ("9.0.54-M1", Standing::Affected),
            ("9.0.54.redhat-1", Standing::Fixed),
            ("10.0.11", Standing::Affected),
            ("10.0.12", Standing::Fixed),
            ("10.1.0-M5", Standing::Fixed),
            ("8.5.1", Standing::Unknown),
        ] {
            assert_eq!(standing(version, &fixed), expected, "{version}");
        }
        assert_eq!(standing("9.0.53", &[]), Standing::Unknown);
        assert_eq!(fix_of("9.0.53", &fixed).as_deref(), Some("9.0.54"));
        assert_eq!(fix_of("8.5.1", &fixed), None);
        let milestone = ["10.0.12", "10.1.0-M6"].map(str::to_owned);
        assert_eq!(standing("10.1.0-M5", &milestone), Standing::Affected);
        assert_eq!(standing("10.1.0-M10", &milestone), Standing::Fixed);
        assert_eq!(standing("10.1.0", &milestone), Standing::Fixed);
    }

    #[test]
    fn java_versions_are_compared_old_and_new() {
        let fixed = ["1.8.0_261", "11.0.5", "12"].map(str::to_owned);
        for (version, expected) in [
            ("1.8.0_212", Standing::Affected),
            ("1.8.0_261", Standing::Fixed),
            ("11.0.4", Standing::Affected),
            ("11.0.21", Standing::Fixed),
            ("17.0.9", Standing::Fixed),
            ("1.7.0_80", Standing::Unknown),
        ] {
            assert_eq!(standing(version, &fixed), expected, "{version}");
        }
    }
}

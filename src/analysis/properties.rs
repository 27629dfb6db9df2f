//! System properties and environment variables, from the maps that the JVM keeps them in
//! (rule W10).

use super::HeapInquiry;
use crate::heap::objects::ObjectKind;
use crate::heap::values::Values;
use crate::heap::{Heap, ObjectIndex};
use serde::Serialize;

/// Where a setting was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum SettingSource {
    /// `System.getProperties()`.
    System,
    /// `System.getenv()`, in the heap only once somebody asked for it.
    Environment,
}

/// A setting of the process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Setting {
    /// Where it was found.
    pub source: SettingSource,
    /// Its name.
    pub name: String,
    /// Its value, at most 4,096 characters of it; `None` where it is no text.
    pub value: Option<String>,
    /// The object that is its value.
    pub object: Option<ObjectIndex>,
    /// Its address, `0x…`.
    pub address: Option<String>,
}

/// No JVM has this many settings, nor buckets for them. Every bucket of a damaged table may lead to
/// the same endless list, so that all lists count together.
const LIMIT: u32 = 1 << 14;

impl HeapInquiry<'_> {
    /// All settings, by source and name. O(settings) reads.
    pub fn settings(&self) -> Vec<Setting> {
        let values = &self.values;
        let heap = self.heap();
        let address = |object| super::rows::address(heap.objects.id(object));
        let mut all = Vec::new();
        let mut add = |source, name, object: Option<ObjectIndex>, value| {
            all.push(Setting { source, name, value, object, address: object.map(address) });
        };
        if let Some(map) = system_map(values) {
            for_each_entry(values, map, &mut |key, entry| {
                let Some(name) = text_of(values, key) else { return };
                let value = value_of(values, entry);
                let text = value.and_then(|value| text_of(values, value));
                add(SettingSource::System, name, value, text);
            });
        }
        if let Some(map) = environment_map(values) {
            for_each_entry(values, map, &mut |key, entry| {
                // `ProcessEnvironment.Variable` and `Value` keep a string.
                let inner = |object| values.reference(object, "str").unwrap_or(object);
                let Some(name) = text_of(values, inner(key)) else { return };
                let value = value_of(values, entry).map(inner);
                let text = value.and_then(|value| text_of(values, value));
                add(SettingSource::Environment, name, value, text);
            });
        }
        all.sort_by(|a, b| {
            let is_environment = |s: &Setting| s.source == SettingSource::Environment;
            (is_environment(a), &a.name).cmp(&(is_environment(b), &b.name))
        });
        all
    }
}

/// Calls `see` with the name of each system property and a text, which is read only when asked for.
pub(super) fn for_each_system_property(
    values: &Values<'_>,
    see: &mut dyn FnMut(&str, Entry<'_, '_>),
) {
    let Some(map) = system_map(values) else { return };
    for_each_entry(values, map, &mut |key, entry| {
        if let Some(name) = text_of(values, key) {
            see(&name, Entry { values, entry });
        }
    });
}

/// An entry of a map of texts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'a, 'h> {
    values: &'a Values<'h>,
    entry: ObjectIndex,
}

impl Entry<'_, '_> {
    /// The text that is its value.
    pub(super) fn text(self) -> Option<String> {
        text_of(self.values, value_of(self.values, self.entry)?)
    }
}

/// `java.lang.System.props`: a `Properties` that is a hash table itself (before JDK 9) or keeps a
/// `ConcurrentHashMap`.
fn system_map(values: &Values<'_>) -> Option<ObjectIndex> {
    let system = values.heap().classes.by_name("java.lang.System")?;
    let properties = values.static_reference(system, "props")?;
    Some(values.reference(properties, "map").unwrap_or(properties))
}

/// `java.lang.ProcessEnvironment`: on Unix a `HashMap` of texts in wrappers, on Windows of texts.
fn environment_map(values: &Values<'_>) -> Option<ObjectIndex> {
    let class = values.heap().classes.by_name("java.lang.ProcessEnvironment")?;
    values.static_reference(class, "theEnvironment")
}

/// Calls `see` with key and entry of every entry of a hash table, `HashMap` or `ConcurrentHashMap`.
fn for_each_entry(
    values: &Values<'_>,
    map: ObjectIndex,
    see: &mut dyn FnMut(ObjectIndex, ObjectIndex),
) {
    let Some(table) = values.reference(map, "table") else { return };
    if !is_array(values.heap(), table) {
        return;
    }
    let buckets = values.object_elements(table, 0, LIMIT).unwrap_or_default();
    let mut steps = 0;
    for bucket in buckets {
        let bin = values.resolve(bucket);
        // A bin of many entries in a ConcurrentHashMap is a tree whose nodes are a list too.
        let mut entry = bin.map(|bin| values.reference(bin, "first").unwrap_or(bin));
        while let Some(node) = entry.filter(|_| steps < LIMIT) {
            if let Some(key) = values.reference(node, "key").or_else(|| values.reference(node, "k"))
            {
                see(key, node);
            }
            entry = values.reference(node, "next");
            steps += 1;
        }
    }
}

fn is_array(heap: &Heap, object: ObjectIndex) -> bool {
    heap.objects.kind(object, &heap.classes) == ObjectKind::ObjectArray
}

fn value_of(values: &Values<'_>, entry: ObjectIndex) -> Option<ObjectIndex> {
    values.reference(entry, "val").or_else(|| values.reference(entry, "value"))
}

fn text_of(values: &Values<'_>, object: ObjectIndex) -> Option<String> {
    const LONGEST: u32 = 4096;
    Some(values.string(object, LONGEST)?.0)
}

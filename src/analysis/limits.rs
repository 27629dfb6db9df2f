//! How much memory the process may take and takes outside the heap, as far as the heap tells.

use super::Inquiry;
use crate::heap::ClassIndex;
use crate::hprof::Value;

/// The largest size of the heap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capacity {
    /// Bytes.
    pub bytes: u64,
    /// Whether it is the JVM's argument itself; otherwise what the JVM made of it, which leaves out
    /// one survivor space with some collectors.
    pub is_exact: bool,
}

/// Memory outside the heap that objects of the heap account for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outside {
    /// Direct buffers as the JDK counts them.
    pub direct_buffers: u64,
    /// Their reserved bytes.
    pub direct_bytes: u64,
    /// Bytes of Netty's own direct memory.
    pub netty_bytes: u64,
    /// Mapped buffers as the JDK counts them.
    pub mapped_buffers: u64,
    /// Their bytes.
    pub mapped_bytes: u64,
    /// Instances of `Inflater` and `Deflater`, open or not.
    pub compressors: u64,
}

impl Outside {
    /// All bytes that are counted.
    pub fn bytes(&self) -> u64 {
        self.direct_bytes.saturating_add(self.netty_bytes).saturating_add(self.mapped_bytes)
    }
}

/// Arguments of the JVM that are looked at.
const MAX_ARGUMENTS: u32 = 1024;

impl Inquiry<'_> {
    /// The largest size of the heap: `-Xmx` among the JVM's arguments where the program has asked for
    /// these, else `VM.directMemory`, which is the largest heap unless `-XX:MaxDirectMemorySize` is
    /// given.
    pub fn capacity(&self) -> Option<Capacity> {
        let arguments = self.arguments();
        if let Some(bytes) = arguments.iter().rev().find_map(|text| heap_argument(text)) {
            return Some(Capacity { bytes, is_exact: true });
        }
        if arguments.iter().any(|text| text.starts_with("-XX:MaxDirectMemorySize")) {
            return None;
        }
        let direct = ["jdk.internal.misc.VM", "sun.misc.VM"]
            .iter()
            .find_map(|class| self.static_number(class, &["directMemory"]))?;
        let objects = self.used_heap().saturating_add(self.unreachable_bytes());
        // Less than what lies in the heap is a limit of direct memory alone.
        (direct >= objects).then_some(Capacity { bytes: direct, is_exact: false })
    }

    /// Shallow bytes of what no GC root reaches.
    pub(crate) fn unreachable_bytes(&self) -> u64 {
        self.loaded.totals.sum().unreachable_shallow
    }

    /// Arguments of the JVM, kept once somebody asked the `RuntimeMXBean` for them.
    pub(super) fn arguments(&self) -> Vec<String> {
        let values = &self.values;
        let class = self.heap().classes.by_name("sun.management.ManagementFactoryHelper");
        let list = class
            .and_then(|class| values.static_reference(class, "jvm"))
            .and_then(|jvm| values.reference(jvm, "vmArgs"));
        let mut at = list;
        for field in ["list", "c", "a", "elementData", "elements"] {
            at = at.and_then(|object| values.reference(object, field).or(Some(object)));
        }
        let elements = at.and_then(|array| values.object_elements(array, 0, MAX_ARGUMENTS).ok());
        let strings = elements.unwrap_or_default().into_iter().filter_map(|id| values.resolve(id));
        strings.filter_map(|string| values.string(string, 256)).map(|(text, _)| text).collect()
    }

    /// Memory outside the heap, from counters that the JDK and Netty keep in static fields: a few
    /// reads, however large the heap is.
    pub fn outside(&self) -> Outside {
        let bits = |names: &[&str]| self.static_number("java.nio.Bits", names).unwrap_or(0);
        let mapped = |names: &[&str]| {
            ["sun.nio.ch.FileChannelImpl$DefaultUnmapper", "sun.nio.ch.FileChannelImpl$Unmapper"]
                .iter()
                .find_map(|class| self.static_number(class, names))
                .unwrap_or(0)
        };
        let live = |name| {
            let class = self.heap().classes.by_name(name);
            class.map_or(0, |class: ClassIndex| self.loaded.totals.get(class).instances)
        };
        let netty = "io.netty.util.internal.PlatformDependent";
        Outside {
            direct_buffers: bits(&["COUNT", "count"]),
            direct_bytes: bits(&["RESERVED_MEMORY", "reservedMemory"]),
            netty_bytes: self.static_number(netty, &["DIRECT_MEMORY_COUNTER"]).unwrap_or(0),
            mapped_buffers: mapped(&["count"]),
            mapped_bytes: mapped(&["totalSize"]),
            compressors: live("java.util.zip.Inflater") + live("java.util.zip.Deflater"),
        }
    }

    /// A number in a static field, itself or in an `AtomicLong`; the first of the names that is there.
    fn static_number(&self, class: &str, names: &[&str]) -> Option<u64> {
        let heap = self.heap();
        let class = heap.classes.get(heap.classes.by_name(class)?);
        let field = names.iter().find_map(|name| {
            class.statics.iter().find(|f| heap.names.raw(f.name) == Some(name.as_bytes()))
        })?;
        let number = match field.value {
            Value::Long(number) => number,
            Value::Int(number) => number.into(),
            Value::Object(id) => self.values.integer(self.values.resolve(id)?, "value")?,
            _ => return None,
        };
        u64::try_from(number).ok()
    }
}

/// Bytes of `-Xmx512m` or `-XX:MaxHeapSize=512m`.
fn heap_argument(text: &str) -> Option<u64> {
    byte_size(text.strip_prefix("-Xmx").or_else(|| text.strip_prefix("-XX:MaxHeapSize="))?)
}

/// Bytes of `512m`, as the JVM's arguments have them.
pub(super) fn byte_size(size: &str) -> Option<u64> {
    let (digits, unit) = match size.char_indices().next_back()? {
        (at, unit) if unit.is_ascii_alphabetic() => (size.get(..at)?, unit),
        _ => (size, 'b'),
    };
    let shift = match unit.to_ascii_lowercase() {
        'b' => 0,
        'k' => 10,
        'm' => 20,
        'g' => 30,
        't' => 40,
        _ => return None,
    };
    digits.parse::<u64>().ok()?.checked_mul(1 << shift)
}

#[cfg(test)]
mod tests {
    use super::heap_argument;

    #[test]
    fn the_largest_heap_is_read_from_its_argument() {
        for (text, bytes) in [
            ("-Xmx512m", Some(512 << 20)),
            ("-Xmx4G", Some(4 << 30)),
            ("-Xmx1048576", Some(1 << 20)),
            ("-XX:MaxHeapSize=64k", Some(64 << 10)),
            ("-Xms512m", None),
            ("-Xmx", None),
            ("-Xmx99999999999999999999g", None),
            ("-Xmx9999999999999999g", None),
        ] {
            assert_eq!(heap_argument(text), bytes, "{text}");
        }
    }
}

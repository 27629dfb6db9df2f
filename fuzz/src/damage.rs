//! Damage to a valid dump: wrong lengths, swapped ids, repeated records, cuts.

use crate::landmarks::{Field, Landmarks};
use arbitrary::Arbitrary;

/// One thing that goes wrong. Positions are taken modulo how many there are.
#[derive(Arbitrary, Clone, Debug)]
pub enum Damage {
    /// The file ends here.
    Cut(u32),
    /// The file ends at the start of a record.
    CutAtRecord(u16),
    /// A byte is another.
    Byte(u32, u8),
    /// A field has an extreme value.
    Extreme(u16, Extreme),
    /// A field is a little larger or smaller.
    Off(u16, i8),
    /// A field has the value of another one.
    Copied(u16, u16),
    /// Two fields have each other's values.
    Swapped(u16, u16),
    /// Records come twice.
    Repeated(u16, u8, u16),
    /// Records are missing.
    Lost(u16, u8),
    /// Zeros, as in a hole of a file.
    Hole(u32, u16),
}

/// A value at the edge of what a field can hold.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub enum Extreme {
    Zero,
    One,
    All,
    Half,
    BelowHalf,
    Bit(u8),
}

impl Extreme {
    fn value(self) -> u64 {
        match self {
            Self::Zero => 0,
            Self::One => 1,
            Self::All => u64::MAX,
            Self::Half => 0x8000_0000_8000_0000,
            Self::BelowHalf => 0x7fff_ffff_7fff_ffff,
            Self::Bit(bit) => 1 << (bit % 64),
        }
    }
}

fn get(dump: &[u8], field: Field) -> u64 {
    dump[field.at..field.at + field.width].iter().fold(0, |sum, &byte| sum << 8 | u64::from(byte))
}

fn set(dump: &mut [u8], field: Field, value: u64) {
    let bytes = value.to_be_bytes();
    dump[field.at..field.at + field.width].copy_from_slice(&bytes[8 - field.width..]);
}

fn pick<T: Copy>(list: &[T], index: u16) -> Option<T> {
    list.get(usize::from(index) % list.len().max(1)).copied()
}

/// The records `from..from + count`, as bytes.
fn span(marks: &Landmarks, len: usize, from: u16, count: u8) -> Option<(usize, usize)> {
    let index = usize::from(from) % marks.starts.len().max(1);
    let start = *marks.starts.get(index)?;
    let end = marks.starts.get(index + 1 + usize::from(count)).map_or(len, |&end| end);
    (start < end).then_some((start, end))
}

/// A dump does not grow beyond this by repetition.
const LARGEST: usize = 1 << 18;

impl Damage {
    /// Damages the dump. What there is nothing of is left as it is.
    pub fn apply(&self, dump: &mut Vec<u8>) {
        let len = dump.len();
        if len == 0 {
            return;
        }
        match *self {
            Self::Cut(at) => dump.truncate(at as usize % len),
            Self::Byte(at, byte) => dump[at as usize % len] = byte,
            Self::Hole(at, count) => {
                let at = at as usize % len;
                let end = len.min(at + usize::from(count));
                dump[at..end].fill(0);
            }
            _ => self.apply_to_records(dump),
        }
    }

    fn apply_to_records(&self, dump: &mut Vec<u8>) {
        let marks = Landmarks::of(dump);
        let field = |index| pick(&marks.fields, index);
        match *self {
            Self::CutAtRecord(index) => {
                dump.truncate(pick(&marks.starts, index).unwrap_or(dump.len()));
            }
            Self::Extreme(index, extreme) => {
                if let Some(field) = field(index) {
                    set(dump, field, extreme.value());
                }
            }
            Self::Off(index, by) => {
                if let Some(field) = field(index) {
                    let value = get(dump, field).wrapping_add_signed(by.into());
                    set(dump, field, value);
                }
            }
            Self::Copied(to, from) => {
                if let (Some(to), Some(from)) = (field(to), field(from)) {
                    let value = get(dump, from);
                    set(dump, to, value);
                }
            }
            Self::Swapped(one, other) => {
                if let (Some(one), Some(other)) = (field(one), field(other)) {
                    let (first, second) = (get(dump, one), get(dump, other));
                    set(dump, one, second);
                    set(dump, other, first);
                }
            }
            Self::Repeated(from, count, to) => {
                let at = pick(&marks.starts, to);
                if let (Some((start, end)), Some(at)) = (span(&marks, dump.len(), from, count), at)
                    && dump.len() + (end - start) <= LARGEST
                {
                    let records = dump[start..end].to_vec();
                    dump.splice(at..at, records);
                }
            }
            Self::Lost(from, count) => {
                if let Some((start, end)) = span(&marks, dump.len(), from, count) {
                    dump.drain(start..end);
                }
            }
            Self::Cut(_) | Self::Byte(..) | Self::Hole(..) => {}
        }
    }
}

/// A mutation of a file that may be a dump: half of the time one that knows the format.
/// `data[..size]` is the file; returns its new size.
pub fn mutate(
    data: &mut [u8],
    size: usize,
    max_size: usize,
    seed: u32,
    plain: impl FnOnce(&mut [u8], usize, usize) -> usize,
) -> usize {
    if seed % 2 == 0 {
        return plain(data, size, max_size);
    }
    // splitmix64 makes the few bytes that a Damage takes from the seed.
    let mut state = u64::from(seed);
    let noise: Vec<u8> = (0..4)
        .flat_map(|_| {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (state ^ state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            ((mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb)).to_le_bytes()
        })
        .collect();
    let mut dump = data[..size].to_vec();
    if let Ok(damage) = Damage::arbitrary(&mut arbitrary::Unstructured::new(&noise)) {
        damage.apply(&mut dump);
    }
    let new = dump.len().min(max_size).min(data.len());
    data[..new].copy_from_slice(&dump[..new]);
    new
}

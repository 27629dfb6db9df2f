//! How a gzip file ended, and the words for it.

/// Why the output ended before the file did, or before the data did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The file ends inside a header or compressed data: it was cut off.
    Cut,
    /// The file ends inside the last checksum: all data is there, nobody can check it.
    CutInChecksum,
    /// The compressed data cannot be read on.
    Damaged,
}

/// Where and why the output ended early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// What kind of damage.
    pub stop: Stop,
    /// Offset in the compressed file where it was noticed.
    pub compressed_offset: u64,
    /// How many inflated bytes came before it was noticed.
    pub output_offset: u64,
    /// A clause for a person, without offsets.
    pub message: String,
}

/// Members whose checksum is wrong although their data could be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mismatches {
    /// How many members.
    pub count: u64,
    /// Offset in the compressed file of the first wrong checksum.
    pub compressed_offset: u64,
    /// Inflated bytes that the first of them covers: from this offset (equal to the next when the
    /// checksum is that of a header)
    pub output_from: u64,
    /// to this one.
    pub output_to: u64,
}

/// How a gzip file ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GzipEnding {
    /// Why the output ended early, if it did.
    pub damage: Option<Damage>,
    /// Wrong checksums of members that were read to their end.
    pub mismatches: Mismatches,
    /// Offset of bytes after the last member that are neither zeros nor a member. They were
    /// ignored, as gzip does; in a file of many members they may be a member whose first bytes
    /// were destroyed.
    pub trailing_garbage: Option<u64>,
    /// Number of members that are complete.
    pub members: u64,
    /// Length of the compressed file.
    pub compressed_len: u64,
    /// Number of inflated bytes.
    pub inflated_len: u64,
}

/// Something about a gzip file that a person should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GzipWarning {
    /// Stable name of the kind, for programs.
    pub kind: &'static str,
    /// How often it occurred.
    pub count: u64,
    /// Offset in the inflated data.
    pub output_offset: u64,
    /// One sentence, with offsets of the compressed file.
    pub message: String,
}

impl GzipEnding {
    /// Whether the file holds everything that was compressed, with right checksums.
    pub fn complete(&self) -> bool {
        self.damage.is_none() && self.mismatches.count == 0
    }

    /// Whether inflated bytes are missing at the end. Bytes after the last member do not tell.
    pub fn lacks_data(&self) -> bool {
        self.damage.as_ref().is_some_and(|damage| damage.stop != Stop::CutInChecksum)
    }

    /// What to tell a person; nothing when all is well.
    pub fn warnings(&self) -> Vec<GzipWarning> {
        let damage = self.damage.as_ref().map(|damage| self.damage_warning(damage));
        let trailing = self.trailing_garbage.map(|at| self.trailing_warning(at));
        [damage, self.mismatch_warning(), trailing].into_iter().flatten().collect()
    }

    fn damage_warning(&self, damage: &Damage) -> GzipWarning {
        let at = damage.compressed_offset;
        let (kind, consequence) = match damage.stop {
            Stop::Cut => (
                "gzipCut",
                "what came after it is missing, and the file does not tell how much".to_owned(),
            ),
            Stop::CutInChecksum => {
                ("gzipChecksumMissing", "all data is there, but it cannot be checked".to_owned())
            }
            Stop::Damaged => ("gzipDamage", self.unread_from(at)),
        };
        let message =
            format!("{} at byte {at} of the compressed file: {consequence}", damage.message);
        GzipWarning { kind, count: 1, output_offset: damage.output_offset, message }
    }

    /// How much of the compressed file is of no use from `at` on.
    fn unread_from(&self, at: u64) -> String {
        let unread = self.compressed_len.saturating_sub(at);
        format!(
            "the last {unread} of its {} bytes ({} %) cannot be read",
            self.compressed_len,
            percent(unread, self.compressed_len)
        )
    }

    fn mismatch_warning(&self) -> Option<GzipWarning> {
        let Mismatches { count, compressed_offset, output_from, output_to } = self.mismatches;
        let covers = if output_from == output_to {
            "it is that of a header, and the data behind it was read nevertheless".to_owned()
        } else {
            format!(
                "what lies at offsets {output_from:#x} to {output_to:#x} of the dump may not be \
                 what the JVM wrote"
            )
        };
        let message = format!(
            "A checksum is wrong at byte {compressed_offset} of the compressed file: {covers}"
        );
        let kind = "gzipChecksum";
        (count > 0).then_some(GzipWarning { kind, count, output_offset: output_from, message })
    }

    fn trailing_warning(&self, at: u64) -> GzipWarning {
        let left_out = self.compressed_len.saturating_sub(at);
        GzipWarning {
            kind: "gzipTrailer",
            count: 1,
            output_offset: self.inflated_len,
            message: format!(
                "After the compressed data, from byte {at} of the compressed file on, come \
                 {left_out} bytes that are not gzip: they are left out"
            ),
        }
    }
}

/// `part` of `whole` in whole percent, at least 1 unless it is nothing.
fn percent(part: u64, whole: u64) -> u64 {
    let percent = u128::from(part) * 100 / u128::from(whole.max(1));
    u64::try_from(percent).unwrap_or(100).max(u64::from(part > 0))
}

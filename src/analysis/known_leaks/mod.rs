//! Known leaks: what others have met before, with the remedy.
//!
//! The catalogue is data (`catalogue.toml`, explained in `docs/known-leaks.md`); this is the one
//! function that compares it with a dump. A known leak never hides what was found without it.

pub mod catalogue;
mod fields;
mod kin;
mod loaders;
mod matching;
mod reading;
pub mod versions;

use super::Inquiry;
use super::story::Phrase;
use super::suspects::Suspect;
use catalogue::{Catalogue, Leak};
use matching::{Evidence, Matcher};
use serde::Serialize;
use versions::{Found, Standing};

/// How sure a match is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Certainty {
    /// The heap shows the pattern and a version that is known to be affected.
    Certain,
    /// The heap shows the pattern.
    Likely,
    /// The heap shows a way to leak that has many causes.
    Possible,
}

/// A known leak that the heap shows.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct KnownLeak {
    /// Stable name of the entry.
    pub id: String,
    /// What goes wrong, in a few words.
    pub title: String,
    /// How sure the match is.
    pub certainty: Certainty,
    /// Rank of the suspect that it explains; `None` when it explains none in particular.
    pub suspect: Option<u32>,
    /// Share of the used heap that the evidence speaks of, 0 to 1; 0 where it is about counts.
    pub share: f64,
    /// What the heap shows, a sentence each.
    pub evidence: Vec<Vec<Phrase>>,
    /// Versions of the library as the heap names them.
    pub versions: Vec<String>,
    /// The version after the one in the heap that is free of it; all such versions where the heap
    /// shows none of their lines.
    pub fixed_in: Vec<String>,
    /// Why the memory is not given back.
    pub explanation: String,
    /// What to do about it.
    pub remedy: String,
    /// Where this is written down.
    pub sources: Vec<String>,
}

impl Inquiry<'_> {
    /// The entries of the catalogue that the heap shows: those about the first suspect first, then
    /// the surest, then the largest.
    ///
    /// Counts, sizes and paths are looked at first; only where these leave an entry standing are
    /// instances of its classes looked for (one walk over the objects) and read (some dozens each).
    pub fn known_leaks(&self, suspects: &[Suspect]) -> Vec<KnownLeak> {
        match Catalogue::shipped() {
            Ok(catalogue) => self.known_leaks_of(&catalogue, suspects),
            // A test reads the file that is built in.
            Err(_) => Vec::new(),
        }
    }

    /// [`known_leaks`](Self::known_leaks) of another catalogue.
    pub fn known_leaks_of(&self, catalogue: &Catalogue, suspects: &[Suspect]) -> Vec<KnownLeak> {
        let mut matcher = Matcher::new(self, suspects, &catalogue.leaks);
        let standing: Vec<&Leak> =
            catalogue.leaks.iter().filter(|leak| matcher.may_show(leak)).collect();
        matcher.find_instances(&standing);
        let mut found: Vec<(&Leak, KnownLeak)> = standing
            .into_iter()
            .filter_map(|leak| {
                let evidence = matcher.evidence(leak)?;
                Some((leak, self.known_leak(catalogue, leak, evidence)?))
            })
            .collect();
        let special: Vec<Option<u32>> = found
            .iter()
            .filter(|(leak, _)| !leak.general)
            .map(|(_, known)| known.suspect)
            .collect();
        found.retain(|(leak, known)| !leak.general || !special.contains(&known.suspect));
        let mut found: Vec<KnownLeak> = found.into_iter().map(|(_, known)| known).collect();
        found.sort_by(|a, b| {
            let rank = |known: &KnownLeak| known.suspect.unwrap_or(u32::MAX);
            rank(a)
                .cmp(&rank(b))
                .then(a.certainty.cmp(&b.certainty))
                .then(b.share.total_cmp(&a.share))
        });
        found
    }

    /// The entry as an answer, unless the library's version rules it out.
    fn known_leak(
        &self,
        catalogue: &Catalogue,
        leak: &Leak,
        evidence: Evidence,
    ) -> Option<KnownLeak> {
        let library = leak.library.as_ref().and_then(|name| catalogue.libraries.get(name));
        let found = library.map_or_else(Vec::new, |library| self.versions_of(library));
        let standings: Vec<Standing> =
            found.iter().map(|found| versions::standing(&found.version, &leak.fixed_in)).collect();
        let affected = standings.contains(&Standing::Affected);
        let all_fixed =
            !standings.is_empty() && standings.iter().all(|standing| *standing == Standing::Fixed);
        if all_fixed || (leak.version_required && !affected) {
            return None;
        }
        let certainty = match (affected, leak.general) {
            (true, _) => Certainty::Certain,
            (false, false) => Certainty::Likely,
            (false, true) => Certainty::Possible,
        };
        let affected = found.iter().zip(&standings).find(|(_, s)| **s == Standing::Affected);
        let fix = affected.and_then(|(found, _)| versions::fix_of(&found.version, &leak.fixed_in));
        Some(KnownLeak {
            id: leak.id.clone(),
            title: leak.title.clone(),
            certainty,
            suspect: evidence.suspect,
            share: evidence.share,
            evidence: evidence.sentences,
            versions: found.into_iter().map(|Found { shown, .. }| shown).collect(),
            fixed_in: fix.map_or_else(|| leak.fixed_in.clone(), |fix| vec![fix]),
            explanation: leak.explanation.clone(),
            remedy: leak.remedy.clone(),
            sources: leak.sources.clone(),
        })
    }
}

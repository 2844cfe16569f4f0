//! The detector: packs of types, ready to be applied.

use std::sync::OnceLock;

use weir_table::{ColumnProfile, Limits, Profile, Source, Table, TableError};
use weir_types::Finding;

use crate::automaton::Automaton;
use crate::catalogue::{Catalogue, Category, TypeId};
use crate::inside::{self, Inside};
use crate::names::Dictionary;
use crate::pack::{Fault, Pack, PackError, TypeSpec};
use crate::scan::{Scan, Scanner};
use crate::{digests, roles};

/// Types of some packs, compiled.
#[derive(Debug)]
pub struct Detector {
    catalogue: Catalogue,
    automaton: Automaton,
    names: Dictionary,
    loose: Vec<OnceLock<Option<Automaton>>>,
}

/// What a column holds, with what a full scan counted.
#[derive(Clone, Debug)]
pub struct ColumnReport {
    /// What the column holds and why.
    pub finding: Finding,
    /// The type that `finding.semantic` is the key of.
    pub ty: TypeId,
    /// The kind of information it belongs to.
    pub category: Category,
    /// The pack that the type comes from.
    pub pack: String,
    /// What cells of the column are, beyond what the column as a whole is: every type that some
    /// cell fits, most cells first. Empty without a full scan.
    pub matches: Vec<Match>,
    /// What its texts hold, where it is a column of texts; the finding has it in words.
    pub inside: Inside,
}

/// Cells of a column that fit a type.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// The type.
    pub ty: TypeId,
    /// Its key.
    pub semantic: String,
    /// The kind of information it belongs to.
    pub category: Category,
    /// Cells that fit it, its check digits included.
    pub cells: u64,
    /// Their share of the cells that are not empty.
    pub share: f64,
}

impl Detector {
    /// The detector of the types that weir comes with.
    pub fn builtin() -> &'static Self {
        static BUILTIN: OnceLock<Detector> = OnceLock::new();
        BUILTIN.get_or_init(|| Self::with_packs(Vec::new()).expect("tests read the packs"))
    }

    /// A detector of the types that weir comes with and of some packs beside them.
    ///
    /// A type of a pack whose identifier weir has replaces that of weir. Types of packs stand
    /// before those of weir otherwise: where both fit a column equally well, the pack's is taken.
    ///
    /// # Errors
    ///
    /// A type that names another which is in none of the packs; patterns that are too large
    /// together.
    pub fn with_packs(packs: Vec<Pack>) -> Result<Self, PackError> {
        let own: std::collections::BTreeSet<String> =
            Catalogue::builtin().ids().map(|id| Catalogue::builtin().key(id).to_owned()).collect();
        let mut first = Vec::new();
        let mut last = Vec::new();
        let mut at = None;
        for Pack { name, file, types } in packs {
            at.get_or_insert_with(|| file.clone());
            let (replacing, new): (Vec<TypeSpec>, Vec<TypeSpec>) =
                types.into_iter().partition(|spec| own.contains(&spec.key));
            first.push(Pack { name: name.clone(), file: file.clone(), types: new });
            last.push(Pack { name, file, types: replacing });
        }
        first.extend(Pack::builtin());
        first.extend(last);
        let catalogue = Catalogue::of_packs(first)?;
        let specs: Vec<TypeSpec> = catalogue.ids().map(|id| catalogue.spec(id).clone()).collect();
        let automaton = Automaton::of(&specs).ok_or_else(|| {
            let fault = Fault::PatternSize { id: "all types together".to_owned() };
            PackError::new(&at.unwrap_or_default(), 1, fault)
        })?;
        let names = Dictionary::of(&catalogue);
        let loose = specs.iter().map(|_| OnceLock::new()).collect();
        Ok(Self { catalogue, automaton, names, loose })
    }

    /// The types it knows.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    pub(crate) fn automaton(&self) -> &Automaton {
        &self.automaton
    }

    pub(crate) fn names(&self) -> &Dictionary {
        &self.names
    }

    /// The test of what a value of a type looks like at least.
    pub(crate) fn loose(&self, ty: TypeId) -> Option<&Automaton> {
        let compiled = self.loose[ty.place()].get_or_init(|| {
            let spec = self.catalogue.spec(ty);
            let pattern = spec.loose.clone()?;
            let loose = TypeSpec {
                patterns: vec![pattern],
                check: None,
                dictionary: Vec::new(),
                lists: Vec::new(),
                ends: Vec::new(),
                length: 1..usize::MAX,
                ..spec.clone()
            };
            Automaton::of(&[loose])
        });
        compiled.as_ref()
    }

    /// What one thread of a full scan looks at cells with.
    pub fn scanner(&self, n_columns: usize) -> Scanner<'_> {
        Scanner::new(&self.automaton, n_columns)
    }

    /// Reads a source once, every cell of it against every type: what [`Self::inspect`] takes.
    ///
    /// `progress` is told the rows read so far.
    ///
    /// # Errors
    ///
    /// As [`Source::profile`].
    pub fn read(
        &self,
        source: Source,
        limits: &Limits,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<(Table, Profile, Scan), TableError> {
        let n_columns = source.columns().len();
        let scanner = || self.scanner(n_columns);
        let (table, profile, scanners) = source.profile_watched(limits, progress, &scanner)?;
        let mut scan = Scan::default();
        scanners.into_iter().for_each(|scanner| scan.merge(scanner.finish()));
        Ok((table, profile, scan))
    }

    /// Says of every column, in order, what it holds and which role it gets.
    pub fn detect(&self, profile: &Profile) -> Vec<Finding> {
        self.drafts(profile, &[]).into_iter().map(|draft| draft.finding).collect()
    }

    /// Says of every column, in order, what it holds, with what a full scan counted.
    ///
    /// `scan` is of the same table; without it nothing is said of single cells.
    pub fn inspect(&self, profile: &Profile, scan: Option<&Scan>) -> Vec<ColumnReport> {
        self.inspect_commented(profile, &[], scan)
    }

    /// As [`Self::inspect`]; `comments` are what the owner of the table wrote about its columns, in
    /// order. One is taken for the name of a column whose name says nothing.
    pub fn inspect_commented(
        &self,
        profile: &Profile,
        comments: &[Option<String>],
        scan: Option<&Scan>,
    ) -> Vec<ColumnReport> {
        let drafts = self.drafts(profile, comments);
        let report = |(place, mut draft): (usize, roles::Draft)| {
            let inside = self.inside(&draft, &profile.columns[place]);
            // How many values there are is said last.
            let last = draft.finding.signals.len().saturating_sub(1);
            draft.finding.signals.splice(last..last, inside.signal());
            ColumnReport {
                ty: draft.what,
                category: self.catalogue.category(draft.what),
                pack: self.catalogue.pack(draft.what).to_owned(),
                matches: scan.map(|scan| self.matches(scan, place)).unwrap_or_default(),
                inside,
                finding: draft.finding,
            }
        };
        drafts.into_iter().enumerate().map(report).collect()
    }

    /// What the texts of a column hold, where it is one of texts.
    fn inside(&self, draft: &roles::Draft, column: &ColumnProfile) -> Inside {
        const LONG: usize = 30;
        let key = self.catalogue.key(draft.what);
        let texts = matches!(key, "free-text" | "mixed-identifiers")
            || (key == "unrecognised" && column.longest > LONG);
        if texts { inside::of(column) } else { Inside::default() }
    }

    fn matches(&self, scan: &Scan, place: usize) -> Vec<Match> {
        let Some(tally) = scan.columns.get(place) else { return Vec::new() };
        let mut matches: Vec<Match> = tally
            .fits
            .iter()
            .map(|(ty, cells)| Match {
                ty: *ty,
                semantic: self.catalogue.key(*ty).to_owned(),
                category: self.catalogue.category(*ty),
                cells: *cells,
                share: *cells as f64 / tally.filled.max(1) as f64,
            })
            .collect();
        matches.sort_by(|a, b| b.cells.cmp(&a.cells).then(a.ty.cmp(&b.ty)));
        matches
    }

    fn drafts(&self, profile: &Profile, comments: &[Option<String>]) -> Vec<roles::Draft> {
        let mut memory = self.automaton.memory();
        let judge = |(at, column)| {
            let comment = comments.get(at).and_then(Option::as_deref);
            roles::judge(column, comment, profile.rows, self, &mut memory)
        };
        let mut drafts: Vec<_> = profile.columns.iter().enumerate().map(judge).collect();
        digests::explain(&mut drafts, profile, &self.catalogue);
        roles::choose_person_key(&mut drafts, profile.rows, &self.catalogue);
        drafts
    }
}

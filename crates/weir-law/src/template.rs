//! The pack that `weir law new` writes to start from.

use crate::pack::PackFile;

/// Files of the pack, by their names in its folder.
pub const PACK: [PackFile<'static>; 1] =
    [PackFile { name: "pack.toml", text: include_str!("../../../laws/template/pack.toml") }];

/// Files of its cases, by their names in the folder `cases`.
pub const CASES: [PackFile<'static>; 1] = [PackFile {
    name: "cases.toml",
    text: include_str!("../../../laws/template/cases/cases.toml"),
}];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RulePack;
    use crate::cases::Cases;

    #[test]
    fn the_template_passes_its_own_test() {
        let pack = RulePack::read(&PACK).unwrap_or_else(|e| panic!("{e}: {}", e.hint()));
        let report = Cases::read(&CASES).unwrap().run(&pack);
        assert!(report.passed(), "{report:?}");
        assert_eq!((report.rules, report.scenarios), (4, 6));
        assert_eq!(pack.label(), "my-sector 1 (as of 2026-11-23) on cn-2026 3 (as of 2026-11-23)");
    }
}

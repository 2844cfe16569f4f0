//! The documents of the claims example, on disk. `WEIR_WRITE_GOLDEN=1` writes them anew.

use std::fs;
use std::path::Path;

use weir_documents::Figures;
use weir_law::Route;
use weir_types::{Bilingual, Lang};

use crate::support::{Desk, LANGS, example};

#[test]
fn the_documents_of_the_claims_example_are_as_recorded() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut anonymised = Desk::new(example("claims"), Route::Anonymised);
    anonymised.figures = Some(Figures {
        k: Some(5),
        smallest_class: Some(5),
        people: Some(5_624),
        loss: Some(0.34),
        method: Some(Bilingual::new("全域泛化", "full-domain generalisation")),
        measured: true,
    });
    let as_is = Desk::new(example("claims"), Route::AsIs);
    for (route, desk) in [("as-is", &as_is), ("anonymised", &anonymised)] {
        for lang in LANGS {
            for document in desk.all(lang) {
                let end = if lang == Lang::Zh { "zh" } else { "en" };
                let path = folder.join(format!("{route}-{}.{end}.md", document.name));
                if std::env::var_os("WEIR_WRITE_GOLDEN").is_some() {
                    fs::write(&path, &document.markdown).unwrap();
                }
                let recorded = fs::read_to_string(&path).unwrap_or_default();
                assert_eq!(document.markdown, recorded, "{}", path.display());
            }
        }
    }
}

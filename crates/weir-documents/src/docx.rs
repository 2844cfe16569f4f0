//! Markdown as a Word document: Office Open XML, ISO/IEC 29500-1:2016, transitional.
//!
//! The Markdown stays the one source: it is parsed as any reader would parse it, and what its parser
//! reports is written as WordprocessingML. Styles, page and fonts are fixed parts in `parts/`.

mod body;
mod text;

use std::io::{Cursor, Write as _};

use weir_types::Lang;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use self::body::Body;
use self::text::escaped;
use crate::error::DocumentError;

/// What a Word document says beside its text.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// Title, in the properties of the file.
    pub title: &'a str,
    /// A line at the foot of each page, before the page number.
    pub foot: &'a str,
    /// Language of the text.
    pub lang: Lang,
    /// Day on which it was made, `YYYY-MM-DD`.
    pub day: &'a str,
}

/// Writes Markdown (CommonMark with tables) as DOCX. The same input gives the same bytes.
///
/// Headings, paragraphs, bold, emphasis, code, quotes, rules, nested bullet and numbered lists and
/// tables are kept. Links become their text; HTML is shown as it is written, because a draft has
/// none; pictures become their alternative text. Characters that XML cannot hold are left out.
///
/// # Errors
///
/// [`DocumentError::Archive`] only, where the text is beyond what a ZIP archive can hold.
pub fn docx(markdown: &str, about: &About<'_>) -> Result<Vec<u8>, DocumentError> {
    let body = Body::read(markdown);
    let language = match about.lang {
        Lang::Zh => "zh-CN",
        Lang::En => "en-GB",
    };
    let day = about.day;
    let parts = [
        ("[Content_Types].xml", CONTENT_TYPES.to_owned()),
        ("_rels/.rels", PACKAGE_RELATIONS.to_owned()),
        (
            "docProps/core.xml",
            CORE.replace("{title}", &escaped(about.title))
                .replace("{day}", &escaped(day))
                .replace("{language}", language),
        ),
        ("word/document.xml", DOCUMENT.replace("{body}", &body.xml)),
        ("word/_rels/document.xml.rels", DOCUMENT_RELATIONS.to_owned()),
        ("word/styles.xml", STYLES.replace("{language}", language)),
        ("word/settings.xml", SETTINGS.to_owned()),
        ("word/numbering.xml", body.numbering()),
        ("word/footer1.xml", footer(about)),
    ];
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    // Fixed times and no rights: the bytes depend on nothing but the text.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::DEFAULT);
    let failed = |source| DocumentError::Archive { source };
    for (name, text) in parts {
        archive.start_file(name, options).map_err(failed)?;
        archive.write_all(text.as_bytes()).map_err(|source| failed(source.into()))?;
    }
    Ok(archive.finish().map_err(failed)?.into_inner())
}

/// The foot of each page: a line, and the number of the page.
fn footer(about: &About<'_>) -> String {
    let (before, between, after) = match about.lang {
        Lang::Zh => ("　第 ", " 页，共 ", " 页"),
        Lang::En => ("   page ", " of ", ""),
    };
    FOOTER
        .replace("{foot}", &escaped(about.foot))
        .replace("{before}", before)
        .replace("{between}", between)
        .replace("{after}", after)
}

const CONTENT_TYPES: &str = include_str!("../parts/content-types.xml");
const PACKAGE_RELATIONS: &str = include_str!("../parts/package-relations.xml");
const CORE: &str = include_str!("../parts/core.xml");
const DOCUMENT: &str = include_str!("../parts/document.xml");
const DOCUMENT_RELATIONS: &str = include_str!("../parts/document-relations.xml");
const STYLES: &str = include_str!("../parts/styles.xml");
const SETTINGS: &str = include_str!("../parts/settings.xml");
const FOOTER: &str = include_str!("../parts/footer.xml");

#[cfg(test)]
mod tests;

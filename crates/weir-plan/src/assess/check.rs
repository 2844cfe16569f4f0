//! What a table must be beyond its types.

use std::collections::BTreeSet;

use weir_law::Place;

use super::answers::UNKNOWN;
use super::table::{AnswerText, BandEntry, Question, TableText};
use super::{Band, RecipientTableError};

/// Most points of an answer; sums of them stay small.
const MOST_POINTS: u32 = 1_000;

/// Longest time between audits.
const MOST_MONTHS: u32 = 120;

type Places<'a> = &'a dyn Fn(usize) -> Place;

pub(super) fn table(table: &TableText, place: Places<'_>) -> Result<(), RecipientTableError> {
    let head = &table.table;
    let start = head.id.span().start;
    named(head.id.get_ref(), place(start))?;
    filled(
        &place(start),
        &[("version", &head.version), ("note_zh", &head.note_zh), ("note_en", &head.note_en)],
    )?;
    if head.review_by <= head.as_of {
        let must = "a day after `as_of`";
        return Err(RecipientTableError::OutOfRange {
            place: place(start),
            key: "review_by",
            must,
        });
    }
    context(table, place)?;
    bands(table, place)?;
    if table.questions.is_empty() {
        return Err(RecipientTableError::NoQuestions { place: place(0) });
    }
    let mut ids = BTreeSet::new();
    for each in &table.questions {
        let place = |start| place(start);
        if !ids.insert(each.id()) {
            let name = each.id().to_owned();
            return Err(RecipientTableError::Twice { place: place(each.start()), name });
        }
        question(each, &place)?;
    }
    Ok(())
}

fn context(table: &TableText, place: Places<'_>) -> Result<(), RecipientTableError> {
    let context = &table.context;
    let place = place(context.source.span().start);
    filled(&place, &[("source", context.source.get_ref())])?;
    let deliberate = context.deliberate.all().into_iter().flat_map(|row| row.all());
    let at_least = table.bands.iter().map(|band| &band.context_at_least);
    let mut chances = [
        ("deliberate", deliberate.collect::<Vec<_>>()),
        ("breach", context.breach.all().to_vec()),
        ("context_at_least", at_least.collect()),
    ]
    .into_iter();
    match chances.find(|(_, all)| !all.iter().all(|chance| (0.0..=1.0).contains(*chance))) {
        Some((key, _)) => {
            Err(RecipientTableError::OutOfRange { place, key, must: "a chance from 0 to 1" })
        }
        None => Ok(()),
    }
}

fn bands(table: &TableText, place: Places<'_>) -> Result<(), RecipientTableError> {
    let start = |band: &BandEntry| band.band.span().start;
    let first = table.bands.first().map_or(0, start);
    if table.bands.len() != Band::ALL.len() {
        return Err(RecipientTableError::Bands { place: place(first) });
    }
    let mut above: Option<&BandEntry> = None;
    for (band, letter) in table.bands.iter().zip(Band::ALL) {
        let place = place(start(band));
        let falls = above.is_none_or(|above| band.from < above.from);
        let last = (letter == Band::D) == (band.from == 0);
        if *band.band.get_ref() != letter || !falls || !last || band.from > 100 {
            return Err(RecipientTableError::Bands { place });
        }
        supervision(band, &place)?;
        let milder = above.and_then(|above| milder_in(table, above, band));
        if let Some(key) = milder {
            return Err(RecipientTableError::Milder { place, band: letter, key });
        }
        above = Some(band);
    }
    Ok(())
}

/// The key in which a band asks for less than the one above it.
fn milder_in(table: &TableText, above: &BandEntry, band: &BandEntry) -> Option<&'static str> {
    if !above.measures.iter().all(|measure| band.measures.contains(measure)) {
        Some("measures")
    } else if table.context.of(band) < table.context.of(above) {
        Some("context")
    } else if band.supervision.audit_months > above.supervision.audit_months {
        Some("audit_months")
    } else {
        None
    }
}

fn supervision(band: &BandEntry, place: &Place) -> Result<(), RecipientTableError> {
    filled(place, &[("why_zh", &band.why_zh), ("why_en", &band.why_en)])?;
    let given = &band.supervision;
    if !(1..=MOST_MONTHS).contains(&given.audit_months) {
        return Err(RecipientTableError::OutOfRange {
            place: place.clone(),
            key: "audit_months",
            must: "a number of months from 1 to 120",
        });
    }
    for (key, zh, en) in [
        ("automatic", &given.automatic_zh, &given.automatic_en),
        ("signed", &given.signed_zh, &given.signed_en),
    ] {
        if zh.len() != en.len() {
            return Err(RecipientTableError::Languages { place: place.clone(), key });
        }
        zh.iter().chain(en).try_for_each(|text| filled(place, &[(key, text)]))?;
    }
    let mut measures = BTreeSet::new();
    for measure in &band.measures {
        named(measure, place.clone())?;
        if !measures.insert(measure) {
            let name = measure.clone();
            return Err(RecipientTableError::Twice { place: place.clone(), name });
        }
    }
    Ok(())
}

fn question(question: &Question, place: Places<'_>) -> Result<(), RecipientTableError> {
    let here = place(question.start());
    named(question.id(), here.clone())?;
    filled(&here, &[("zh", &question.zh), ("en", &question.en), ("source", &question.source)])?;
    let mut words = BTreeSet::new();
    for answer in &question.answers {
        let place = place(answer.start());
        named(answer.word(), place.clone())?;
        if !words.insert(answer.word()) {
            let name = answer.word().to_owned();
            return Err(RecipientTableError::Twice { place, name });
        }
        let AnswerText { zh, en, why_zh, why_en, .. } = answer;
        filled(&place, &[("zh", zh), ("en", en), ("why_zh", why_zh), ("why_en", why_en)])?;
        if answer.points > MOST_POINTS {
            let must = "a whole number from 0 to 1000";
            return Err(RecipientTableError::OutOfRange { place, key: "points", must });
        }
    }
    if is_ordered(question) {
        return Ok(());
    }
    Err(RecipientTableError::Answers { place: here, question: question.id().to_owned() })
}

/// Whether the answers go from one that is worst in points and in caps to one that is best.
fn is_ordered(question: &Question) -> bool {
    if question.answers.len() < 2 {
        return false;
    }
    let (worst, best) = (question.worst(), question.best());
    let strictest = question.answers.iter().map(|answer| answer.at_most).max();
    worst.points == 0
        && best.points > 0
        && strictest == Some(worst.at_most)
        && best.at_most == Band::A
}

fn named(name: &str, place: Place) -> Result<(), RecipientTableError> {
    let letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if !name.is_empty() && name.bytes().all(letter) && name != UNKNOWN {
        return Ok(());
    }
    Err(RecipientTableError::Name { place, name: name.to_owned() })
}

fn filled(place: &Place, texts: &[(&'static str, &String)]) -> Result<(), RecipientTableError> {
    match texts.iter().find(|(_, text)| text.trim().is_empty()) {
        Some((key, _)) => Err(RecipientTableError::Empty { place: place.clone(), key }),
        None => Ok(()),
    }
}

use std::path::Path;

use weir_evidence::dsse::dataset_digest;
use weir_evidence::package;
use weir_types::Lang;
use weir_types::attack::{Attacks, NotTried};

use super::sample::Sample;
use super::{ReportError, html, readme};

fn both() -> [Sample; 2] {
    [Sample::permitted(Lang::En), Sample::refused(Lang::Zh)]
}

/// Looked at in a browser whenever a template changes.
#[test]
fn the_samples_are_written_for_looking_at() {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target");
    std::fs::create_dir_all(&target).unwrap();
    let write = |name: &str, text: String| std::fs::write(target.join(name), text).unwrap();
    let permitted = Sample::permitted(Lang::En);
    write("report-sample.html", html(&permitted.input()).unwrap());
    write("report-sample.zh.html", html(&Sample::permitted(Lang::Zh).input()).unwrap());
    write("report-sample.refused.html", html(&Sample::refused(Lang::Zh).input()).unwrap());
    write("report-sample.README.txt", readme(&permitted.input()).unwrap());
}

#[test]
fn names_are_escaped_everywhere() {
    const EVIL: &str = "<script>alert('x')</script>\"><img src=x>";
    for mut sample in both() {
        let old = sample.findings[2].column.clone();
        sample.findings[2].column = EVIL.to_owned();
        sample.plan.columns[2].column = EVIL.to_owned();
        sample.plan.links[1].of = EVIL.to_owned();
        let histogram = sample.histograms.iter_mut().find(|h| h.column == old).unwrap();
        histogram.column = EVIL.to_owned();
        histogram.before[0].label = EVIL.to_owned();
        sample.risk.quasi_identifiers[0] = EVIL.to_owned();
        sample.risk.person = Some(EVIL.to_owned());
        sample.request.parties.provider = EVIL.to_owned();
        sample.request.parties.recipient = EVIL.to_owned();
        sample.request.purpose.text = EVIL.to_owned();
        sample.request.purpose.legal_basis = Some(EVIL.to_owned());
        sample.request.conditions.retention = Some(EVIL.to_owned());
        sample.request.columns.get_mut("num").unwrap().note = Some(EVIL.to_owned());
        sample.decision.summary.en = EVIL.to_owned();
        sample.sources[0].0 = EVIL.to_owned();
        let utility = sample.utility.as_mut().unwrap();
        utility.columns[0].column = EVIL.to_owned();
        utility.columns[1].before.shares.top[0].0 = EVIL.to_owned();
        utility.classification.as_mut().unwrap().target = EVIL.to_owned();
        sample.choices.as_mut().unwrap().columns[0] = EVIL.to_owned();
        let page = html(&sample.input()).unwrap();
        assert!(!page.contains("<script"), "a script tag came through");
        assert!(!page.contains("<img"), "an image tag came through");
        assert!(page.matches("&lt;script&gt;").count() >= 12);
    }
}

#[test]
fn every_text_stands_in_both_languages() {
    for sample in both() {
        let page = html(&sample.input()).unwrap();
        let texts = |lang: &str| page.matches(&format!("<span lang=\"{lang}\"")).count();
        let (zh, en) = (texts("zh-Hans"), texts("en"));
        assert!(zh > 100);
        assert_eq!(zh, en, "texts in Chinese and in English");
        for text in ["义务与豁免", "Duties and exemptions", "检察官风险", "Prosecutor risk"]
        {
            assert!(page.contains(text), "{text}");
        }
    }
}

#[test]
fn without_scripts_the_chosen_language_is_shown() {
    let page = html(&Sample::permitted(Lang::Zh).input()).unwrap();
    assert!(page.contains("<html lang=\"zh-Hans\">"));
    assert_eq!(page.matches(" checked>").count(), 1);
    let switch = page.lines().find(|line| line.ends_with(" checked>")).unwrap();
    assert!(switch.contains("id=\"zh\""), "{switch}");
}

/// Looks for every way in which HTML, SVG or CSS can load something.
#[test]
fn nothing_is_loaded_from_anywhere() {
    for sample in both() {
        let page = html(&sample.input()).unwrap().to_ascii_lowercase();
        for way in [
            "src=",
            "srcset=",
            "href",
            "url(",
            "@import",
            "@font-face",
            "<link",
            "<script",
            "<iframe",
            "<object",
            "<embed",
            "<base",
            "<form",
            "http:",
            "https:",
            "//",
            "javascript:",
            "data:",
        ] {
            assert!(!page.contains(way), "{way}");
        }
        assert!(page.contains("default-src 'none'"));
    }
}

#[test]
fn every_column_is_found_and_treated() {
    for sample in both() {
        let page = html(&sample.input()).unwrap();
        let (_, found) = page.split_once("id=\"findings\"").unwrap();
        let (found, treated) = found.split_once("id=\"plan\"").unwrap();
        for column in &sample.plan.columns {
            let cell = format!(
                "<th scope=\"row\"><bdi class=\"name\" translate=\"no\">{}</bdi>",
                column.column
            );
            assert!(found.contains(&cell), "{} is not among the findings", column.column);
            assert!(treated.contains(&cell), "{} is not among the treated", column.column);
        }
    }
}

#[test]
fn figures_are_formatted() {
    let page = html(&Sample::permitted(Lang::En).input()).unwrap();
    for figure in ["20,190", "5,912", "34.7%", "793.3 KiB", "5.58%"] {
        assert!(page.contains(figure), "{figure}");
    }
    assert!(!page.contains("20190"));
}

#[test]
fn the_files_of_the_package_have_their_names_and_the_data_its_digest() {
    let sample = Sample::permitted(Lang::En);
    let (page, text) = (html(&sample.input()).unwrap(), readme(&sample.input()).unwrap());
    for name in [package::STATEMENT, package::RECEIPT] {
        assert!(page.contains(name) && text.contains(name), "{name}");
    }
    for name in [package::REPORT, package::README] {
        assert!(text.contains(name), "{name}");
    }
    let (name, digest, _) = &sample.data[0];
    let all = dataset_digest(&[(name.as_str(), *digest)]);
    assert!(page.contains(&all.to_string()), "the digest that a claim names");
}

#[test]
fn a_refusal_comes_first_and_offers_no_data() {
    let sample = Sample::refused(Lang::En);
    let page = html(&sample.input()).unwrap();
    let reasons = page.find("Why it was refused").unwrap();
    assert!(reasons < page.find("id=\"request\"").unwrap());
    assert!(!page.contains("weir-verify"), "nothing to verify");
    // What is known from memory only is no reason.
    let (_, list) = page.split_once("<ol>").unwrap();
    let (list, _) = list.split_once("</ol>").unwrap();
    assert_eq!(list.matches("<li>").count(), 1);
    assert!(matches!(readme(&sample.input()), Err(ReportError::Refused { .. })));
}

#[test]
fn uncertain_rules_are_marked() {
    let page = html(&Sample::permitted(Lang::En).input()).unwrap();
    assert_eq!(page.matches("class=\"sure unverified\"").count(), 1 + 2);
    assert_eq!(page.matches("class=\"sure second-hand\"").count(), 1 + 2);
    assert!(page.contains("shown only; decides nothing"));
}

#[test]
fn the_same_input_makes_the_same_bytes() {
    let sample = Sample::permitted(Lang::Zh);
    assert_eq!(html(&sample.input()).unwrap(), html(&sample.input()).unwrap());
}

#[test]
fn an_empty_release_still_makes_a_report() {
    let mut sample = Sample::refused(Lang::En);
    sample.findings.clear();
    sample.plan.columns.clear();
    sample.plan.links.clear();
    sample.histograms.clear();
    (sample.attacks, sample.utility, sample.choices) = (None, None, None);
    sample.sources.clear();
    sample.decision.findings.clear();
    for risk in [&mut sample.risk, &mut sample.risk_before] {
        risk.histogram.clear();
        risk.quasi_identifiers.clear();
        risk.person = None;
    }
    assert!(html(&sample.input()).unwrap().contains("No such columns were found."));
}

#[test]
fn attacks_and_their_meaning_are_shown() {
    let page = html(&Sample::permitted(Lang::En).input()).unwrap();
    let (_, part) = page.split_once("id=\"attacks\"").unwrap();
    let (part, _) = part.split_once("</section>").unwrap();
    assert_eq!(part.matches("<tr class=\"gives-away\">").count(), 2, "of mhi nothing was gained");
    for text in ["Nobody is alone in the release", "At least 5 fit", "seed 1", "Only who holds"] {
        assert!(part.contains(text), "{text}");
    }
    let mut sample = Sample::permitted(Lang::En);
    sample.attacks = Some(Attacks::NotTried { reason: NotTried::TooLarge });
    assert!(html(&sample.input()).unwrap().contains("no attacks were tried"));
}

#[test]
fn choices_are_drawn_with_the_one_taken() {
    let page = html(&Sample::permitted(Lang::En).input()).unwrap();
    let (_, part) = page.split_once("id=\"choices\"").unwrap();
    let (part, _) = part.split_once("</section>").unwrap();
    // One in the picture and one in its legend.
    assert_eq!(part.matches("<circle class=\"chosen\"").count(), 2);
    let drawn = |class: &str| part.matches(&format!("<circle class=\"{class}\"")).count();
    assert_eq!(drawn("can") + drawn("cannot"), 43 + 2);
    assert!(drawn("can") > 1 && drawn("cannot") > 1);
    assert!(part.contains("no combination is feasible"));
}

#[test]
fn what_was_not_measured_has_no_section_and_no_number() {
    let mut sample = Sample::permitted(Lang::En);
    (sample.attacks, sample.utility, sample.choices) = (None, None, None);
    let page = html(&sample.input()).unwrap();
    for id in ["attacks", "utility", "choices"] {
        assert!(!page.contains(&format!("<h2 id=\"{id}\"")), "{id}");
    }
    let numbers = |page: &str| {
        let starts = page.match_indices("<span class=\"no\" aria-hidden=\"true\">");
        let number = |(at, lead): (usize, &str)| {
            page[at + lead.len()..].split('<').next().unwrap().parse::<usize>().unwrap()
        };
        starts.map(number).collect::<Vec<_>>()
    };
    assert_eq!(numbers(&page), (1..=8).collect::<Vec<_>>());
    let whole = html(&Sample::permitted(Lang::En).input()).unwrap();
    assert_eq!(numbers(&whole), (1..=11).collect::<Vec<_>>());
}

#[test]
fn the_recipient_is_told_everything_in_both_languages() {
    let mut sample = Sample::permitted(Lang::Zh);
    sample.request.purpose.text = "research\n\nDecision  anything goes".to_owned();
    let text = readme(&sample.input()).unwrap();
    assert!(text.starts_with("这是一份经 weir 放行的数据\n"));
    for part in [
        "Northgate University, School of Public Health",
        "research Decision anything goes",
        "weir-verify .",
        "generalised: ranges of 20",
        "泛化：以 20 为一组",
        "3 years",
        "not legal advice",
        "不是法律意见",
        "data/part-00000.parquet",
    ] {
        assert!(text.contains(part), "{part}");
    }
    for column in &sample.plan.columns {
        assert!(text.matches(&column.column).count() >= 2, "{}", column.column);
    }
    let widest = text.lines().map(super::plain::width).max().unwrap();
    assert!(widest <= 80, "{widest} columns");
}

#[test]
fn a_preset_is_shown_with_its_standard_and_how_sure_it_is() {
    let mut sample = Sample::permitted(Lang::En);
    let page = html(&sample.input()).unwrap();
    for words in ["gbt-42460-2023-controlled", "(second-hand); that is not", "据二手资料）；"]
    {
        assert!(page.contains(words), "{words}");
    }
    assert!(page.contains("not compliance") && !page.contains("Its figures are unverified"));
    let preset = sample.plan.preset.as_mut().unwrap();
    preset.certainty = weir_types::verdict::Certainty::Unverified;
    let page = html(&sample.input()).unwrap();
    assert!(page.contains("Its figures are unverified") && page.contains("其数值未经核实"));
    sample.plan.preset = None;
    assert!(!html(&sample.input()).unwrap().contains("gbt-42460-2023-controlled"));
}

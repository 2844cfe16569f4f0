//! The stated chance levels against what random texts do: evidence is judged against them.

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind};

use super::named::{ALL, Check};
use crate::Catalogue;

/// Random texts that a pattern matches: each character of a class, each number of repetitions up
/// to 40 and each branch is as likely as any other.
struct Draws {
    random: u64,
}

impl Draws {
    fn below(&mut self, n: u64) -> u64 {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        weir_table::mix(self.random) % n.max(1)
    }

    fn text(&mut self, pattern: &Hir, out: &mut String) {
        match pattern.kind() {
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Literal(literal) => out.push_str(std::str::from_utf8(&literal.0).unwrap()),
            HirKind::Class(Class::Unicode(class)) => {
                // Letters of either case are, by Unicode, also the long s and the sign for kelvin,
                // which nobody writes in a number.
                let mut ascii = class.clone();
                ascii.intersect(&ClassUnicode::new([ClassUnicodeRange::new('\0', '\x7F')]));
                let class = if ascii.ranges().is_empty() { class.clone() } else { ascii };
                let size = |range: &ClassUnicodeRange| {
                    u64::from(u32::from(range.end()) - u32::from(range.start())) + 1
                };
                let mut at = self.below(class.iter().map(size).sum());
                for range in class.iter() {
                    if at < size(range) {
                        let c = u32::from(range.start()) + u32::try_from(at).unwrap();
                        out.extend(char::from_u32(c));
                        return;
                    }
                    at -= size(range);
                }
            }
            HirKind::Class(Class::Bytes(_)) => unreachable!("patterns are of characters"),
            HirKind::Repetition(repetition) => {
                let (least, most) = (repetition.min, repetition.max.unwrap_or(40));
                let n = u64::from(least) + self.below(u64::from(most - least) + 1);
                (0..n).for_each(|_| self.text(&repetition.sub, out));
            }
            HirKind::Capture(capture) => self.text(&capture.sub, out),
            HirKind::Concat(parts) => parts.iter().for_each(|part| self.text(part, out)),
            HirKind::Alternation(parts) => {
                let at = self.below(parts.len() as u64);
                self.text(&parts[usize::try_from(at).unwrap()], out);
            }
        }
    }

    /// The share of so many texts of some patterns, each as often as any other, that pass.
    fn passing(&mut self, check: &Check, strip: &str, patterns: &[String], n: usize) -> f64 {
        let hirs: Vec<Hir> = patterns.iter().map(|p| regex_syntax::parse(p).unwrap()).collect();
        let mut text = String::new();
        let mut passed = 0;
        for at in 0..n {
            text.clear();
            self.text(&hirs[at % hirs.len()], &mut text);
            text.retain(|c| !strip.contains(c));
            passed += usize::from((check.run)(&text));
        }
        passed as f64 / n as f64
    }
}

/// Forms of checks that no type of weir has, or whose patterns admit much that the check refuses
/// for another reason than its digits: a length, a country, a prefix.
const FORMS: [(&str, &str); 7] = [
    ("bank-card", "62[0-9]{14}|62[0-9]{17}|4[0-9]{15}|5[1-5][0-9]{14}|3[47][0-9]{13}"),
    ("iban", "DE[0-9]{20}|FR[0-9]{12}[0-9A-Z]{11}[0-9]{2}|GB[0-9]{2}[A-Z]{4}[0-9]{14}"),
    ("iccid", "89[0-9]{17}|89[0-9]{18}"),
    ("isbn-10", "[0-9]{9}[0-9X]"),
    ("mod-11-10", "[0-9]{11}|[0-9]{15}"),
    ("mod-97", "[0-9]{18}|[0-9A-Z]{20}"),
    ("verhoeff", "[0-9]{12}"),
];

/// Each check of digits, on random texts of the patterns of the types that have it.
#[test]
fn random_digits_pass_as_often_as_is_said() {
    let catalogue = Catalogue::builtin();
    let mut wrong = Vec::new();
    for check in ALL.iter().filter(|check| check.digits) {
        let form = FORMS.iter().find(|(name, _)| *name == check.name);
        let spec = catalogue
            .ids()
            .map(|id| catalogue.spec(id))
            .find(|spec| spec.check.is_some_and(|of| of.name == check.name));
        let (strip, patterns) = match (form, spec) {
            (Some((_, form)), _) => ("", vec![(*form).to_owned()]),
            (None, Some(spec)) => (spec.strip.as_str(), spec.patterns.clone()),
            (None, None) => panic!("{} is neither of a type nor among the forms", check.name),
        };
        let n = match check.chance {
            rare if rare < 0.001 => 1_000_000,
            seldom if seldom < 0.05 => 60_000,
            _ => 15_000,
        };
        let share = Draws { random: 7 }.passing(check, strip, &patterns, n);
        // Six standard deviations of a binomial share: one false alarm in ten million runs; and
        // room for rules beside the digits, such as those against numbers of equal digits.
        let slack = 6.0 * (check.chance / n as f64).sqrt() + 0.1 * check.chance;
        assert!(slack < check.chance, "{}: no share would be too small", check.name);
        if (share - check.chance).abs() >= slack {
            wrong.push(format!("{}: {share} against {}", check.name, check.chance));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The other checks tell values from texts that look a little like them. Where a form of such
/// texts can be given, they pass no more often than is said.
#[test]
fn other_texts_pass_no_more_often_than_is_said() {
    const OTHERS: [(&str, &str); 16] = [
        (
            "address",
            r"[\x{4E00}-\x{9FA5}]{8,20}[0-9]{1,4}|[0-9]{1,4} [A-Z][a-z]{3,8} [A-Z][a-z]{3,8}",
        ),
        ("bic", "[A-Z]{8}|[A-Z]{11}"),
        ("cn-division", r"[\x{4E00}-\x{9FA5}]{2,6}[市区县州盟旗]"),
        ("cn-division-code", "[1-9][0-9]{5}"),
        ("cn-person-name", r"[\x{4E00}-\x{9FA5}]{2,4}"),
        ("cn-plate", r"[A-Z][A-Z0-9]{6}|[\x{4E00}-\x{9FA5}][A-Z][0-9]{5}"),
        ("crypto-address", "[13][1-9A-HJ-NP-Za-km-z]{25,34}"),
        (
            "device-id",
            "[0-9]{16}|[0-9]{32}|[0-9a-z]{8}-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{12}",
        ),
        ("digest", "[0-9]{32}|[0-9]{40}|[0-9]{64}"),
        (
            "email",
            r"@[a-z]{3,8}|[a-z]{3,8} @ [a-z]{3,8}|[a-z]{3,8}@[0-9]{1,3}\.[0-9]{1,2}|[a-z]{4}@[a-z]{4}",
        ),
        ("high-entropy", "[a-z]{20,40}|[A-Z]{3}-[0-9]{4}-[0-9]{6}-[A-Z]{2}-[0-9]{4}|[0-9]{20,40}"),
        ("icd10", r"[0-9]{3}\.[0-9]|[a-z][0-9]{2}\.[0-9]|[A-Z][0-9]{4}|[A-Z]{2}[0-9]\.[0-9]"),
        (
            "ip",
            r"[0-9]\.[1-5]?[0-9]\.[1-5]?[0-9]\.[1-5]?[0-9]|[3-9][0-9]{2}\.[0-9]{3}\.[0-9]\.[0-9]",
        ),
        (
            "latin-organisation",
            "[A-Z][a-z]{3,8} and [A-Z][a-z]{3,8}|[A-Z][a-z]{3,8}-[A-Z][a-z]{3,8}",
        ),
        ("latin-person-name", "[A-Z][a-z]{3,8}|[A-Z][a-z]{3,8} [A-Z][a-z]{3,8}"),
        ("occupation", "[A-Z][a-z]{3,8}(?:er|or|ian)"),
    ];
    let others: Vec<&str> = ALL.iter().filter(|c| !c.digits).map(|c| c.name).collect();
    assert_eq!(others, OTHERS.map(|(name, _)| name), "a form for every other check");
    let mut wrong = Vec::new();
    for (name, form) in OTHERS {
        const N: usize = 15_000;
        let check = super::named::find(name).unwrap();
        let share = Draws { random: 11 }.passing(check, "", &[form.to_owned()], N);
        let slack = 6.0 * (check.chance / N as f64).sqrt();
        if share >= check.chance + slack {
            wrong.push(format!("{name}: {share} against {}", check.chance));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

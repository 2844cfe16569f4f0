//! Stretches of text and how overlapping ones are settled.

use std::ops::Range;

use super::Kind;

/// A stretch of text that holds something.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// Bytes of the text, on boundaries of characters. What stands there is the thing alone,
    /// without its label, quotation marks or blanks around it: what a redaction replaces.
    pub range: Range<usize>,
    /// What it holds.
    pub kind: Kind,
    /// How sure that is, 0.5 to 1: check digits and labels raise it, shapes alone are low.
    pub confidence: f32,
}

/// Puts spans in order and leaves one of those that overlap: the more certain, then the longer,
/// then the kind with the stricter test, then the earlier.
pub(super) fn settle(found: &mut Vec<Span>) {
    let in_order = found.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start);
    if in_order {
        return;
    }
    found.sort_by(|a, b| {
        let places = a.range.start.cmp(&b.range.start).then(b.range.end.cmp(&a.range.end));
        places.then_with(|| worth(b, a))
    });
    // A stack of kept spans; a newcomer is compared with the last one only, because kept ones do
    // not overlap each other. What loses is gone, so each span is pushed and popped once.
    let mut kept: Vec<Span> = Vec::with_capacity(found.len());
    for span in found.drain(..) {
        let mut lost = false;
        while let Some(last) = kept.last() {
            if last.range.end <= span.range.start {
                break;
            }
            if worth(&span, last).is_gt() {
                kept.pop();
            } else {
                lost = true;
                break;
            }
        }
        if !lost {
            kept.push(span);
        }
    }
    *found = kept;
}

fn worth(a: &Span, b: &Span) -> std::cmp::Ordering {
    // What holds the other is the better reading of both: a name inside a street, a company or
    // an e-mail address is none. A web address gives way to what it carries.
    let around = |outer: &Span, inner: &Span| {
        outer.range.len() > inner.range.len()
            && outer.range.start <= inner.range.start
            && outer.range.end >= inner.range.end
    };
    let holds = |one: &Span, other: &Span| {
        (one.kind != Kind::Url && around(one, other))
            || (other.kind == Kind::Url && around(other, one))
    };
    let hundredths = |span: &Span| (span.confidence * 100.0).round();
    holds(a, b)
        .cmp(&holds(b, a))
        .then(hundredths(a).total_cmp(&hundredths(b)))
        .then(a.range.len().cmp(&b.range.len()))
        .then(a.kind.rank().cmp(&b.kind.rank()))
        .then(b.range.start.cmp(&a.range.start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(range: Range<usize>, kind: Kind, confidence: f32) -> Span {
        Span { range, kind, confidence }
    }

    #[test]
    fn the_outer_then_the_surer_then_the_longer_is_kept() {
        let mut found = vec![
            span(4..10, Kind::PersonName, 0.95),
            span(0..20, Kind::Organisation, 0.6),
            span(18..30, Kind::Mobile, 0.9),
            span(40..50, Kind::Url, 0.9),
            span(44..48, Kind::Mobile, 0.9),
            span(60..66, Kind::PersonName, 0.7),
            span(62..70, Kind::PersonName, 0.7),
        ];
        settle(&mut found);
        let ranges: Vec<_> = found.iter().map(|s| s.range.clone()).collect();
        assert_eq!(ranges, [18..30, 44..48, 62..70]);
    }
}

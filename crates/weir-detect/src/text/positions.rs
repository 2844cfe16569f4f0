//! Pairs of coordinates.

use super::Kind;
use super::chain::{Chain, decimal};
use super::cues::Cue;
use super::scan::Scan;

impl Scan<'_> {
    /// Two decimal numbers that can be coordinates.
    pub(super) fn pair(&mut self, chain: &Chain, label: Option<Cue>) -> Option<usize> {
        let (first, places) = decimal(chain, 0)?;
        let start = chain.groups[0].start;
        let signed = self.bytes[..start].last() == Some(&b'-');
        let begin = if signed { start - 1 } else { start };
        let (second, other_places, end) = self.second_of_pair(chain)?;
        let named = label == Some(Cue::Place) || self.cues.near(Cue::Place, start);
        let sound = |lat: f64, lon: f64| lat <= 90.0 && lon <= 180.0;
        let exact = places.min(other_places) >= if named { 2 } else { 4 };
        if !exact || !(sound(first, second) || sound(second, first)) {
            return None;
        }
        self.push(begin..end, Kind::Location, if named { 0.95 } else { 0.75 });
        Some(end.max(chain.end))
    }

    /// The decimal number behind the first one of a chain: a comma or a blank and a sign stand
    /// between. Its size, its decimal places and its end.
    fn second_of_pair(&mut self, chain: &Chain) -> Option<(f64, usize, usize)> {
        if chain.count >= 4 {
            let joint = chain.groups[2].joint;
            let (value, places) =
                decimal(chain, 2).filter(|_| b", /".contains(&joint) && chain.count == 4)?;
            return Some((value, places, chain.groups[3].end));
        }
        if chain.count != 2 {
            return None;
        }
        let rest = self.text.get(chain.end..)?;
        let gap = rest
            .char_indices()
            .take(6)
            .find(|(_, c)| c.is_ascii_digit())
            .map(|(at, _)| at)
            .filter(|at| rest[..*at].chars().all(|c| " ,，;；-°NSEW".contains(c)))?;
        let other = self.chain(chain.end + gap);
        let (value, places) = decimal(&other, 0).filter(|_| other.count == 2)?;
        Some((value, places, other.end))
    }
}

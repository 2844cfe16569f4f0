//! Choices as they are shown: a table, and a picture of risk against what is kept.

use serde::Serialize;
use weir_types::choices::{Choice, Choices};
use weir_types::{Bilingual, QualityModel};

use super::format::{figure, percent};
use super::words;

/// The choices of a release.
#[derive(Debug, Serialize)]
pub(super) struct Compared {
    pub(super) quality: Bilingual,
    /// Whether a score is a share that is lost.
    pub(super) is_share: bool,
    pub(super) picture: Picture,
    pub(super) chosen: Shown,
    pub(super) recoded: Option<Shown>,
    pub(super) columns: Vec<Steps>,
    /// The feasible ones that none beats in both risk and score, beside the chosen one.
    pub(super) front: Vec<Shown>,
    pub(super) by_k: Vec<AtK>,
    pub(super) n_measured: usize,
}

/// One choice in words.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    /// Column and level, in the order of the columns; empty for recoded classes.
    pub(super) levels: Vec<(String, usize, usize)>,
    /// What is kept, or the score where that is no share.
    pub(super) kept: String,
    pub(super) suppressed: Option<f64>,
    pub(super) risk: f64,
    pub(super) feasible: bool,
    pub(super) is_chosen: bool,
}

/// One level up and down in a column.
#[derive(Debug, Serialize)]
pub(super) struct Steps {
    pub(super) column: String,
    pub(super) finer: Option<Shown>,
    pub(super) coarser: Option<Shown>,
}

/// A search for another k.
#[derive(Debug, Serialize)]
pub(super) struct AtK {
    pub(super) k: u64,
    pub(super) is_chosen: bool,
    pub(super) found: Option<Found>,
}

#[derive(Debug, Serialize)]
pub(super) struct Found {
    pub(super) kept: String,
    /// Length of the bar, 0 to 1.
    pub(super) bar: f64,
    pub(super) suppressed: f64,
    pub(super) risk: f64,
    pub(super) optimal: bool,
}

/// Points in a field of [`WIDTH`] by [`HEIGHT`].
#[derive(Debug, Serialize)]
pub(super) struct Picture {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) dots: Vec<Dot>,
    /// The front as the points of a line.
    pub(super) front: String,
    pub(super) chosen: Dot,
    pub(super) recoded: Option<Dot>,
    pub(super) x: Vec<Tick>,
    pub(super) y: Vec<Tick>,
}

#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Dot {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) feasible: bool,
    pub(super) title: String,
}

#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Tick {
    pub(super) at: f64,
    pub(super) label: String,
}

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 330.0;

impl Compared {
    pub(super) fn new(choices: &Choices, k: u64) -> Self {
        let scale = Scale::new(choices);
        let shown = |choice: &Choice| Shown::new(choice, choices);
        let steps = choices.columns.iter().zip(choices.finer.iter().zip(&choices.coarser));
        let columns = steps.map(|(column, (finer, coarser))| Steps {
            column: column.clone(),
            finer: finer.as_ref().map(shown),
            coarser: coarser.as_ref().map(shown),
        });
        Self {
            quality: words::quality(&choices.quality),
            is_share: scale.is_share,
            chosen: shown(&choices.chosen),
            recoded: choices.recoded.map(|recoded| Shown {
                levels: Vec::new(),
                kept: kept(recoded.score, scale.is_share),
                suppressed: None,
                risk: recoded.risk,
                feasible: true,
                is_chosen: true,
            }),
            columns: columns.collect(),
            front: few(&choices.front()).into_iter().map(shown).collect(),
            by_k: choices.by_k.iter().map(|at| AtK::new(at, k, scale.is_share)).collect(),
            n_measured: choices.all().count(),
            picture: Picture::new(choices, &scale),
        }
    }
}

/// At most eight of a front, its ends among them.
fn few<'a>(front: &[&'a Choice]) -> Vec<&'a Choice> {
    const MOST: usize = 8;
    if front.len() <= MOST {
        return front.to_vec();
    }
    (0..MOST).map(|at| front[at * (front.len() - 1) / (MOST - 1)]).collect()
}

impl Shown {
    fn new(choice: &Choice, choices: &Choices) -> Self {
        let levels = choices.columns.iter().zip(choice.levels.iter().zip(&choices.levels));
        Self {
            levels: levels.map(|(c, (level, of))| (c.clone(), *level, of - 1)).collect(),
            kept: kept(choice.score, is_share(&choices.quality)),
            suppressed: Some(choice.suppressed_share),
            risk: choice.risk,
            feasible: choice.feasible,
            is_chosen: choice.levels == choices.chosen.levels,
        }
    }
}

impl AtK {
    fn new(at: &weir_types::choices::AtK, k: u64, is_share: bool) -> Self {
        let found = at.found.map(|found| Found {
            kept: kept(found.score, is_share),
            bar: if is_share { (1.0 - found.score).clamp(0.0, 1.0) } else { 0.0 },
            suppressed: found.suppressed_share,
            risk: found.risk,
            optimal: found.optimal,
        });
        Self { k: at.k, is_chosen: at.k == k, found }
    }
}

fn kept(score: f64, is_share: bool) -> String {
    if is_share { percent((1.0 - score).max(0.0)) } else { figure(score) }
}

/// Whether a score is a share of what there was.
fn is_share(quality: &QualityModel) -> bool {
    matches!(
        quality,
        QualityModel::Loss { .. } | QualityModel::Precision | QualityModel::Granularity
    )
}

/// From risk and score to places.
struct Scale {
    is_share: bool,
    /// Least and greatest power of ten of the risk.
    decades: (f64, f64),
    scores: (f64, f64),
}

impl Scale {
    fn new(choices: &Choices) -> Self {
        let risks = choices.all().map(|choice| choice.risk).filter(|risk| *risk > 0.0);
        let least = risks.fold(1.0_f64, f64::min).log10().floor().clamp(-9.0, -1.0);
        let scores = choices.all().map(|choice| choice.score);
        let scores: Vec<f64> = scores.chain(choices.recoded.map(|r| r.score)).collect();
        let is_share = is_share(&choices.quality);
        let greatest = scores.iter().copied().fold(0.0, f64::max);
        Self {
            is_share,
            decades: (least, 0.0),
            scores: (0.0, if is_share { greatest.max(1.0) } else { greatest.max(1e-12) }),
        }
    }

    fn x(&self, risk: f64) -> f64 {
        let (from, to) = self.decades;
        let place = (risk.max(1e-12).log10() - from) / (to - from);
        round(place.clamp(0.0, 1.0) * WIDTH)
    }

    /// The less is lost, the higher up.
    fn y(&self, score: f64) -> f64 {
        let (from, to) = self.scores;
        round(((score - from) / (to - from)).clamp(0.0, 1.0) * HEIGHT)
    }

    fn dot(&self, risk: f64, score: f64, feasible: bool) -> Dot {
        let title = format!("{} · {}", percent(risk), kept(score, self.is_share));
        Dot { x: self.x(risk), y: self.y(score), feasible, title }
    }
}

impl Picture {
    fn new(choices: &Choices, scale: &Scale) -> Self {
        let dot = |choice: &Choice| scale.dot(choice.risk, choice.score, choice.feasible);
        let mut dots: Vec<Dot> = choices.all().skip(1).map(dot).collect();
        // Feasible ones are drawn last, where they are seen.
        dots.sort_by_key(|dot| dot.feasible);
        let front = choices.front();
        let front = front.iter().map(|c| format!("{},{}", scale.x(c.risk), scale.y(c.score)));
        let decades = scale.decades.0 as i32..=scale.decades.1 as i32;
        let x = decades.map(|power| {
            let risk = 10_f64.powi(power);
            Tick { at: scale.x(risk), label: percent_of_ten(power) }
        });
        let y = (0..=5).map(|part| {
            let score = scale.scores.1 * f64::from(part) / 5.0;
            Tick { at: scale.y(score), label: kept(score, scale.is_share) }
        });
        Self {
            width: WIDTH,
            height: HEIGHT,
            dots,
            front: front.collect::<Vec<_>>().join(" "),
            chosen: dot(&choices.chosen),
            recoded: choices.recoded.map(|r| scale.dot(r.risk, r.score, true)),
            x: x.collect(),
            y: y.collect(),
        }
    }
}

/// A power of ten as a percentage: `0.01%`.
fn percent_of_ten(power: i32) -> String {
    match power + 2 {
        shown @ 0.. => format!("{}%", 10_u64.pow(shown.unsigned_abs())),
        shown => format!("0.{}1%", "0".repeat((shown.unsigned_abs() as usize) - 1)),
    }
}

fn round(place: f64) -> f64 {
    (place * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn better_lies_higher_and_safer_lies_left() {
        let scale = Scale { is_share: true, decades: (-3.0, 0.0), scores: (0.0, 1.0) };
        assert_eq!((scale.x(0.001), scale.x(1.0)), (0.0, WIDTH));
        assert!((scale.x(0.1) - WIDTH * 2.0 / 3.0).abs() < 0.1);
        assert_eq!((scale.y(0.0), scale.y(1.0)), (0.0, HEIGHT));
        assert!(scale.y(0.2) < scale.y(0.3));
    }

    #[test]
    fn powers_of_ten_are_percentages() {
        let shown = [-4, -3, -2, -1, 0].map(percent_of_ten);
        assert_eq!(shown, ["0.01%", "0.1%", "1%", "10%", "100%"]);
    }
}

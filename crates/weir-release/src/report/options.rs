//! The page of a plan: options in figures and pictures.

use serde::Serialize;
use weir_plan::loss::LossCurve;
use weir_plan::options::{Choice, Infeasible, Options, Reason};
use weir_types::{Bilingual, Lang, Route};

use crate::weigh::Planned;

/// What the template shows.
#[derive(Debug, Serialize)]
pub(super) struct View<'a> {
    lang: Lang,
    tool: &'static str,
    plan: &'a Options,
    people: u64,
    rows: u64,
    taken: Option<usize>,
    bars: Vec<Bar>,
    scatter: Option<Scatter>,
    curve: Option<Curve>,
    shown: Option<&'a Choice>,
    shown_number: usize,
    infeasible: Vec<NotFeasible>,
    worst: Option<(f64, f64)>,
}

/// One option as a bar of its parts.
#[derive(Debug, Serialize)]
struct Bar {
    number: usize,
    name: Bilingual,
    total: f64,
    built: bool,
    on_front: bool,
    /// Class, start and width of each part, in percent of the dearest option.
    parts: Vec<(&'static str, f64, f64)>,
}

/// Cost against risk, in a field of [`WIDTH`] by [`HEIGHT`].
#[derive(Debug, Serialize)]
struct Scatter {
    dots: Vec<Dot>,
    front: String,
    most_cost: f64,
    most_risk: f64,
}

#[derive(Debug, Serialize)]
struct Dot {
    x: f64,
    y: f64,
    number: usize,
    taken: bool,
    on_front: bool,
}

/// Chance of losing at least so much in a year, before and after.
#[derive(Debug, Serialize)]
struct Curve {
    bare: String,
    left: String,
    most: f64,
    most_chance: f64,
}

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 280.0;

impl<'a> View<'a> {
    pub(super) fn new(planned: &'a Planned, lang: Lang) -> Self {
        let options = &planned.options;
        let number = planned.taken.unwrap_or(1);
        let curves = planned.curves.as_ref();
        Self {
            lang,
            tool: concat!("weir ", env!("CARGO_PKG_VERSION")),
            plan: options,
            people: planned.facts.people,
            rows: planned.rows,
            taken: planned.taken,
            bars: bars(&options.options),
            scatter: scatter(&options.options, planned.taken),
            curve: curves.map(|curves| curve(&curves.bare, &curves.left)),
            shown: options.options.get(number - 1),
            shown_number: number,
            infeasible: options.infeasible.iter().map(NotFeasible::new).collect(),
            worst: curves.map(|curves| (curves.bare.shortfall_95, curves.left.shortfall_95)),
        }
    }
}

/// An option that cannot be taken, in words.
#[derive(Debug, Serialize)]
struct NotFeasible {
    name: Bilingual,
    reasons: Vec<Bilingual>,
}

impl NotFeasible {
    fn new(one: &Infeasible) -> Self {
        Self {
            name: form(one.route, one.k),
            reasons: one.reasons.iter().map(Reason::label).collect(),
        }
    }
}

fn bars(options: &[Choice]) -> Vec<Bar> {
    let most = options.iter().map(|option| option.total).fold(1.0, f64::max);
    let bar = |(at, option): (usize, &Choice)| {
        let parts = &option.parts;
        let mut from = 0.0;
        let parts = [
            ("route", parts.route),
            ("duties", parts.duties),
            ("measures", parts.measures),
            ("information", parts.information),
            ("risk", parts.risk),
        ]
        .map(|(class, yuan)| {
            let width = 100.0 * yuan / most;
            from += width;
            (class, from - width, width)
        });
        Bar {
            number: at + 1,
            name: form(option.route, option.k),
            total: option.total,
            built: option.built,
            on_front: option.on_front,
            parts: parts.to_vec(),
        }
    };
    options.iter().enumerate().map(bar).collect()
}

fn form(route: Route, k: Option<u64>) -> Bilingual {
    let label = route.label();
    match k {
        Some(k) => {
            Bilingual::new(format!("{}，k = {k}", label.zh), format!("{}, k = {k}", label.en))
        }
        None => label,
    }
}

fn scatter(options: &[Choice], taken: Option<usize>) -> Option<Scatter> {
    let cost = |option: &Choice| option.total - option.parts.risk;
    let most_cost = options.iter().map(cost).fold(0.0, f64::max);
    let most_risk = options.iter().map(|option| option.parts.risk).fold(0.0, f64::max);
    if options.len() < 2 || most_cost <= 0.0 || most_risk <= 0.0 {
        return None;
    }
    let dot = |(at, option): (usize, &Choice)| Dot {
        x: WIDTH * cost(option) / most_cost,
        y: HEIGHT * (1.0 - option.parts.risk / most_risk),
        number: at + 1,
        taken: taken == Some(at + 1),
        on_front: option.on_front,
    };
    let dots: Vec<Dot> = options.iter().enumerate().map(dot).collect();
    let mut front: Vec<&Dot> = dots.iter().filter(|dot| dot.on_front).collect();
    front.sort_by(|a, b| a.x.total_cmp(&b.x));
    let front = front.iter().map(|dot| point(dot.x, dot.y)).collect::<Vec<_>>().join(" ");
    Some(Scatter { dots, front, most_cost, most_risk })
}

fn curve(bare: &LossCurve, left: &LossCurve) -> Curve {
    let losses = bare.exceedance.iter().chain(&left.exceedance);
    let most = losses.clone().filter(|at| at.chance > 0.0).map(|at| at.loss).fold(1.0, f64::max);
    let most_chance = losses.map(|at| at.chance).fold(1e-9, f64::max);
    let line = |curve: &LossCurve| {
        let at = curve.exceedance.iter().filter(|at| at.loss <= most);
        let point_of = |loss: f64, chance: f64| {
            point(WIDTH * loss / most, HEIGHT * (1.0 - chance / most_chance))
        };
        at.map(|at| point_of(at.loss, at.chance)).collect::<Vec<_>>().join(" ")
    };
    Curve { bare: line(bare), left: line(left), most, most_chance }
}

fn point(x: f64, y: f64) -> String {
    format!("{x:.1},{y:.1}")
}

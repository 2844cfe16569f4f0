//! What one form of the data costs with its cheapest measures.

use weir_types::Bilingual;

use crate::candidate::Candidate;
use crate::costs::{Costs, Measure, Task};
use crate::law::Ruling;
use crate::loss::Scenario;
use crate::options::{Binding, Choice, LeftOut, Parts, Reason, Taken, TaskDue, ThreatLeft};
use crate::plan::{Circulation, PlanError, value};
use crate::solve::{Item, Problem, Solved, Stance, Unsolvable, solve};
use crate::threat::Stakes;
use weir_types::Route;

/// One form of the data, with everything that a choice of measures needs.
#[derive(Debug)]
pub(crate) struct Reckoning<'a> {
    asked: &'a Circulation<'a>,
    ruling: &'a Ruling<'a>,
    candidate: &'a Candidate,
    /// Measures that can be taken here at all.
    measures: Vec<&'a Measure>,
    /// One for each threat of the costs.
    scenarios: Vec<Scenario>,
    /// Items as in `measures`, losses as in `scenarios`.
    pub(crate) problem: Problem,
    tasks: Vec<TaskDue>,
    /// Information lost, people who do not consent included.
    lost: f64,
}

impl<'a> Reckoning<'a> {
    pub(crate) fn new(
        asked: &'a Circulation<'a>,
        ruling: &'a Ruling<'a>,
        candidate: &'a Candidate,
    ) -> Result<Self, PlanError> {
        let costs = asked.costs;
        let due: Vec<&Task> = costs.tasks.iter().filter(|task| is_due(task, ruling)).collect();
        let stays = due.iter().filter_map(|task| costs.figure(task.loses.as_deref()?));
        let lost = 1.0 - (1.0 - candidate.lost) * stays.product::<f64>();
        let stakes = Stakes {
            costs,
            trust: asked.trust,
            environment: ruling.environment,
            harm: asked.harm,
            people: asked.facts.people,
            worth: value(asked).yuan * (1.0 - lost),
        };
        let scenarios = costs.threats.iter().map(|threat| stakes.scenario(threat, candidate));
        let scenarios: Vec<Scenario> = scenarios.collect::<Result<_, _>>()?;
        let measures = offered(costs, ruling, candidate.route);
        let problem = Problem {
            items: measures.iter().map(|m| item(m, &measures, ruling, asked, candidate)).collect(),
            losses: scenarios.iter().map(Scenario::expected).collect(),
            ceilings: vec![None; scenarios.len()],
            ceiling: asked.ceiling,
            floor: 1.0 - costs.known("most_effect"),
        };
        let tasks = due.iter().map(|task| told(task, ruling, asked)).collect();
        Ok(Self { asked, ruling, candidate, measures, scenarios, problem, tasks, lost })
    }

    /// What is paid whatever measures are taken, yuan a year: route, duties, information.
    pub(crate) fn fixed(&self) -> [f64; 3] {
        let costs = self.asked.costs;
        let route = costs.routes[&self.candidate.route];
        let route = route.yuan + route.hours * costs.known("hour_yuan");
        let duties = self.tasks.iter().map(|task| task.yuan).sum();
        [route, duties, self.lost * value(self.asked).yuan]
    }

    /// What the form costs with its cheapest measures, yuan a year.
    ///
    /// # Errors
    /// As [`Reckoning::choice`].
    pub(crate) fn total(&self) -> Result<f64, Box<Reason>> {
        let solved = solve(&self.problem).map_err(|why| Box::new(self.reason(&why)))?;
        Ok(self.fixed().iter().sum::<f64>() + solved.total)
    }

    /// The form with its cheapest measures.
    ///
    /// # Errors
    /// No set of measures is allowed and leaves little enough.
    pub(crate) fn choice(&self) -> Result<Choice, Box<Reason>> {
        let solved = solve(&self.problem).map_err(|why| Box::new(self.reason(&why)))?;
        let [route, duties, information] = self.fixed();
        let risk: f64 = solved.left.iter().sum();
        let measures = solved.total - risk;
        let parts = Parts { route, duties, measures, information, risk };
        let personal = self.asked.facts.personal_information;
        let built = self.candidate.route == if personal { Route::Anonymised } else { Route::AsIs };
        let (taken, left_out) = self.measures_told(&solved);
        Ok(Choice {
            route: self.candidate.route,
            k: self.candidate.k,
            built,
            total: parts.total(),
            parts,
            lost: self.lost,
            lost_is_measured: self.candidate.lost_is_measured,
            tasks: self.tasks.clone(),
            unpriced: self.unpriced(),
            measures: taken,
            left_out,
            threats: self.threats_told(&solved),
            not_needed: self.ruling.not_needed(),
            binding: self.binding(&solved),
            stricter: None,
            laxer: None,
            on_front: false,
            nodes: solved.nodes,
        })
    }

    /// Duties that are due and that no task meets.
    fn unpriced(&self) -> Vec<String> {
        let met =
            |rule: &&String| self.asked.costs.tasks.iter().any(|task| task.rules.contains(rule));
        self.ruling.due.keys().filter(|rule| !met(rule)).cloned().collect()
    }

    /// The measures that are taken, with what each saves, and the others, with what each would
    /// cost more.
    fn measures_told(&self, solved: &Solved) -> (Vec<Taken>, Vec<LeftOut>) {
        let (mut taken, mut left_out) = (Vec::new(), Vec::new());
        for (at, measure) in self.measures.iter().enumerate() {
            let item = &self.problem.items[at];
            let text = Bilingual::new(&measure.zh, &measure.en);
            let turned = |stance| self.under(at, stance).map(|total| total - solved.total);
            if solved.taken[at] {
                taken.push(Taken {
                    measure: measure.id.clone(),
                    text,
                    yuan: item.cost,
                    saves: turned(Stance::Never).filter(|_| item.stance == Stance::Free),
                    required_by: self.ruling.cited(&measure.required_by),
                    needed_by: self.needed_by(at),
                    asked_by_band: self.asked_by_band(measure),
                    by_weir: measure.by_weir,
                });
            } else {
                left_out.push(LeftOut {
                    measure: measure.id.clone(),
                    text,
                    yuan: item.cost,
                    dearer: turned(Stance::Must),
                });
            }
        }
        (taken, left_out)
    }

    /// Measures that have to be taken and build on one.
    fn needed_by(&self, at: usize) -> Vec<String> {
        let items = self.measures.iter().zip(&self.problem.items);
        let needs =
            items.filter(|(_, item)| item.stance == Stance::Must && item.requires.contains(&at));
        needs.map(|(measure, _)| measure.id.clone()).collect()
    }

    fn asked_by_band(&self, measure: &Measure) -> bool {
        stays_personal(self.asked, self.candidate.route)
            && self.asked.trust.asks_for.contains(&measure.id)
    }

    /// The total of the cheapest set were one measure in another stance.
    fn under(&self, at: usize, stance: Stance) -> Option<f64> {
        let mut problem = self.problem.clone();
        problem.items[at].stance = stance;
        solve(&problem).ok().map(|solved| solved.total)
    }

    fn threats_told(&self, solved: &Solved) -> Vec<ThreatLeft> {
        let threats = self.asked.costs.threats.iter();
        let figures = self.problem.losses.iter().zip(&solved.left);
        let told = threats.zip(figures).map(|(threat, (bare, left))| ThreatLeft {
            threat: threat.id.clone(),
            text: Bilingual::new(&threat.zh, &threat.en),
            bare: *bare,
            left: *left,
        });
        told.collect()
    }

    /// What the option would cost less without each thing that is imposed on it.
    fn binding(&self, solved: &Solved) -> Vec<Binding> {
        let mut all = Vec::new();
        for (at, measure) in self.measures.iter().enumerate() {
            if self.problem.items[at].stance != Stance::Must {
                continue;
            }
            if let Some(free) = self.under(at, Stance::Free) {
                all.push((Bilingual::new(&measure.zh, &measure.en), solved.total - free));
            }
        }
        if self.problem.ceiling.is_some() {
            let free = Problem { ceiling: None, ..self.problem.clone() };
            if let Ok(free) = solve(&free) {
                let what = Bilingual::new("请求允许的最大预期损失", "the ceiling of the request");
                all.push((what, solved.total - free.total));
            }
        }
        all.extend(
            self.tasks
                .iter()
                .filter(|task| !task.shared)
                .map(|task| (task.text.clone(), task.yuan)),
        );
        let mut all: Vec<Binding> = all
            .into_iter()
            .filter(|(_, saves)| *saves > 0.0)
            .map(|(what, saves)| Binding { what, saves })
            .collect();
        all.sort_by(|a, b| b.saves.total_cmp(&a.saves));
        all
    }

    fn reason(&self, why: &Unsolvable) -> Reason {
        let measure = |at: usize| Reason::Measures { measure: self.measures[at].id.clone() };
        match why {
            Unsolvable::Exclude(at, _) | Unsolvable::Needs(at) => measure(*at),
            Unsolvable::Ceiling { least, .. } => {
                Reason::Ceiling { ceiling: self.asked.ceiling.unwrap_or_default(), least: *least }
            }
        }
    }

    /// What can go wrong once the measures of a choice are taken, for a simulation.
    ///
    /// # Errors
    /// A figure that no scenario can have; none that passed before.
    pub(crate) fn scenarios_left(&self, choice: &Choice) -> Result<Vec<Scenario>, PlanError> {
        let each = self.scenarios.iter().zip(&choice.threats);
        each.map(|(scenario, threat)| {
            let share = if threat.bare > 0.0 { threat.left / threat.bare } else { 1.0 };
            let mut terms = scenario.terms().clone();
            terms.vulnerability *= share;
            Scenario::new(terms).map_err(PlanError::Scenario)
        })
        .collect()
    }

    /// What can go wrong where nothing is done.
    pub(crate) fn scenarios(&self) -> &[Scenario] {
        &self.scenarios
    }
}

/// Whether a task has to be done: a duty that it meets is due, and is not seen to be met.
fn is_due(task: &Task, ruling: &Ruling<'_>) -> bool {
    task.rules.iter().any(|rule| ruling.due.get(rule) == Some(&false))
}

fn told(task: &Task, ruling: &Ruling<'_>, asked: &Circulation<'_>) -> TaskDue {
    let costs = asked.costs;
    let each = task.per_person.as_deref().and_then(|name| costs.figure(name)).unwrap_or(0.0);
    let yuan = task.hours * costs.known("hour_yuan") + task.yuan + each * asked.facts.people as f64;
    let open: Vec<String> =
        task.rules.iter().filter(|rule| ruling.due.get(*rule) == Some(&false)).cloned().collect();
    TaskDue {
        task: task.id.clone(),
        text: Bilingual::new(&task.zh, &task.en),
        rules: ruling.cited(&open),
        hours: if task.shared { 0.0 } else { task.hours },
        yuan: if task.shared { 0.0 } else { yuan },
        shared: task.shared,
    }
}

/// The measures that can be taken on a route: there is somebody to take them with, what they build
/// on can be taken, and a figure that they need is stated.
fn offered<'a>(costs: &'a Costs, ruling: &Ruling<'_>, route: Route) -> Vec<&'a Measure> {
    let mut offered: Vec<&Measure> = Vec::new();
    for measure in &costs.measures {
        let stated =
            |name: &Option<String>| name.as_ref().is_none_or(|name| costs.figure(name).is_some());
        let stands = !measure.not_in.contains(&ruling.environment)
            && !measure.not_on.contains(&route)
            && (measure.only_on.is_empty() || measure.only_on.contains(&route))
            && stated(&measure.premium)
            && stated(&measure.carries)
            // What a measure builds on comes before it.
            && measure.requires.iter().all(|name| offered.iter().any(|m| m.id == *name));
        if stands {
            offered.push(measure);
        }
    }
    offered
}

/// Whether the recipient gets personal information on a route.
fn stays_personal(asked: &Circulation<'_>, route: Route) -> bool {
    asked.facts.personal_information && !matches!(route, Route::Anonymised | Route::Aggregated)
}

fn item(
    measure: &Measure,
    measures: &[&Measure],
    ruling: &Ruling<'_>,
    asked: &Circulation<'_>,
    candidate: &Candidate,
) -> Item {
    let costs = asked.costs;
    let mut asking = measure.required_by.iter().filter_map(|rule| ruling.due.get(rule)).peekable();
    let asked_by_law = asking.peek().is_some();
    // A duty that is seen to be met was paid for.
    let is_done = asked_by_law && asking.all(|met| *met);
    let premium = measure.premium.as_deref().and_then(|name| costs.figure(name)).unwrap_or(0.0);
    let cost = measure.hours * costs.known("hour_yuan") + measure.yuan + premium;
    let carries = measure.carries.as_deref().and_then(|name| costs.figure(name)).unwrap_or(0.0);
    let effect = |id: &String| {
        let own = measure.effects.get(id).copied().unwrap_or(0.0);
        1.0 - (1.0 - own) * (1.0 - carries)
    };
    let asked_by_trust =
        stays_personal(asked, candidate.route) && asked.trust.asks_for.contains(&measure.id);
    let excluded = |other: &Measure| {
        measure.excludes.contains(&other.id) || other.excludes.contains(&measure.id)
    };
    let positions = |wanted: &dyn Fn(&Measure) -> bool| {
        (0..measures.len()).filter(|at| wanted(measures[*at])).collect()
    };
    Item {
        cost: if is_done { 0.0 } else { cost },
        effects: costs.threats.iter().map(|threat| effect(&threat.id)).collect(),
        stance: match measure.always || asked_by_law || asked_by_trust {
            true => Stance::Must,
            false => Stance::Free,
        },
        requires: positions(&|other| measure.requires.contains(&other.id)),
        excludes: positions(&excluded),
    }
}

//! What a statement claims, against itself and against what was measured.

use weir_types::attack::{Attacks, Rate};
use weir_types::plan::{ColumnPlan, Treatment};
use weir_types::risk::{Against, ClassBand, MeasuredModel, PeopleCountedBy, SensitiveFigures};
use weir_types::statement::Release;
use weir_types::{Bilingual, Plan, RiskReport, Role};

use crate::measure::{Measured, repeatable};
use crate::text::list;

/// Relative difference below which two shares are the same figure: they are computed by the same
/// formulas, perhaps on another processor.
const SAME: f64 = 1e-9;

/// What a check that holds has to add, or why it does not hold.
pub(crate) type Finding = Result<Option<Bilingual>, Bilingual>;

/// The files have the columns that the plan releases, and risk was stated for all of those by
/// which somebody could be recognised.
pub(crate) fn columns(release: &Release, found: &[String]) -> Finding {
    let released = || release.plan.columns.iter().filter(|c| c.treatment != Treatment::Drop);
    let mut planned: Vec<&str> = released().map(|c| c.column.as_str()).collect();
    let mut found: Vec<&str> = found.iter().map(String::as_str).collect();
    planned.sort_unstable();
    found.sort_unstable();
    if planned != found {
        let unplanned: Vec<_> = found.iter().filter(|name| !planned.contains(name)).collect();
        let absent: Vec<_> = planned.iter().filter(|name| !found.contains(name)).collect();
        return Err(Bilingual::new(
            format!("计划之外的列：{}；缺少的列：{}", list(&unplanned), list(&absent)),
            format!("columns beyond the plan: {}; missing: {}", list(&unplanned), list(&absent)),
        ));
    }
    let unmeasured: Vec<&str> = released()
        .filter(|c| narrows_down(c, &release.plan))
        .map(|c| c.column.as_str())
        .filter(|name| !release.risk.quasi_identifiers.iter().any(|q| q == name))
        .collect();
    if !unmeasured.is_empty() {
        return Err(Bilingual::new(
            format!("风险未计入这些准标识符列：{}", list(&unmeasured)),
            format!("risk was stated without the quasi-identifiers {}", list(&unmeasured)),
        ));
    }
    Ok(None)
}

/// Whether somebody could be recognised by a column as it is released. What was changed so that
/// nobody is was changed for that, whatever role is stated; a token of the person only ties rows,
/// which is in the way that people are counted.
fn narrows_down(column: &ColumnPlan, plan: &Plan) -> bool {
    match &column.treatment {
        Treatment::Generalise { .. }
        | Treatment::Recode { .. }
        | Treatment::Aggregate { .. }
        | Treatment::Derive { .. } => true,
        Treatment::Token if plan.person.as_ref() == Some(&column.column) => false,
        Treatment::Keep | Treatment::Token => column.role == Role::QuasiIdentifier,
        Treatment::Drop => false,
    }
}

/// The files have as many rows as stated.
pub(crate) fn rows(release: &Release, found: u64) -> Finding {
    if release.rows == found && release.risk.rows == found {
        return Ok(None);
    }
    let (stated, measured) = (release.rows, release.risk.rows);
    Err(Bilingual::new(
        format!("声明 {stated} 行（风险按 {measured} 行计算），文件中有 {found} 行"),
        format!("{stated} rows are stated (risk on {measured}), the files have {found}"),
    ))
}

/// The stated risk is what the bytes show, as far as they can show it.
pub(crate) fn risk(release: &Release, measured: &Measured) -> Finding {
    people(release)?;
    let from_the_source = source_people(release)?;
    let stated = &release.risk;
    if stated.people_counted_by == PeopleCountedBy::ProviderKey {
        return consistent_with_rows(stated, &measured.risk);
    }
    let differing = differing(stated, &measured.risk);
    if differing.is_empty() {
        return Ok(from_the_source);
    }
    Err(Bilingual::new(
        format!("与文件实测不同的数值：{}", list(&differing)),
        format!("figures that the files do not show: {}", list(&differing)),
    ))
}

/// People were counted in the strictest way that the release allows.
fn people(release: &Release) -> Result<(), Bilingual> {
    let (plan, risk) = (&release.plan, &release.risk);
    let fits = match risk.people_counted_by {
        // A token that is released ties rows together for everybody.
        PeopleCountedBy::Column => risk.person.is_some() && risk.person == plan.person,
        // Without a person column in the source, or with one row for each person, rows are people.
        PeopleCountedBy::Row => !plan.linked && (plan.person.is_none() || plan.rows == plan.people),
        PeopleCountedBy::ProviderKey => !plan.linked && plan.person.is_some(),
    };
    if fits {
        return Ok(());
    }
    Err(Bilingual::new(
        "声明的人数统计方式与处理计划不符",
        "people were counted in a way that does not fit the plan",
    ))
}

/// How many people the source has is the one figure of the risk that is taken from the statement:
/// an estimate of the population starts from them, and the files hold only those that are left.
/// They have to be those of the plan, and no fewer than the released ones.
fn source_people(release: &Release) -> Finding {
    let plan = release.plan.people;
    let mut stated = release.risk.models.iter().filter_map(|model| model.source_people).peekable();
    if stated.peek().is_none() {
        return Ok(None);
    }
    if !stated.all(|people| people == plan) || release.risk.people > plan {
        return Err(Bilingual::new(
            "推算总体所用的源数据人数与处理计划不符",
            "the estimate of the population starts from another number of people than the plan",
        ));
    }
    Ok(Some(Bilingual::new(
        format!("总体唯一性从声明的源数据人数 {plan} 推算，文件本身不能核实该人数"),
        format!(
            "the uniqueness in the population is estimated from the {plan} people of the source, \
             as stated: the files do not show them"
        ),
    )))
}

/// Only the provider can count the people; nobody is in a class without a row in it.
fn consistent_with_rows(stated: &RiskReport, by_row: &RiskReport) -> Finding {
    let mut wrong = Vec::new();
    let mut hold = |name, holds: bool| {
        if !holds {
            wrong.push(name);
        }
    };
    hold("rows", stated.rows == by_row.rows);
    hold("classes", stated.classes == by_row.classes);
    hold("people", stated.people <= by_row.rows);
    hold("smallest_class", stated.smallest_class <= by_row.smallest_class);
    hold("largest_class", stated.largest_class <= by_row.largest_class);
    hold("smallest_class", stated.smallest_class <= stated.largest_class);
    let sum =
        |of: fn(&ClassBand) -> u64| stated.histogram.iter().map(of).fold(0, u64::saturating_add);
    // A person may be in several classes, but in each with a row.
    let members = sum(|band| band.people);
    hold("histogram", sum(|band| band.classes) == stated.classes);
    hold("histogram", (stated.people..=by_row.rows).contains(&members));
    let greatest =
        if stated.smallest_class == 0 { 0.0 } else { 1.0 / figure(stated.smallest_class) };
    hold("prosecutor_max", same(stated.prosecutor_max, greatest));
    let mean = if members == 0 { 0.0 } else { figure(stated.classes) / figure(members) };
    hold("prosecutor_mean", same(stated.prosecutor_mean, mean));
    if wrong.is_empty() {
        let (rows, people) = (by_row.smallest_class, stated.smallest_class);
        return Ok(Some(Bilingual::new(
            format!(
                "人数由提供方以其保管的密钥统计，文件本身不能重算；最小等价类在文件中有 {rows} \
                 行，声明为 {people} 人"
            ),
            format!(
                "people counted by the provider, with a key that is not in the package; the \
                 smallest class has {rows} rows here and {people} people as stated"
            ),
        )));
    }
    wrong.dedup();
    Err(Bilingual::new(
        format!("与文件行数矛盾的数值：{}", list(&wrong)),
        format!("figures that the rows contradict: {}", list(&wrong)),
    ))
}

/// Names of the figures that differ. The list of fields is complete by construction.
fn differing(stated: &RiskReport, measured: &RiskReport) -> Vec<&'static str> {
    let RiskReport {
        quasi_identifiers,
        person,
        people_counted_by,
        rows,
        people,
        classes,
        smallest_class,
        largest_class,
        unique_people,
        uniqueness,
        prosecutor_max,
        prosecutor_mean,
        journalist_max,
        marketer,
        class_mean,
        tau,
        exposed_classes,
        exposed_people,
        histogram,
        models,
        sensitive,
    } = stated;
    [
        ("quasi_identifiers", *quasi_identifiers == measured.quasi_identifiers),
        ("person", *person == measured.person),
        ("people_counted_by", *people_counted_by == measured.people_counted_by),
        ("rows", *rows == measured.rows),
        ("people", *people == measured.people),
        ("classes", *classes == measured.classes),
        ("smallest_class", *smallest_class == measured.smallest_class),
        ("largest_class", *largest_class == measured.largest_class),
        ("unique_people", *unique_people == measured.unique_people),
        ("uniqueness", same(*uniqueness, measured.uniqueness)),
        ("prosecutor_max", same(*prosecutor_max, measured.prosecutor_max)),
        ("prosecutor_mean", same(*prosecutor_mean, measured.prosecutor_mean)),
        ("journalist_max", same(*journalist_max, measured.journalist_max)),
        ("marketer", same(*marketer, measured.marketer)),
        ("class_mean", same(*class_mean, measured.class_mean)),
        ("tau", same(*tau, measured.tau)),
        ("exposed_classes", same(*exposed_classes, measured.exposed_classes)),
        ("exposed_people", same(*exposed_people, measured.exposed_people)),
        ("histogram", *histogram == measured.histogram),
        ("models", same_models(models, &measured.models)),
        ("sensitive", same_spread(sensitive, &measured.sensitive)),
    ]
    .into_iter()
    .filter_map(|(name, equal)| (!equal).then_some(name))
    .collect()
}

/// Whether the models that anyone can measure were measured alike. What only the provider can
/// measure is not held against the files.
fn same_models(stated: &[MeasuredModel], measured: &[MeasuredModel]) -> bool {
    let stated: Vec<&MeasuredModel> = stated.iter().filter(|m| repeatable(m)).collect();
    stated.len() == measured.len()
        && stated.iter().zip(measured).all(|(a, b)| {
            (&a.model, a.met, a.classes_failing, a.unmeasured)
                == (&b.model, b.met, b.classes_failing, b.unmeasured)
                && same_figure(a.figure, b.figure)
                && same_figure(a.threshold, b.threshold)
        })
}

/// The same for figures of sensitive columns. The measured ones may be more: a model may speak of
/// a column whose figures were stated against the source.
fn same_spread(stated: &[SensitiveFigures], measured: &[SensitiveFigures]) -> bool {
    let alike = |a: &SensitiveFigures, b: &SensitiveFigures| {
        (&a.column, a.values, a.against, a.distinct_l)
            == (&b.column, b.values, b.against, b.distinct_l)
            && same_figure(Some(a.entropy_l), Some(b.entropy_l))
            && same_figure(Some(a.t_equal), Some(b.t_equal))
            && same_figure(a.t_ordered, b.t_ordered)
            && same_figure(a.recursive_c_2, b.recursive_c_2)
            && same_figure(a.recursive_c_3, b.recursive_c_3)
            && same_figure(a.beta, b.beta)
            && same_figure(a.beta_enhanced, b.beta_enhanced)
            && same_figure(a.delta_disclosure, b.delta_disclosure)
    };
    stated
        .iter()
        .filter(|of| of.against == Against::Released)
        .all(|of| measured.iter().any(|other| alike(of, other)))
}

fn same_figure(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        // Logarithms of figures near 1 are near 0, where a relative difference says nothing.
        (Some(a), Some(b)) => (a - b).abs() <= SAME * a.abs().max(b.abs()).max(1.0),
        (a, b) => a.is_none() && b.is_none(),
    }
}

fn same(a: f64, b: f64) -> bool {
    (a - b).abs() <= SAME * a.abs().max(b.abs())
}

fn figure(count: u64) -> f64 {
    count as f64
}

/// The decision is a permit that the stated figures and facts support.
pub(crate) fn decision(release: &Release) -> Finding {
    let (plan, risk, facts) = (&release.plan, &release.risk, &release.facts);
    let contradiction = |zh: String, en: String| Err(Bilingual::new(zh, en));
    if !release.decision.permitted {
        return contradiction(
            "声明中的决定是拒绝".to_owned(),
            "the decision in the statement is a refusal".to_owned(),
        );
    }
    let unmet = release.decision.findings.iter().find(|finding| finding.refuses());
    if let Some(unmet) = unmet {
        let rule = unmet.rule.escape_debug();
        return contradiction(
            format!("决定为准许，但规则 `{rule}` 不允许"),
            format!("permitted although the rule `{rule}` stands against it"),
        );
    }
    // Without a person and without a column to be recognised by, no class stands for anybody.
    let about_people = facts.personal_information || !risk.quasi_identifiers.is_empty();
    if about_people && risk.smallest_class < plan.k {
        let (smallest, k) = (risk.smallest_class, plan.k);
        return contradiction(
            format!("最小等价类 {smallest} 人，低于门槛 {k}"),
            format!("the smallest class has {smallest} people, below the threshold of {k}"),
        );
    }
    if facts.personal_information && risk.exposed_classes > 0.0 {
        return contradiction(
            "部分等价类的风险高于门槛".to_owned(),
            "some classes are above the record risk that is allowed".to_owned(),
        );
    }
    if facts.relation != release.relation || facts.environment != release.environment {
        return contradiction(
            "决定所依据的关系或环境与声明不同".to_owned(),
            "the decision was made for another relation or environment".to_owned(),
        );
    }
    let readable =
        plan.columns.iter().find(|c| c.role == Role::Identifier && c.treatment == Treatment::Keep);
    if let Some(column) = readable
        && !facts.direct_identifiers_released
    {
        let name = column.column.escape_debug();
        return contradiction(
            format!("直接标识符列 `{name}` 以原值发布，决定未计入"),
            format!("the identifier `{name}` is released readable, which the decision left out"),
        );
    }
    Ok(None)
}

/// The stated attacks are about these columns and rows, and their figures can be. They need the
/// original, so nobody but the provider can repeat them.
pub(crate) fn attacks(release: &Release) -> Finding {
    let report = match &release.attacks {
        None => {
            return Ok(Some(Bilingual::new(
                "声明的版本早于攻击试验，未作陈述",
                "the statement is of a version that tries no attacks",
            )));
        }
        Some(Attacks::NotTried { .. }) => {
            return Ok(Some(Bilingual::new("未试验攻击", "no attacks were tried")));
        }
        Some(Attacks::Tried { report }) => report,
    };
    let risk = &release.risk;
    let stranger = report.known.iter().find(|known| !risk.quasi_identifiers.contains(known));
    if let Some(column) = stranger {
        let name = column.escape_debug();
        return Err(Bilingual::new(
            format!("攻击所用的列 `{name}` 未计入风险"),
            format!("the attacks know the column `{name}`, which the risk leaves out"),
        ));
    }
    let linkage = &report.linkage;
    let rates = report
        .singling_out
        .iter()
        .map(|tried| &tried.rate)
        .chain([&linkage.rate, &linkage.unique, &linkage.control_unique])
        .chain(report.inference.iter().flat_map(|told| [&told.rate, &told.control]));
    let can_be = |rate: &Rate| 0.0 <= rate.low && rate.low <= rate.value && rate.value <= rate.high;
    let all_can_be = rates.into_iter().all(|rate| can_be(rate) && rate.high <= 1.0);
    if !all_can_be || report.released > risk.rows {
        return Err(Bilingual::new(
            "攻击结果的数值不可能成立",
            "the figures of the attacks cannot be",
        ));
    }
    Ok(Some(Bilingual::new(
        "攻击由提供方对照原始数据试验，文件本身不能重做；声明的结果与其他数值一致",
        "tried by the provider against the original, which is not in the package, so not repeated \
         here; the stated results fit the other figures",
    )))
}

#[cfg(test)]
mod tests;

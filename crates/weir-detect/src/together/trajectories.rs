//! Person, time and place together: whereabouts.

use rustc_hash::FxHashMap;
use serde::Serialize;
use weir_table::mix;
use weir_types::{Bilingual, ColumnType, Finding};

use super::coded::{Coded, CodedColumn};
use super::facet::Facet;
use super::people::Counted;
use super::words;

/// Most points that are drawn of a person.
const MOST_POINTS: usize = 5;
/// People who are tried, at most.
const TARGETS: usize = 2000;
/// Share of the people with several rows who must have been at several places.
const MOVING: f64 = 0.3;
/// Degrees to which coordinates are rounded, as parts of one: about a kilometre.
const PARTS_OF_A_DEGREE: f64 = 100.0;
const MICROS_OF_AN_HOUR: f64 = 3_600_000_000.0;

/// Columns that show where people were, and how many points single one out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Trajectory {
    /// The columns that say whose row it is.
    pub person: Vec<String>,
    /// The column of the time.
    pub time: String,
    /// The column of the place, or both coordinates.
    pub place: Vec<String>,
    /// People with two points or more. A point is a place in an hour (in a day where the column
    /// holds days); coordinates count to a hundredth of a degree.
    pub people: u64,
    /// How many people some of their points single out, from one point on (de Montjoye et al.
    /// 2013, "Unique in the Crowd").
    pub points: Vec<Points>,
    /// The same for people.
    pub say: Bilingual,
}

/// How many people some drawn points of theirs single out.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Points {
    /// Points drawn of each person.
    pub points: u64,
    /// People who were tried: those with so many points, at most 2,000, drawn by a hash.
    pub tried: u64,
    /// Those of them whose points nobody else has all of.
    pub singled_out: u64,
    /// `singled_out / tried`.
    pub share: f64,
}

pub(super) fn find(coded: &Coded, findings: &[Finding], people: &Counted) -> Vec<Trajectory> {
    let Some(person) = &people.person else { return Vec::new() };
    if people.people.with_several_rows == 0 {
        return Vec::new();
    }
    let kinds = Kinds { coded, findings };
    let mut found = Vec::new();
    for time in kinds.times() {
        for place in kinds.places() {
            let points = PointsOf::new(coded, person, people.people.people, time, &place);
            if let Some((moving, points)) = points.and_then(|points| points.measured()) {
                let name = |column: &CodedColumn| findings[column.column].column.clone();
                let (person, time) = (people.people.columns.clone(), name(time));
                let place: Vec<String> = place.iter().map(|column| name(column)).collect();
                let say = words::trajectory(&person, &time, &place, moving, &points);
                found.push(Trajectory { person, time, place, people: moving, points, say });
            }
        }
    }
    found
}

/// Columns by what they may be of a trajectory.
struct Kinds<'a> {
    coded: &'a Coded,
    findings: &'a [Finding],
}

impl<'a> Kinds<'a> {
    fn times(&self) -> Vec<&'a CodedColumn> {
        let is_time = |column: &&CodedColumn| {
            let ty = self.findings[column.column].ty;
            let timed = matches!(ty, ColumnType::Timestamp | ColumnType::Date);
            timed && column.kind == Facet::Number && column.distinct() > 1
        };
        self.coded.columns().iter().filter(is_time).collect()
    }

    /// Pairs of coordinates, and single columns that name a place.
    fn places(&self) -> Vec<Vec<&'a CodedColumn>> {
        let (mut latitudes, mut longitudes, mut places) = (Vec::new(), Vec::new(), Vec::new());
        for column in self.coded.columns() {
            let finding = &self.findings[column.column];
            let name = finding.column.to_lowercase();
            let says = |words: &[&str]| words.iter().any(|word| name.contains(word));
            let number = column.kind == Facet::Number
                && matches!(finding.ty, ColumnType::Float | ColumnType::Integer);
            if number && says(&["lat", "纬度"]) {
                latitudes.push(column);
            } else if number && says(&["lon", "lng", "经度"]) {
                longitudes.push(column);
            } else if column.distinct() > 1
                && (PLACES.contains(&finding.semantic.as_str()) || says(&STATIONS))
            {
                places.push(vec![column]);
            }
        }
        let pairs = latitudes.into_iter().zip(longitudes).map(|(lat, lon)| vec![lat, lon]);
        pairs.chain(places).collect()
    }
}

/// Types of content that are places.
const PLACES: [&str; 8] = [
    "location",
    "address",
    "place",
    "region",
    "division",
    "cn-division-code",
    "postcode",
    "institution",
];
/// Parts of names of columns that hold places of devices and visits.
const STATIONS: [&str; 14] = [
    "cell", "lac", "station", "geohash", "poi", "store", "terminal", "gate", "基站", "站点",
    "车站", "卡口", "门店", "闸机",
];

/// Who was where and when.
struct PointsOf {
    /// Points by person, rising.
    of_person: Vec<Vec<u64>>,
    /// A hash of each person that does not depend on the order of rows.
    hash: Vec<u64>,
    /// People by point, rising.
    at: FxHashMap<u64, Vec<u32>>,
}

impl PointsOf {
    /// The points of all people; nothing where they hardly move.
    fn new(
        coded: &Coded,
        person: &[u32],
        people: u64,
        time: &CodedColumn,
        place: &[&CodedColumn],
    ) -> Option<Self> {
        let n = usize::try_from(people).expect("people are counted in memory");
        let mut of_person: Vec<Vec<(u64, u64)>> = vec![Vec::new(); n];
        let mut hash = vec![u64::MAX; n];
        for (row, person) in person.iter().enumerate() {
            let at = *person as usize;
            hash[at] = hash[at].min(coded.units()[row]);
            if let (Some(time), Some(place)) = (bucket(time, row), place_of(place, row)) {
                of_person[at].push((place, mix(time ^ mix(place))));
            }
        }
        let several = of_person.iter().filter(|points| points.len() > 1);
        let (mut several_rows, mut moving) = (0_u64, 0_u64);
        for points in several {
            several_rows += 1;
            moving += u64::from(points.iter().any(|(place, _)| *place != points[0].0));
        }
        if moving < 2 || (moving as f64) < MOVING * several_rows as f64 {
            return None;
        }
        let mut at: FxHashMap<u64, Vec<u32>> = FxHashMap::default();
        let points = |(person, points): (usize, Vec<(u64, u64)>)| {
            let mut points: Vec<u64> = points.into_iter().map(|(_, point)| point).collect();
            points.sort_unstable();
            points.dedup();
            let person = u32::try_from(person).expect("fewer than 2^32 rows are kept");
            points.iter().for_each(|point| at.entry(*point).or_default().push(person));
            points
        };
        let of_person = of_person.into_iter().enumerate().map(points).collect();
        Some(Self { of_person, hash, at })
    }

    /// People with two points or more, and what drawn points single out.
    fn measured(&self) -> Option<(u64, Vec<Points>)> {
        let moving = self.of_person.iter().filter(|points| points.len() > 1).count() as u64;
        let points: Vec<Points> = (1..=MOST_POINTS).filter_map(|n| self.single_out(n)).collect();
        (moving > 1).then_some((moving, points))
    }

    fn single_out(&self, n: usize) -> Option<Points> {
        let mut targets: Vec<usize> =
            (0..self.of_person.len()).filter(|at| self.of_person[*at].len() >= n).collect();
        targets.sort_by_key(|at| (mix(self.hash[*at] ^ n as u64), self.hash[*at]));
        targets.truncate(TARGETS);
        let singled_out = targets.iter().filter(|at| self.is_alone(**at, n)).count() as u64;
        let tried = targets.len() as u64;
        let share = singled_out as f64 / tried.max(1) as f64;
        (tried > 0).then_some(Points { points: n as u64, tried, singled_out, share })
    }

    /// Whether nobody else has all of some drawn points of a person.
    fn is_alone(&self, person: usize, n: usize) -> bool {
        let seed = mix(self.hash[person].rotate_left(17) ^ n as u64);
        let mut drawn = self.of_person[person].clone();
        drawn.sort_unstable_by_key(|point| mix(point ^ seed));
        drawn.truncate(n);
        let mut who: Vec<&Vec<u32>> = drawn.iter().map(|point| &self.at[point]).collect();
        who.sort_by_key(|people| people.len());
        let Some((fewest, others)) = who.split_first() else { return false };
        let with_all = |other: &&u32| {
            **other as usize != person && others.iter().all(|who| who.binary_search(other).is_ok())
        };
        fewest.iter().find(with_all).is_none()
    }
}

/// The hour, or the day where the column holds days.
fn bucket(time: &CodedColumn, row: usize) -> Option<u64> {
    let number = time.facet(time.codes[row]);
    if number.is_nan() {
        return None;
    }
    // A day counts thousands since 1970, a microsecond of today 10^15.
    let hours = if number.abs() > 1e9 { (number / MICROS_OF_AN_HOUR).floor() } else { number };
    Some(hours as i64 as u64)
}

/// A hash of the place of a row, if it has one.
fn place_of(place: &[&CodedColumn], row: usize) -> Option<u64> {
    let mut hash = place.len() as u64;
    for column in place {
        let code = column.codes[row];
        let part = match place {
            [_] => column.form(code),
            _ => {
                let degrees = column.facet(code);
                if degrees.is_nan() {
                    return None;
                }
                (degrees * PARTS_OF_A_DEGREE).round() as i64 as u64 | 1 << 63
            }
        };
        if part == 0 {
            return None;
        }
        hash = mix(hash.rotate_left(9) ^ part);
    }
    Some(hash)
}

#[cfg(test)]
mod tests;

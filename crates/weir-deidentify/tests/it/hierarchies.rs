//! Hierarchies that others published, and the ones that builders make of the same columns.

use weir_deidentify::{Hierarchy, hierarchy};
use weir_table::ColumnProfile;

use crate::table;

const DATA: &str = "../../../shared/data/anonymization";

/// The columns of the two tables that have a hierarchy file.
const FILES: [(&str, &str, char); 14] = [
    ("adult", "age", ';'),
    ("adult", "education", ';'),
    ("adult", "marital-status", ';'),
    ("adult", "native-country", ';'),
    ("adult", "occupation", ';'),
    ("adult", "race", ';'),
    ("adult", "salary-class", ';'),
    ("adult", "sex", ';'),
    ("adult", "workclass", ';'),
    ("ss13acs", "Age", ';'),
    ("ss13acs", "Education", ';'),
    ("ss13acs", "Marital status", ';'),
    ("ss13acs", "Race", ';'),
    ("ss13acs", "Sex", ';'),
];

fn column(table: &str, name: &str, separator: char) -> Option<ColumnProfile> {
    let profile = table::profile(&table::read(&format!("{DATA}/{table}/{table}.csv"))?, separator);
    let at = profile.index_of(name).unwrap();
    Some(profile.columns[at].clone())
}

fn published(table: &str, column: &ColumnProfile) -> Option<Hierarchy> {
    let name = &column.name;
    let text = table::read(&format!("{DATA}/{table}/{table}_hierarchy_{name}.csv"))?;
    Some(hierarchy::from_file(&text, column).unwrap_or_else(|e| panic!("{table}, {name}: {e}")))
}

/// The same groups of codes at each level, whatever they are called.
fn same_groups(a: &Hierarchy, b: &Hierarchy) {
    assert_eq!(a.levels(), b.levels());
    for level in 0..a.levels() {
        assert_eq!(a.n_groups(level), b.n_groups(level), "level {level}");
        let pairs: std::collections::BTreeSet<_> =
            a.groups(level).iter().zip(b.groups(level)).collect();
        assert_eq!(pairs.len(), a.n_groups(level), "level {level}");
    }
}

#[test]
fn published_files_are_read_written_and_read_again() {
    for (table, name, separator) in FILES {
        let Some(column) = column(table, name, separator) else { return };
        let Some(read) = published(table, &column) else { return };
        let again = hierarchy::to_file(&read, &column).unwrap();
        let again = hierarchy::from_file(&again, &column).unwrap();
        same_groups(&read, &again);
        for level in 0..read.levels() {
            for group in (0..).take(read.n_groups(level)) {
                assert_eq!(read.label(level, group), again.label(level, group));
            }
        }
    }
}

#[test]
fn the_interval_builder_makes_the_published_age_hierarchies() {
    // Adult counts its ranges from 1 to 5 and calls them 0-4; ss13acs was made by ARX's builder.
    let builders = [
        ("adult", "age", "intervals width=5 by=10,20 at=1"),
        ("ss13acs", "Age", "intervals width=5 by=10,20,40,80"),
    ];
    for (table, name, builder) in builders {
        let Some(column) = column(table, name, ';') else { return };
        let Some(published) = published(table, &column) else { return };
        let built = hierarchy::build(&builder.parse().unwrap(), &column, 5, "").unwrap();
        same_groups(&published, &built);
    }
}

#[test]
fn automatic_hierarchies_of_real_columns_have_levels_between_the_ends() {
    let mut between = 0;
    for (table, name, separator) in FILES {
        let Some(column) = column(table, name, separator) else { return };
        let made = hierarchy::automatic(&column, 5);
        assert!(made.is_exact(0), "{table}, {name}");
        between += usize::from(made.levels() > 2);
    }
    assert!(between >= 7, "{between} of {}", FILES.len());
}

//! What the catalogue of a database says of its tables.

use std::fmt;

use weir_types::ColumnType;

/// The name of a table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    /// Its schema; of MySQL and MariaDB its database.
    pub schema: String,
    /// Its own name.
    pub table: String,
}

impl Name {
    /// As statements name it.
    pub(crate) fn quoted(&self, mark: char) -> String {
        format!("{}.{}", quoted(&self.schema, mark), quoted(&self.table, mark))
    }
}

/// A name between quotation marks, of which those in it are doubled (manual of PostgreSQL 15,
/// section 4.1.1; MySQL 8.4 reference manual, section 11.2). Names of servers hold no zero.
pub(crate) fn quoted(name: &str, mark: char) -> String {
    let doubled = name.replace(mark, &format!("{mark}{mark}"));
    format!("{mark}{doubled}{mark}")
}

/// `schema.table`, for people: a name with a dot or a blank in it is shown as it is.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.schema, self.table)
    }
}

/// What kind of table it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Relation {
    /// A table.
    Table,
    /// A table in parts, which are not listed for themselves.
    Partitioned,
    /// A query with a name.
    View,
    /// A query with a name whose rows are kept.
    MaterializedView,
    /// A table of another server.
    Foreign,
}

impl Relation {
    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Partitioned => "partitioned",
            Self::View => "view",
            Self::MaterializedView => "materialized-view",
            Self::Foreign => "foreign",
        }
    }
}

/// A table as the catalogue describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: Name,
    /// What kind of table it is.
    pub relation: Relation,
    /// What its owner wrote about it.
    pub comment: Option<String>,
    /// The columns that the user may read, in order.
    pub columns: Vec<Column>,
    /// The columns that the user may not read.
    pub hidden_columns: Vec<String>,
    /// Whether row security leaves rows out for this user.
    pub rows_hidden: bool,
    /// Its keys.
    pub keys: Keys,
}

/// The keys of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    /// Columns of the primary key, in its order; empty where there is none.
    pub primary: Vec<String>,
    /// Columns of each other constraint that says that they are unique together.
    pub unique: Vec<Vec<String>>,
    /// References to other tables.
    pub foreign: Vec<ForeignKey>,
}

/// A column as the catalogue describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type as the database writes it.
    pub declared: String,
    /// What its owner wrote about it.
    pub comment: Option<String>,
    /// Its type where it is one that text is not looked at for.
    pub ty: Option<ColumnType>,
    /// The expression that gives its value as text.
    pub(crate) select: String,
}

/// A reference to another table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignKey {
    /// Columns of this table.
    pub columns: Vec<String>,
    /// The other table.
    pub table: Name,
    /// Columns of the other table, in the same order.
    pub of_columns: Vec<String>,
}

/// Characters of a cell that are read at most, so that a row of long ones fits the memory: a
/// million where there is room.
pub(crate) fn most_characters(memory_bytes: usize, n_columns: usize) -> usize {
    const BYTES_PER_CHARACTER: usize = 4;
    const ROWS_IN_FLIGHT: usize = 16;
    let cells = n_columns.max(1) * ROWS_IN_FLIGHT * BYTES_PER_CHARACTER;
    (memory_bytes / cells).clamp(1 << 10, 1 << 20)
}

/// Which tables are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Schemas; all but those of the system where there is none.
    pub schemas: Vec<String>,
    /// Tables, as `table` or `schema.table`; all where there is none.
    pub tables: Vec<String>,
}

impl Wanted {
    /// Whether a table is wanted. Parts of partitioned tables are only where they are named.
    pub(crate) fn takes(&self, name: &Name, is_part: bool) -> bool {
        let named = self.tables.iter().any(|wanted| is_named(name, wanted));
        self.has_schema(name) && (named || self.tables.is_empty() && !is_part)
    }

    fn has_schema(&self, name: &Name) -> bool {
        self.schemas.is_empty() || self.schemas.contains(&name.schema)
    }

    /// What is named and matches none of the tables; of a table, none in the wanted schemas.
    pub(crate) fn missing(&self, all: &[Name]) -> Vec<String> {
        let schema = |wanted: &&String| !all.iter().any(|name| name.schema == **wanted);
        let table = |wanted: &&String| {
            !all.iter().any(|name| self.has_schema(name) && is_named(name, wanted))
        };
        let schemas = self.schemas.iter().filter(schema);
        schemas.chain(self.tables.iter().filter(table)).cloned().collect()
    }
}

fn is_named(name: &Name, wanted: &str) -> bool {
    name.table == wanted || name.to_string() == wanted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_taken_by_name_and_parts_only_where_named() {
        let name = |schema: &str, table: &str| Name { schema: schema.into(), table: table.into() };
        let wanted = |schemas: &[&str], tables: &[&str]| Wanted {
            schemas: schemas.iter().map(|s| (*s).to_owned()).collect(),
            tables: tables.iter().map(|s| (*s).to_owned()).collect(),
        };
        let (a, b) = (name("s", "a.b"), name("t", "b"));
        assert!(wanted(&[], &[]).takes(&a, false) && !wanted(&[], &[]).takes(&a, true));
        assert!(wanted(&[], &["a.b"]).takes(&a, true) && wanted(&[], &["s.a.b"]).takes(&a, false));
        assert!(wanted(&["t"], &[]).takes(&b, false) && !wanted(&["t"], &[]).takes(&a, false));
        assert!(!wanted(&["s"], &["b"]).takes(&b, false));
        let all = [a, b];
        assert_eq!(wanted(&["u", "t"], &["b", "c"]).missing(&all), ["u", "c"]);
        // There is such a table, in a schema that is not wanted.
        assert_eq!(wanted(&["s"], &["t.b"]).missing(&all), ["t.b"]);
    }

    #[test]
    fn names_cannot_end_their_quotes() {
        assert_eq!(quoted("a\"; DROP TABLE b; --", '"'), "\"a\"\"; DROP TABLE b; --\"");
        assert_eq!(quoted("a`; DROP TABLE b; --", '`'), "`a``; DROP TABLE b; --`");
        assert_eq!(quoted("患者 \\姓名", '"'), "\"患者 \\姓名\"");
    }
}

//! What a generalisation has to meet, and what it is judged by.

use weir_types::{PrivacyModel, QualityModel};

/// What a generalisation has to meet, and what it is judged by.
#[derive(Clone, Debug, PartialEq)]
pub struct Goal {
    /// Every class that is kept meets all of these.
    pub models: Vec<Model>,
    /// What is made as small as possible.
    pub quality: QualityModel,
    /// Most that may be suppressed, as a share (0 to 1): of the people where records are linked,
    /// else of the rows.
    pub suppress_at_most: f64,
}

/// A privacy model whose sensitive column has been looked up.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// The model.
    pub model: PrivacyModel,
    /// Index in [`crate::Table::sensitive`] of the column it speaks of; 0 where it speaks of
    /// none.
    pub sensitive: usize,
}

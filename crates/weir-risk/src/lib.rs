//! Equivalence classes and re-identification measures.

//! Documents as a person gets them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod due;
mod golden;
mod python_docx;
mod support;
mod words;

//! Signed statements, envelopes, packages and their verification.

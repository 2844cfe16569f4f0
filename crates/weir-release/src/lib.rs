//! The way of a release from request to package.

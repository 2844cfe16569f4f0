//! Hierarchies, the search for the least generalisation, linked columns, the transform.

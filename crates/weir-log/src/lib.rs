//! A Merkle log on disk in the C2SP tlog-tiles format.

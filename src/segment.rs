//! An append-only file of checked records, recovered to a prefix after any crash.

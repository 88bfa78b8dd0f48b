//! A connection that survives.

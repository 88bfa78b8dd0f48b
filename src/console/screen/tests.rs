//! Snapshots of every screen.

//! Line keys, conversation keys, sealed bodies, cards and identities. Only vetted crypto crates; no I/O.

//! The contract of durable logs, and its engines.

//! What happened to a child's conversation: events, entries, the two logs, their chains, and the folds over them.

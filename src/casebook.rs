//! Cases, contacts, notes, drafts and outbox: sealed records in sled, a change log beneath them.

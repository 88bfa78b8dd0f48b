//! Every text a person reads: Fluent lookup, plural rules, dates.

//! What leaves the house: summaries, quarterly tables, staffing.

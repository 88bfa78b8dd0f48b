//! What the house knows of its contacts, and what may leave it: statistics, staffing, the report.
//!
//! Everything here is a pure function of rows that were fetched before; it reads no file and asks no clock. A number
//! that would divide by nothing is no number, and outside the house small numbers are hidden.

pub mod brief;
pub mod forecast;
pub mod handover;
pub mod intervals;
pub mod line;
pub mod own;
pub mod package;
pub mod page;
pub mod period;
pub mod queue_table;
pub mod release;
pub mod review;
pub mod spread;
pub mod staffing;
pub mod statistics;
pub mod summary;
mod svg;
pub mod tables;
pub mod week;

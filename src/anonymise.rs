//! Makes text fit to leave the house: detects, masks, and says what it doubts.

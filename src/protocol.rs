//! How two programs say it: frames, refusals, limits.

//! Topics, the online facet, codes and crosswalks, read from `taxonomy/*.toml`.

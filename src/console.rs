//! Assembles and runs the terminal console.

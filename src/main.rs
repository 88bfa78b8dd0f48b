//! The `opora` program: runs one command; on an error says one calm sentence and which code it ends with.

use std::process::ExitCode;

fn main() -> ExitCode {
    opora::cli::main()
}

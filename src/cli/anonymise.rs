//! `opora anonymise`: masks notes that come as JSON lines, or says where it would; for measuring and for other programs.

use std::io::{BufRead as _, BufReader, BufWriter, Read as _, Write as _};
use std::path::PathBuf;

use clap::Args;

use super::{Exit, Failure, Outcome};
use crate::anonymise::{Anonymiser, Lists, mask_of_line, spans_of_line};
use crate::conversation::safe_text::SafeText;

/// The longest line that is read, in bytes: a note of 1 MiB of which every character is escaped.
const LONGEST: u64 = 8 * 1024 * 1024;

#[derive(Args)]
pub struct Options {
    #[arg(long)]
    spans: bool,
    #[arg(long, value_name = "FILE")]
    own: Option<PathBuf>,
}

/// Runs `opora anonymise`: from standard input to standard output, a line at a time.
pub fn run(options: &Options) -> Outcome {
    let mut lists = Lists::shipped();
    if let Some(file) = &options.own {
        let text = std::fs::read_to_string(file).map_err(|error| Failure::io(file, &error))?;
        lists.lay_over(&text).map_err(|error| {
            Failure::new(Exit::Usage, "anonymise-error-own")
                .with("file", file.display())
                .with("line", error.line)
                .with("text", SafeText::line(&error.text))
        })?;
    }
    let anonymiser = Anonymiser::new(&lists);
    let turn = if options.spans { spans_of_line } else { mask_of_line };
    let (mut input, mut output) =
        (BufReader::new(std::io::stdin().lock()), BufWriter::new(std::io::stdout().lock()));
    let (mut line, mut number) = (Vec::new(), 0_u64);
    loop {
        line.clear();
        number += 1;
        let read = input.by_ref().take(LONGEST).read_until(b'\n', &mut line);
        if read.map_err(|error| trouble(number, &error))? == 0 {
            break;
        }
        let text = std::str::from_utf8(&line).map_err(|error| trouble(number, &error))?;
        if text.trim().is_empty() {
            continue;
        }
        let done = turn(&anonymiser, text).map_err(|error| trouble(number, &error))?;
        if writeln!(output, "{done}").is_err() {
            return Ok(());
        }
    }
    _ = output.flush();
    Ok(())
}

fn trouble(line: u64, reason: &dyn std::fmt::Display) -> Failure {
    Failure::new(Exit::Failed, "anonymise-error-line").with("line", line).with("reason", reason)
}

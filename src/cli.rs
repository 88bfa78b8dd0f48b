//! The command line: definitions and wiring only. Output goes to stdout, sentences about trouble to stderr. No secret is
//! ever an option or an environment variable: passphrases are prompted for, or read from `--passphrase-file`.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, FromArgMatches as _, Parser, Subcommand, ValueEnum};

use crate::locale::{Lang, Locale};

mod anonymise;
mod backup;
mod board;
mod book;
mod cases;
mod console;
mod demo;
mod doctor;
mod drill;
mod export;
mod failure;
mod help;
mod house;
mod keys;
mod own;
mod page;
mod places;
mod prompt;
mod relay;
mod stats;

pub use failure::{Failure, Outcome};
pub use help::command;

/// How a command ends; the numbers are part of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Something went wrong; the sentence says what.
    Failed = 1,
    /// The command line was not understood.
    Usage = 2,
    /// It would not have been safe.
    Refused = 3,
    /// The relay does not answer.
    NoRelay = 4,
    /// Somebody else has it open, or the passphrase does not open it.
    Locked = 5,
    /// Something on disk is damaged.
    Damaged = 6,
}

#[derive(Parser)]
#[command(name = "opora", version, disable_help_subcommand = true, arg_required_else_help = true)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(Debug, Clone, Args)]
pub struct Global {
    #[arg(long, global = true, value_name = "FILE", env = "OPORA_CONFIG")]
    config: Option<PathBuf>,
    #[arg(long, global = true, value_name = "DIR", env = "OPORA_DATA")]
    data: Option<PathBuf>,
    #[arg(long, global = true, value_name = "NAME", env = "OPORA_PROFILE")]
    profile: Option<String>,
    #[arg(long, global = true, value_name = "LANG", env = "OPORA_LANG")]
    lang: Option<LangChoice>,
    #[arg(long, global = true, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LangChoice {
    En,
    Cs,
}

impl From<Lang> for LangChoice {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::En => Self::En,
            Lang::Cs => Self::Cs,
        }
    }
}

#[derive(Subcommand)]
enum Command {
    Relay(relay::Options),
    Demo(demo::Options),
    Console(console::Options),
    Board(board::Options),
    Stats(stats::Options),
    Keys(keys::Options),
    Export(export::Options),
    Page(page::Options),
    Anonymise(anonymise::Options),
    Cases(cases::Options),
    Backup(backup::Options),
    Drill(drill::Options),
    Doctor(doctor::Options),
    Completions(help::CompletionsOptions),
    Man(help::ManOptions),
}

/// Reads the command line, runs the command, and returns how it ended.
pub fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let locale = Locale::new(language(&arguments));
    let matches = match help::command(&locale).try_get_matches_from(&arguments) {
        Ok(matches) => matches,
        Err(error) => {
            // Help and version are no errors, and clap knows which stream each belongs to.
            let code = if error.use_stderr() { Exit::Usage as u8 } else { 0 };
            _ = error.print();
            return ExitCode::from(code);
        }
    };
    let outcome = match Cli::from_arg_matches(&matches) {
        Ok(cli) => run(cli, &locale),
        Err(error) => Err(Failure::usage(error.to_string())),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            _ = writeln!(std::io::stderr(), "opora: {}", failure.sentence(&locale));
            ExitCode::from(failure.exit as u8)
        }
    }
}

fn run(cli: Cli, locale: &Locale) -> Outcome {
    let Cli { global, command } = cli;
    match command {
        Command::Relay(options) => relay::run(&global, &options, locale),
        Command::Demo(options) => demo::run(&global, &options, locale),
        Command::Console(options) => console::run(&global, &options, locale),
        Command::Board(options) => board::run(&global, &options, locale),
        Command::Stats(options) => stats::run(&global, &options, locale),
        Command::Keys(options) => keys::run(&global, &options, locale),
        Command::Export(options) => export::run(&global, &options, locale),
        Command::Page(options) => page::run(&global, &options, locale),
        Command::Anonymise(options) => anonymise::run(&options),
        Command::Cases(options) => cases::run(&global, &options, locale),
        Command::Backup(options) => backup::run(&global, &options, locale),
        Command::Drill(options) => drill::run(&global, &options, locale),
        Command::Doctor(options) => doctor::run(&global, &options, locale),
        Command::Completions(options) => help::completions(&options, locale),
        Command::Man(options) => help::man(&options, locale),
    }
}

/// The language of help and sentences: `--lang`, `OPORA_LANG`, or that of the system. Looked for before parsing, because
/// help is already in it.
fn language(arguments: &[OsString]) -> Lang {
    let words: Vec<&str> = arguments.iter().filter_map(|word| word.to_str()).collect();
    let after =
        words.iter().position(|word| *word == "--lang").and_then(|index| words.get(index + 1)).copied();
    let joined = words.iter().find_map(|word| word.strip_prefix("--lang="));
    Lang::detect(after.or(joined).and_then(Lang::from_tag), std::env::var("OPORA_LANG").ok().as_deref())
}

/// Says something that is not the output.
fn warn(line: &str) {
    _ = writeln!(std::io::stderr(), "{line}");
}

/// Prints one line of output. A closed pipe is the reader's choice, not an error.
fn say(line: &str) {
    _ = writeln!(std::io::stdout(), "{line}");
}

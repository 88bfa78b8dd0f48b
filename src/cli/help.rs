//! Help, man pages and completions, all made from the same definitions; their words come from the locales by name:
//! `cli-COMMAND` says what a command is for, `cli-COMMAND-OPTION` what an option is.

use std::path::PathBuf;

use clap::{Args, Command, CommandFactory as _};

use super::{Cli, Exit, Failure, Outcome};
use crate::locale::Locale;

/// Returns the whole command line in the person's language.
pub fn command(locale: &Locale) -> Command {
    localised(Cli::command(), "cli", locale).about(locale.say("cli")).after_help(locale.say("cli-after"))
}

fn localised(mut command: Command, path: &str, locale: &Locale) -> Command {
    let own: Vec<String> = command.get_arguments().map(|argument| argument.get_id().to_string()).collect();
    for name in own {
        if ["help", "version"].contains(&name.as_str()) {
            continue;
        }
        let id = text_id(path, &name);
        command = command.mut_arg(name, |argument| argument.help(locale.say(&id)));
    }
    let below: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for name in below {
        let inner = format!("{path}-{name}");
        command =
            command.mut_subcommand(name, |sub| localised(sub.about(locale.say(&inner)), &inner, locale));
    }
    command
}

fn text_id(path: &str, argument: &str) -> String {
    format!("{path}-{}", argument.replace('_', "-"))
}

#[derive(Args)]
pub struct CompletionsOptions {
    shell: clap_complete::Shell,
}

/// Writes a completion script to stdout.
pub fn completions(options: &CompletionsOptions, locale: &Locale) -> Outcome {
    clap_complete::generate(options.shell, &mut command(locale), "opora", &mut std::io::stdout());
    Ok(())
}

#[derive(Args)]
pub struct ManOptions {
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Writes the man page to stdout, or one page a command into a folder.
pub fn man(options: &ManOptions, locale: &Locale) -> Outcome {
    let command = command(locale);
    match &options.out {
        Some(folder) => {
            clap_mangen::generate_to(command, folder).map_err(|error| Failure::io(folder, &error))
        }
        None => clap_mangen::Man::new(command)
            .render(&mut std::io::stdout())
            .map_err(|error| Failure::ready(Exit::Failed, error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Lang;

    #[test]
    fn every_command_and_option_has_its_words() {
        for lang in [Lang::En, Lang::Cs] {
            let mut command = command(&Locale::new(lang));
            command.build();
            fn walk(command: &Command, path: &str) {
                for argument in command.get_arguments() {
                    let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
                    assert!(
                        !help.is_empty() && !help.contains("cli-"),
                        "{path} {}: {help}",
                        argument.get_id()
                    );
                }
                for sub in command.get_subcommands() {
                    let path = format!("{path} {}", sub.get_name());
                    let about = sub.get_about().map(ToString::to_string).unwrap_or_default();
                    assert!(!about.is_empty() && !about.contains("cli-"), "{path}: {about}");
                    walk(sub, &path);
                }
            }
            walk(&command, "opora");
        }
    }

    #[test]
    fn the_definitions_are_consistent() {
        Cli::command().debug_assert();
    }
}

//! The reference pages are written from the code and compared on every run; `OPORA_WRITE=1` writes them anew.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use opora::console::keymap::{Context, Keymap, SHIPPED as KEYMAPS};
use opora::console::theme::{Role, SHIPPED as THEMES, Theme};
use opora::locale::{Lang, Locale};

fn hold(page: &str, written: &str) {
    let path = Path::new("docs/src/reference").join(page);
    if std::env::var_os("OPORA_WRITE").is_some() {
        fs::create_dir_all("docs/src/reference").expect("a folder");
        fs::write(&path, written).expect("a page");
    }
    let stands = fs::read_to_string(&path).unwrap_or_default();
    assert!(stands == written, "{} is not what the code says; OPORA_WRITE=1 writes it", path.display());
}

#[test]
fn the_page_of_keys_is_what_the_keymaps_say() {
    let locale = Locale::new(Lang::En);
    let mut page = String::from(
        "# Keys\n\nWritten from `keymaps/*.toml`. A letter of `list` works in a text box with Alt.\n",
    );
    for (name, _) in KEYMAPS {
        let keymap = Keymap::shipped(name).expect("shipped");
        _ = write!(page, "\n## {name}\n");
        for context in Context::ALL {
            let mut bindings: Vec<_> = keymap.bindings(context).collect();
            if bindings.is_empty() {
                continue;
            }
            bindings.sort_by_key(|(keys, command)| (*command, keys.clone()));
            _ = write!(page, "\n### {context}\n\n| key | command | id | what it does |\n|---|---|---|---|\n");
            for (keys, command) in bindings {
                let (name, what) =
                    (locale.say(&command.text_id()), locale.say(&format!("{}-what", command.text_id())));
                _ = writeln!(page, "| `{keys}` | {name} | `{}` | {what} |", command.id());
            }
        }
    }
    hold("keys.md", &page);
}

#[test]
fn the_page_of_themes_is_what_the_themes_say() {
    let mut page = String::from(
        "# Themes\n\nWritten from `themes/*.toml`. Colour is never the only carrier of meaning.\n\n| role |",
    );
    for (name, _) in THEMES {
        _ = write!(page, " {name} |");
    }
    page.push_str("\n|---|");
    page.push_str(&"---|".repeat(THEMES.len()));
    page.push('\n');
    for role in Role::ALL {
        _ = write!(page, "| `{}` |", role.name());
        for (name, _) in THEMES {
            let style = Theme::shipped(name).expect("shipped").style(*role);
            let mut words = Vec::new();
            words.extend(style.fg.map(|colour| colour.to_string().to_lowercase()));
            words.extend(style.bg.map(|colour| format!("on {}", colour.to_string().to_lowercase())));
            words.extend(style.add_modifier.iter_names().map(|(name, _)| name.to_lowercase()));
            _ = write!(page, " {} |", if words.is_empty() { "–".to_owned() } else { words.join(", ") });
        }
        page.push('\n');
    }
    hold("themes.md", &page);
}

#[test]
fn the_page_of_commands_is_what_help_says() {
    let mut command = opora::cli::command(&Locale::new(Lang::En)).term_width(100);
    command.build();
    let mut page =
        String::from("# Commands\n\nWritten from the definitions; `opora COMMAND --help` says the same.\n");
    fn walk(command: &mut clap::Command, path: &str, page: &mut String) {
        _ = write!(page, "\n## {path}\n\n```text\n{}```\n", command.render_long_help());
        let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
        for name in names {
            if let Some(sub) = command.find_subcommand_mut(&name) {
                walk(sub, &format!("{path} {name}"), page);
            }
        }
    }
    walk(&mut command, "opora", &mut page);
    let page = page.lines().map(str::trim_end).collect::<Vec<_>>().join("\n") + "\n";
    hold("commands.md", &page);
}

#[test]
fn the_page_of_settings_is_what_the_declarations_say() {
    let mut page = String::from(
        "# Settings\n\nWritten from the declarations. An option of the command line wins over a variable, a variable over \
         the file, the file over the default. A variable is the setting's name in capitals behind `OPORA_`, with `_` for \
         `.`: `keep.words` is `OPORA_KEEP_WORDS`. `opora doctor --settings` shows what is in force and where it came from.\n",
    );
    let (console, relay) = opora::config::reference();
    for (title, settings) in [("Console: `config.toml`", console), ("Relay: `relay.toml`", relay)] {
        _ = write!(
            page,
            "\n## {title}\n\n| setting | default | must be | what it is for |\n|---|---|---|---|\n"
        );
        for shown in settings {
            let default =
                if shown.default.is_empty() { "–".to_owned() } else { format!("`{}`", shown.default) };
            _ = writeln!(page, "| `{}` | {default} | {} | {} |", shown.key, shown.must, shown.help);
        }
    }
    hold("configuration.md", &page);
}

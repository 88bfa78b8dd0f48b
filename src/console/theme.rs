//! Names to styles. A theme is a TOML file: a style for each role, a palette of its own, and a theme it inherits from.
//! An unknown role is an error, a missing one is inherited. Colour is never the only carrier of meaning: every mark
//! has its character too.

use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;

/// Defines the roles once: variant and name in theme files.
macro_rules! roles {
    ($($role:ident $name:literal),* $(,)?) => {
        /// What a piece of the screen is, and so how it looks.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "the names say it; docs/src/reference/themes.md lists them")]
        pub enum Role { $($role),* }

        impl Role {
            /// All roles.
            pub const ALL: &'static [Self] = &[$(Self::$role),*];

            /// Returns the name in theme files.
            pub fn name(self) -> &'static str {
                match self { $(Self::$role => $name),* }
            }
        }
    };
}

roles! {
    Text "text", TextDim "text.dim", TextStrong "text.strong", Rule "rule", Focus "focus", Selection "selection",
    Match "match", Cursor "cursor", Key "key", Hint "hint",
    WhoChild "who.child", WhoMe "who.me", WhoColleague "who.colleague", WhoSystem "who.system",
    WaitOk "wait.ok", WaitSoon "wait.soon", WaitLate "wait.late",
    StateReady "state.ready", StateBusy "state.busy", StateBreak "state.break", StateOffline "state.offline",
    Flag "flag", Danger "danger",
    Draft "draft", Saved "saved", Unsaved "unsaved",
    Topic "topic", TopicOnline "topic.online",
    MaskName "mask.name", MaskPlace "mask.place", MaskContact "mask.contact", MaskDate "mask.date",
    MaskUnsure "mask.unsure", MaskKept "mask.kept",
    ChartOne "chart.1", ChartTwo "chart.2", ChartThree "chart.3", ChartGoal "chart.goal",
    Ok "ok", Warning "warning", Error "error",
}

/// A style for every role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    name: String,
    styles: BTreeMap<Role, Style>,
}

/// Why a theme file is not used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ThemeError {
    /// No TOML of this shape; says where and why.
    #[error("{0}: {1}")]
    Shape(String, String),
    /// No role of this name.
    #[error("{0}: no role is called \"{1}\"")]
    Role(String, String),
    /// No colour or modifier of this name.
    #[error("{0}: \"{1}\" is not a colour or modifier")]
    Value(String, String),
    /// No theme of this name to inherit from.
    #[error("{0}: no theme is called \"{1}\"")]
    Inherits(String, String),
    /// A role is nowhere defined.
    #[error("{0}: role \"{1}\" has no style")]
    Missing(String, &'static str),
}

/// The themes in the binary, by name; those that inherit come after what they inherit from.
pub const SHIPPED: [(&str, &str); 2] = [
    ("terminal", include_str!("../../themes/terminal.toml")),
    ("mono", include_str!("../../themes/mono.toml")),
];

#[derive(Deserialize)]
struct File {
    inherits: Option<String>,
    #[serde(default)]
    palette: BTreeMap<String, String>,
    #[serde(default)]
    roles: BTreeMap<String, Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    fg: Option<String>,
    bg: Option<String>,
    #[serde(default)]
    mods: Vec<String>,
}

impl Theme {
    /// Returns a shipped theme; `None` if there is none of this name. A test holds that all of them parse.
    pub fn shipped(name: &str) -> Option<Self> {
        let (_, text) = SHIPPED.iter().find(|(shipped, _)| *shipped == name)?;
        Self::parse(name, text).ok()
    }

    /// Reads a theme file.
    ///
    /// # Errors
    /// Names what is wrong; the caller keeps the theme it has.
    pub fn parse(name: &str, text: &str) -> Result<Self, ThemeError> {
        let shape = |error: toml::de::Error| ThemeError::Shape(name.to_owned(), error.to_string());
        let file: File = toml::from_str(text).map_err(shape)?;
        let mut styles = match &file.inherits {
            None => BTreeMap::new(),
            Some(base) => {
                let missing = || ThemeError::Inherits(name.to_owned(), base.clone());
                Self::shipped(base).filter(|_| base != name).ok_or_else(missing)?.styles
            }
        };
        for (role_name, entry) in &file.roles {
            let role = Role::ALL.iter().find(|role| role.name() == role_name);
            let role = role.ok_or_else(|| ThemeError::Role(name.to_owned(), role_name.clone()))?;
            styles.insert(*role, entry.style(name, &file.palette)?);
        }
        match Role::ALL.iter().find(|role| !styles.contains_key(role)) {
            Some(role) => Err(ThemeError::Missing(name.to_owned(), role.name())),
            None => Ok(Self { name: name.to_owned(), styles }),
        }
    }

    /// Returns the style of a role.
    pub fn style(&self, role: Role) -> Style {
        self.styles.get(&role).copied().unwrap_or_default()
    }

    /// Returns the theme's name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Entry {
    fn style(&self, theme: &str, palette: &BTreeMap<String, String>) -> Result<Style, ThemeError> {
        let bad = |value: &str| ThemeError::Value(theme.to_owned(), value.to_owned());
        let colour = |value: &String| {
            let value = palette.get(value).unwrap_or(value);
            if value == "default" { Ok(Color::Reset) } else { value.parse::<Color>().map_err(|_| bad(value)) }
        };
        let mut style = Style::new();
        style.fg = self.fg.as_ref().map(colour).transpose()?;
        style.bg = self.bg.as_ref().map(colour).transpose()?;
        for name in &self.mods {
            style = style.add_modifier(match name.as_str() {
                "bold" => Modifier::BOLD,
                "dim" => Modifier::DIM,
                "italic" => Modifier::ITALIC,
                "underlined" => Modifier::UNDERLINED,
                "reversed" => Modifier::REVERSED,
                other => return Err(bad(other)),
            });
        }
        Ok(style)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_theme_has_every_role() {
        for (name, text) in SHIPPED {
            Theme::parse(name, text).unwrap_or_else(|error| panic!("{error}"));
        }
    }

    #[test]
    fn mono_uses_no_colour_and_terminal_only_the_sixteen() {
        let mono = Theme::shipped("mono").expect("shipped");
        let terminal = Theme::shipped("terminal").expect("shipped");
        for role in Role::ALL {
            let style = mono.style(*role);
            assert!(
                matches!((style.fg, style.bg), (None | Some(Color::Reset), None | Some(Color::Reset))),
                "{role:?}"
            );
            for colour in [terminal.style(*role).fg, terminal.style(*role).bg].into_iter().flatten() {
                assert!(!matches!(colour, Color::Rgb(..) | Color::Indexed(_)), "{role:?}");
            }
        }
    }

    #[test]
    fn a_mistake_is_named() {
        for (case, text, error) in [
            (
                "role",
                "inherits = \"mono\"\n[roles]\n\"wait.never\" = { }",
                ThemeError::Role("t".into(), "wait.never".into()),
            ),
            (
                "colour",
                "inherits = \"mono\"\n[roles]\n\"flag\" = { fg = \"octarine\" }",
                ThemeError::Value("t".into(), "octarine".into()),
            ),
            ("base", "inherits = \"neon\"", ThemeError::Inherits("t".into(), "neon".into())),
            ("nothing", "", ThemeError::Missing("t".into(), "text")),
        ] {
            assert_eq!(Theme::parse("t", text), Err(error), "{case}");
        }
    }

    #[test]
    fn a_palette_names_colours() {
        let theme = "inherits = \"mono\"\n[palette]\nalarm = \"#aa0000\"\n[roles]\n\"danger\" = { fg = \"alarm\", mods = [\"bold\"] }";
        let theme = Theme::parse("t", theme).expect("a theme");
        assert_eq!(theme.style(Role::Danger).fg, Some(Color::Rgb(0xaa, 0, 0)));
    }
}

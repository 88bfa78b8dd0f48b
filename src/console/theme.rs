//! Names to styles. A theme is a TOML file: a style for each role, a palette of its own, and a theme it inherits from.
//! An unknown role is an error, a missing one is inherited. Colour is never the only carrier of meaning: every mark
//! has its character too.

use std::collections::BTreeMap;
use std::ops::Range;

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;
use toml::Spanned;

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

/// A mistake in a theme file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file} line {line}: {what}")]
pub struct ThemeError {
    /// The file's name.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub what: Mistake,
}

/// What is wrong at a line of a theme file; each is a sentence in the locales (`theme-…`).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Mistake {
    /// The file is no TOML, or not of this shape.
    #[error("not a theme: {0}")]
    Shape(String),
    /// There is no such role.
    #[error("no role is called \"{0}\"")]
    Role(String),
    /// There is no such colour, neither in the palette nor by itself.
    #[error("\"{0}\" is not a colour")]
    Colour(String),
    /// There is no such modifier.
    #[error("\"{0}\" is not a modifier")]
    Modifier(String),
    /// It inherits from a theme that is not shipped.
    #[error("no theme is called \"{0}\"")]
    Inherits(String),
    /// It inherits from none, and this role has no style.
    #[error("role \"{0}\" has no style, and the file inherits from no theme")]
    Missing(String),
}

impl Mistake {
    /// Returns the id of its sentence; the text in it is the value `what`.
    pub fn text_id(&self) -> &'static str {
        match self {
            Self::Shape(_) => "theme-shape",
            Self::Role(_) => "theme-role",
            Self::Colour(_) => "theme-colour",
            Self::Modifier(_) => "theme-modifier",
            Self::Inherits(_) => "theme-inherits",
            Self::Missing(_) => "theme-missing",
        }
    }

    /// Returns what the sentence is about.
    pub fn what(&self) -> &str {
        match self {
            Self::Shape(what)
            | Self::Role(what)
            | Self::Colour(what)
            | Self::Modifier(what)
            | Self::Inherits(what)
            | Self::Missing(what) => what,
        }
    }
}

/// The themes in the binary, by name.
pub const SHIPPED: [(&str, &str); 5] = [
    ("terminal", include_str!("../../themes/terminal.toml")),
    ("day", include_str!("../../themes/day.toml")),
    ("night", include_str!("../../themes/night.toml")),
    ("contrast", include_str!("../../themes/contrast.toml")),
    ("mono", include_str!("../../themes/mono.toml")),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    inherits: Option<Spanned<String>>,
    #[serde(default)]
    palette: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    roles: BTreeMap<Spanned<String>, Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    fg: Option<Spanned<String>>,
    bg: Option<Spanned<String>>,
    #[serde(default)]
    mods: Vec<Spanned<String>>,
}

/// A file while it is read: what is needed to say where a mistake is.
struct Source<'a> {
    file: String,
    text: &'a str,
}

impl Source<'_> {
    fn at(&self, span: Range<usize>, what: Mistake) -> ThemeError {
        let before = self.text.get(..span.start).unwrap_or_default();
        ThemeError { file: self.file.clone(), line: before.matches('\n').count() + 1, what }
    }

    fn not(&self, spelled: &Spanned<String>, mistake: fn(String) -> Mistake) -> ThemeError {
        self.at(spelled.span(), mistake(spelled.get_ref().clone()))
    }
}

impl Theme {
    /// Returns a shipped theme; `None` if there is none of this name. A test holds that all of them parse.
    pub fn shipped(name: &str) -> Option<Self> {
        let (_, text) = SHIPPED.iter().find(|(shipped, _)| *shipped == name)?;
        Self::parse(name, text).ok()
    }

    /// Reads the theme file `NAME.toml`.
    ///
    /// # Errors
    /// Names the first mistake with its line; the caller keeps the theme it has.
    pub fn parse(name: &str, text: &str) -> Result<Self, ThemeError> {
        let source = Source { file: format!("{name}.toml"), text };
        let file: File = toml::from_str(text).map_err(|error| {
            source.at(error.span().unwrap_or(0..0), Mistake::Shape(error.message().to_owned()))
        })?;
        let mut styles = match &file.inherits {
            None => BTreeMap::new(),
            Some(base) if base.get_ref() == name => return Err(source.not(base, Mistake::Inherits)),
            Some(base) => {
                let known = Self::shipped(base.get_ref());
                known.ok_or_else(|| source.not(base, Mistake::Inherits))?.styles
            }
        };
        for spelled in file.palette.values() {
            colour(spelled.get_ref()).ok_or_else(|| source.not(spelled, Mistake::Colour))?;
        }
        for (role_name, entry) in &file.roles {
            let role = Role::ALL.iter().find(|role| role.name() == role_name.get_ref());
            let role = role.ok_or_else(|| source.not(role_name, Mistake::Role))?;
            styles.insert(*role, entry.style(&source, &file.palette)?);
        }
        match Role::ALL.iter().find(|role| !styles.contains_key(role)) {
            Some(role) => Err(source.at(0..0, Mistake::Missing(role.name().to_owned()))),
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

    /// Returns the same theme for a terminal that has 256 colours and no more: each colour becomes the nearest of them.
    pub fn in_256(mut self) -> Self {
        for style in self.styles.values_mut() {
            style.fg = style.fg.map(nearest_of_256);
            style.bg = style.bg.map(nearest_of_256);
        }
        self
    }
}

impl Entry {
    fn style(
        &self,
        source: &Source<'_>,
        palette: &BTreeMap<String, Spanned<String>>,
    ) -> Result<Style, ThemeError> {
        let find = |spelled: &Spanned<String>| {
            let value = palette.get(spelled.get_ref()).unwrap_or(spelled);
            colour(value.get_ref()).ok_or_else(|| source.not(spelled, Mistake::Colour))
        };
        let mut style = Style::new();
        style.fg = self.fg.as_ref().map(find).transpose()?;
        style.bg = self.bg.as_ref().map(find).transpose()?;
        for name in &self.mods {
            style = style.add_modifier(match name.get_ref().as_str() {
                "bold" => Modifier::BOLD,
                "dim" => Modifier::DIM,
                "italic" => Modifier::ITALIC,
                "underlined" => Modifier::UNDERLINED,
                "reversed" => Modifier::REVERSED,
                _ => return Err(source.not(name, Mistake::Modifier)),
            });
        }
        Ok(style)
    }
}

fn colour(name: &str) -> Option<Color> {
    if name == "default" { Some(Color::Reset) } else { name.parse().ok() }
}

/// The six steps of the colour cube that xterm's colours 16 to 231 are made of.
const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// Returns the nearest of xterm's colours 16 to 255, which no terminal's settings change.
fn nearest_of_256(colour: Color) -> Color {
    let Color::Rgb(red, green, blue) = colour else { return colour };
    let far = |other: [u8; 3]| -> u32 {
        [red, green, blue].iter().zip(other).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
    };
    let nearest = (16..=255_u8).min_by_key(|index| far(rgb_of_256(*index)));
    Color::Indexed(nearest.unwrap_or(16))
}

fn rgb_of_256(index: u8) -> [u8; 3] {
    if index >= 232 {
        return [8 + (index - 232) * 10; 3];
    }
    let cube = index.saturating_sub(16);
    [cube / 36, cube / 6 % 6, cube % 6].map(|step| STEPS[usize::from(step)])
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

    /// Returns the contrast of two colours by WCAG 2.2: from 1 to 21.
    fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
        let luminance = |colour: [u8; 3]| {
            let [red, green, blue] = colour.map(|part| {
                let part = f64::from(part) / 255.0;
                if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
            });
            0.2126 * red + 0.7152 * green + 0.0722 * blue
        };
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn contrast_is_what_wcag_says() {
        assert!((contrast([0; 3], [255; 3]) - 21.0).abs() < 0.001);
        assert!((contrast([0x76; 3], [255; 3]) - 4.54).abs() < 0.01, "the well-known grey");
    }

    #[test]
    fn every_pair_of_colours_can_be_read_with_24_bits_and_with_256_colours() {
        for (name, least) in [("day", 4.5), ("night", 4.5), ("contrast", 7.0)] {
            let full = Theme::shipped(name).expect("shipped");
            let rgb = |colour| match colour {
                Some(Color::Rgb(red, green, blue)) => [red, green, blue],
                Some(Color::Indexed(index)) => rgb_of_256(index),
                other => panic!("{name}: {other:?} has no known light"),
            };
            for theme in [full.clone(), full.in_256()] {
                let ground = theme.style(Role::Text);
                for role in Role::ALL {
                    let style = theme.style(*role);
                    let unknown = Modifier::DIM | Modifier::REVERSED;
                    assert!(!style.add_modifier.intersects(unknown), "{name} {role:?}: how light is that?");
                    let pair = (rgb(style.fg.or(ground.fg)), rgb(style.bg.or(ground.bg)));
                    let found = contrast(pair.0, pair.1);
                    assert!(found >= least, "{name} {}: {found:.2}", role.name());
                }
            }
        }
    }

    #[test]
    fn the_256_colours_are_those_of_xterm() {
        for (colour, index) in [
            (Color::Rgb(0x5f, 0xd7, 0xff), 81),
            (Color::Rgb(0x12, 0x12, 0x12), 233),
            (Color::Rgb(0xfe, 0xff, 0xff), 231),
            (Color::Rgb(0, 0, 0), 16),
        ] {
            assert_eq!(nearest_of_256(colour), Color::Indexed(index), "{colour}");
        }
        assert_eq!(nearest_of_256(Color::Red), Color::Red, "the terminal's own stay its own");
    }

    #[test]
    fn a_mistake_is_named_with_its_line() {
        let t = |line, what| Err(ThemeError { file: "t.toml".into(), line, what });
        for (case, text, error) in [
            (
                "role",
                "inherits = \"mono\"\n[roles]\n\"wait.never\" = { }",
                t(3, Mistake::Role("wait.never".into())),
            ),
            (
                "colour",
                "inherits = \"mono\"\n\n[roles]\n\"flag\" = { fg = \"octarine\" }",
                t(4, Mistake::Colour("octarine".into())),
            ),
            (
                "colour in the palette",
                "inherits = \"mono\"\n[palette]\nalarm = \"#aa000\"",
                t(3, Mistake::Colour("#aa000".into())),
            ),
            (
                "modifier",
                "inherits = \"mono\"\n[roles]\n\"flag\" = { mods = [\"blinking\"] }",
                t(3, Mistake::Modifier("blinking".into())),
            ),
            ("base", "# mine\ninherits = \"neon\"", t(2, Mistake::Inherits("neon".into()))),
            ("itself", "inherits = \"t\"", t(1, Mistake::Inherits("t".into()))),
            ("nothing", "", t(1, Mistake::Missing("text".into()))),
        ] {
            assert_eq!(Theme::parse("t", text), error, "{case}");
        }
        for text in ["inherits = mono", "colours = 3", "[roles]\n\"flag\" = { ink = \"red\" }"] {
            let error = Theme::parse("t", text).expect_err(text);
            assert!(matches!(error.what, Mistake::Shape(_)), "{error}");
        }
    }

    #[test]
    fn a_palette_names_colours() {
        let theme = "inherits = \"mono\"\n[palette]\nalarm = \"#aa0000\"\n[roles]\n\"danger\" = { fg = \"alarm\", mods = [\"bold\"] }";
        let theme = Theme::parse("t", theme).expect("a theme");
        assert_eq!(theme.style(Role::Danger).fg, Some(Color::Rgb(0xaa, 0, 0)));
    }
}

//! Where opora's files are: XDG folders on every system, one set of folders a profile.

use std::path::{Path, PathBuf};

use etcetera::base_strategy::{BaseStrategy, Xdg};

/// The relay's file of settings if no other is named.
pub const DEFAULT_RELAY_CONFIG: &str = "/etc/opora/relay.toml";

/// Why the folders are not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathsError {
    /// The system does not say where the home folder is.
    #[error("the home folder is not known: set HOME, or name folders with --config and --data")]
    NoHome,
    /// A profile's name becomes a folder's.
    #[error("{0:?} is no name of a profile: 1 to 32 letters a-z, digits, _ and -")]
    Profile(String),
}

/// The folders of one profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    config: PathBuf,
    config_file: PathBuf,
    data: PathBuf,
    state: PathBuf,
}

impl Paths {
    /// Finds the folders: `--profile` chooses a set of them, `--data` puts data and logs into one folder, `--config`
    /// names the file of settings itself.
    pub fn find(
        profile: Option<&str>,
        data: Option<&Path>,
        config: Option<&Path>,
    ) -> Result<Paths, PathsError> {
        let paths = match (Xdg::new(), data, config) {
            (Ok(xdg), ..) => {
                let state = xdg.state_dir().unwrap_or_else(|| xdg.data_dir());
                Paths::below(&xdg.config_dir(), &xdg.data_dir(), &state, profile)?
            }
            // Without a home folder the two options still say all that is needed.
            (Err(_), Some(data), Some(config)) => {
                let folder = config.parent().unwrap_or(Path::new("."));
                Paths::below(folder, data, data, profile)?
            }
            (Err(_), ..) => return Err(PathsError::NoHome),
        };
        Ok(paths.with(data, config))
    }

    fn below(config: &Path, data: &Path, state: &Path, profile: Option<&str>) -> Result<Paths, PathsError> {
        let mut folder = PathBuf::from("opora");
        if let Some(name) = profile {
            let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-');
            if name.is_empty() || name.len() > 32 || !name.chars().all(fits) {
                return Err(PathsError::Profile(name.to_owned()));
            }
            folder = folder.join("profiles").join(name);
        }
        let config = config.join(&folder);
        Ok(Paths {
            config_file: config.join("config.toml"),
            config,
            data: data.join(&folder),
            state: state.join(&folder),
        })
    }

    fn with(mut self, data: Option<&Path>, config: Option<&Path>) -> Paths {
        if let Some(data) = data {
            self.data = data.to_owned();
            self.state = data.join("state");
        }
        if let Some(config) = config {
            self.config_file = config.to_owned();
            self.config = config.parent().unwrap_or(Path::new("")).to_owned();
        }
        self
    }

    /// Returns the console's file of settings.
    pub fn config_file(&self) -> &Path {
        &self.config_file
    }

    /// Returns the user's keys: only what differs.
    pub fn keymap_file(&self) -> PathBuf {
        self.config.join("keymap.toml")
    }

    /// Returns the folder of whole keymaps.
    pub fn keymaps(&self) -> PathBuf {
        self.config.join("keymaps")
    }

    /// Returns the folder of the user's themes.
    pub fn themes(&self) -> PathBuf {
        self.config.join("themes")
    }

    /// Returns the user's phrases in a language.
    pub fn phrases_file(&self, lang: &str) -> PathBuf {
        self.config.join("locales").join(lang).join("phrases.toml")
    }

    /// Returns the folder of the helpline's own texts in a language.
    pub fn locale(&self, lang: &str) -> PathBuf {
        self.config.join("locales").join(lang)
    }

    /// Returns the folder of the helpline's own topics, codes and forms.
    pub fn taxonomy(&self) -> PathBuf {
        self.config.join("taxonomy")
    }

    /// Returns the folder of vault and casebook.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Returns the folder of logs.
    pub fn state(&self) -> &Path {
        &self.state
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn below(profile: Option<&str>) -> Result<Paths, PathsError> {
        Paths::below(
            Path::new("/h/.config"),
            Path::new("/h/.local/share"),
            Path::new("/h/.local/state"),
            profile,
        )
    }

    #[test]
    fn folders_are_those_of_xdg_and_a_profile_has_its_own() {
        let paths = below(None).unwrap();
        assert_eq!(paths.config_file(), Path::new("/h/.config/opora/config.toml"));
        assert_eq!(paths.keymap_file(), Path::new("/h/.config/opora/keymap.toml"));
        assert_eq!(paths.data(), Path::new("/h/.local/share/opora"));
        assert_eq!(paths.state(), Path::new("/h/.local/state/opora"));
        let night = below(Some("night")).unwrap();
        assert_eq!(night.config_file(), Path::new("/h/.config/opora/profiles/night/config.toml"));
        assert_eq!(night.data(), Path::new("/h/.local/share/opora/profiles/night"));
    }

    #[test]
    fn options_win_over_the_folders() {
        let paths = below(None).unwrap().with(Some(Path::new("/tmp/d")), Some(Path::new("/tmp/c/my.toml")));
        assert_eq!(paths.config_file(), Path::new("/tmp/c/my.toml"));
        assert_eq!(paths.themes(), Path::new("/tmp/c/themes"));
        assert_eq!(paths.data(), Path::new("/tmp/d"));
        assert_eq!(paths.state(), Path::new("/tmp/d/state"));
    }

    #[test]
    fn a_profile_cannot_lead_elsewhere() {
        for name in ["", "..", "a/b", "Á", "a b", &"x".repeat(33)] {
            assert_eq!(below(Some(name)), Err(PathsError::Profile(name.to_owned())));
        }
    }
}

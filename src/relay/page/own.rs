//! What a line lays beside the shipped page: a folder with `LANG.ftl`, all texts of a language, and `resources.toml`, the
//! line's own list of other help. Neither needs a new build of opora. What may fail names the file and, where it can, the
//! line; then no page is built, for half a language helps no child.

use std::path::{Path, PathBuf};

use super::words::{Words, WordsError};
use crate::taxonomy::{Resource, Sources, Taxonomy, TaxonomyError};

/// The file of other help.
const HELP: &str = "resources.toml";

/// What the first line of a file of texts begins with as long as nobody who speaks the language has read it.
const DRAFT: &str = "# draft";

/// A line's own texts and help.
#[derive(Debug, Clone, PartialEq)]
pub struct Own {
    /// Texts as (language, words), sorted by language.
    pub texts: Vec<(String, Words)>,
    /// Languages whose texts are marked as drafts.
    pub drafts: Vec<String>,
    /// Other help, in the order in which it is shown.
    pub help: Vec<Resource>,
}

/// Why a line's own files do not count.
#[derive(Debug, thiserror::Error)]
pub enum OwnError {
    /// The disk.
    #[error("{}: {source}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file of texts.
    #[error("{}: {source}", path.display())]
    Words {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: WordsError,
    },
    /// The file of other help.
    #[error("{0}")]
    Help(#[from] TaxonomyError),
}

impl Own {
    /// Returns what comes with opora alone.
    pub fn shipped() -> Self {
        Self { texts: Vec::new(), drafts: Vec::new(), help: Taxonomy::shipped().resources().to_vec() }
    }

    /// Reads a folder, if there is one.
    ///
    /// # Errors
    /// Fails if the folder or a file cannot be read or is not understood.
    pub fn read(folder: Option<&Path>) -> Result<Self, OwnError> {
        let mut own = Self::shipped();
        let Some(folder) = folder else { return Ok(own) };
        let fail = |path: &Path| {
            let path = path.to_owned();
            |source| OwnError::Read { path, source }
        };
        for entry in std::fs::read_dir(folder).map_err(fail(folder))? {
            let path = entry.map_err(fail(folder))?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if name == HELP {
                own.help = help(&std::fs::read_to_string(&path).map_err(fail(&path))?)?;
            } else if let Some(lang) = name.strip_suffix(".ftl") {
                let text = std::fs::read_to_string(&path).map_err(fail(&path))?;
                let words =
                    Words::parse(&text).map_err(|source| OwnError::Words { path: path.clone(), source })?;
                if text.starts_with(DRAFT) {
                    own.drafts.push(lang.to_owned());
                }
                own.texts.push((lang.to_owned(), words));
            }
        }
        own.texts.sort_by(|a, b| a.0.cmp(&b.0));
        own.drafts.sort();
        Ok(own)
    }
}

fn help(text: &str) -> Result<Vec<Resource>, TaxonomyError> {
    let mut sources = Sources::shipped();
    sources.replace(HELP, text);
    Ok(Taxonomy::parse(&sources)?.resources().to_vec())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_folder_brings_languages_and_help_and_a_mistake_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        assert_eq!(Own::read(None).unwrap(), Own::shipped());
        assert_eq!(Own::read(Some(folder.path())).unwrap(), Own::shipped());
        write("uk.ftl", "# draft: nobody read it\npage-send = x\n");
        write("de.ftl", "page-send = y\n");
        write("README", "not a text of the page");
        write(
            HELP,
            "[[resource]]\nid = \"a\"\nname = { en = \"A\" }\nfor = { en = \"a\" }\nphone = \"1\"\nlanguages = [\"en\"]\nhours = { en = \"always\" }\n",
        );
        let own = Own::read(Some(folder.path())).unwrap();
        let languages: Vec<&str> = own.texts.iter().map(|(lang, _)| lang.as_str()).collect();
        assert_eq!((languages, own.drafts), (vec!["de", "uk"], vec!["uk".to_owned()]));
        assert_eq!(own.help.iter().map(|help| help.id.as_str()).collect::<Vec<_>>(), ["a"]);

        write("de.ftl", "page-send = y\npage-send = z\n");
        let mistake = Own::read(Some(folder.path())).unwrap_err().to_string();
        assert!(mistake.ends_with("de.ftl: line 2: an id that is there already"), "{mistake}");
        write("de.ftl", "page-send = y\n");
        write(HELP, "[[resource]]\nid = 1\n");
        let mistake = Own::read(Some(folder.path())).unwrap_err().to_string();
        assert!(mistake.contains("resources.toml line 2"), "{mistake}");
        assert!(Own::read(Some(&folder.path().join("nowhere"))).is_err());
    }
}

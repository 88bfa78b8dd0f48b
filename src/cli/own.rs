//! What a helpline edits itself: topics, codes, forms and texts, laid over the shipped ones. A mistake is a sentence that
//! names file and line, and what last held stays in force: it is kept beside the casebook for that.

use std::fs;
use std::path::Path;

use super::places;
use crate::config::Paths;
use crate::locale::Locale;
use crate::taxonomy::{FILES, Sources, Taxonomy, TaxonomyError};

/// Returns the topics, codes and forms that are in force, and what is wrong with the helpline's own, if anything is.
pub fn taxonomy(paths: &Paths, locale: &Locale) -> (&'static Taxonomy, Option<String>) {
    let last = places::last_good(paths);
    match read(&paths.taxonomy()) {
        Ok(None) => (Taxonomy::shipped(), None),
        Ok(Some((own, texts))) => {
            if let Err(error) = remember(&last, &texts) {
                tracing::warn!(%error, "the topics and forms in force could not be kept as the last good ones");
            }
            (Box::leak(Box::new(own)), None)
        }
        Err(reason) => {
            let sentence = locale.say_with("own-error", &[("reason", reason.as_str().into())]);
            match read(&last) {
                Ok(Some((own, _))) => (Box::leak(Box::new(own)), Some(sentence)),
                _ => (Taxonomy::shipped(), Some(sentence)),
            }
        }
    }
}

/// Returns the texts with the helpline's own over them: names of its topics and fields. A mistake in one is a sentence.
pub fn texts(paths: &Paths, locale: &Locale) -> (Locale, Option<String>) {
    let folder = paths.locale(locale.lang().code());
    let mut files: Vec<(String, String)> = Vec::new();
    for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".ftl")
            && let Ok(text) = fs::read_to_string(entry.path())
        {
            files.push((name, text));
        }
    }
    files.sort();
    let own: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    match Locale::with_own(locale.lang(), &own) {
        _ if own.is_empty() => (locale.clone(), None),
        Ok(own) => (own, None),
        Err(error) => {
            let reason = error.to_string();
            (locale.clone(), Some(locale.say_with("own-error", &[("reason", reason.as_str().into())])))
        }
    }
}

/// A taxonomy with the texts of the files that were not shipped.
type Own = (Taxonomy, Vec<(&'static str, String)>);

/// Reads what a folder lays over the shipped taxonomy; nothing if there is no file in it.
fn read(folder: &Path) -> Result<Option<Own>, String> {
    let mut texts: Vec<(&'static str, String)> = Vec::new();
    for file in FILES {
        match fs::read_to_string(folder.join(file)) {
            Ok(text) => texts.push((file, text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(format!("{file}: {error}")),
        }
    }
    if texts.is_empty() {
        return Ok(None);
    }
    let mut sources = Sources::shipped();
    for (file, text) in &texts {
        sources.replace(file, text);
    }
    let own = Taxonomy::parse(&sources).map_err(|error: TaxonomyError| error.to_string())?;
    Ok(Some((own, texts)))
}

/// Keeps the texts of a taxonomy that holds; a file that is no longer laid over goes.
fn remember(folder: &Path, texts: &[(&'static str, String)]) -> std::io::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let open =
        |path: &Path| fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
    for file in FILES {
        let path = folder.join(file);
        match texts.iter().find(|(name, _)| *name == file) {
            Some((_, text)) if fs::read_to_string(&path).is_ok_and(|known| known == *text) => {}
            Some((_, text)) => {
                let part = folder.join(format!("{file}.part"));
                open(&part)?.write_all(text.as_bytes())?;
                fs::rename(part, path)?;
            }
            None => match fs::remove_file(path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
                _ => {}
            },
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::locale::Lang;
    use crate::taxonomy::FormId;

    const FORMS: &str = include_str!("../../taxonomy/forms.toml");

    fn paths(home: &Path) -> Paths {
        Paths::find(None, Some(&home.join("data")), Some(&home.join("config/config.toml"))).unwrap()
    }

    #[test]
    fn a_mistake_names_its_line_and_what_last_held_stays_in_force() {
        let home = tempfile::tempdir().unwrap();
        let (paths, locale) = (paths(home.path()), Locale::new(Lang::En));
        let forms = paths.taxonomy().join("forms.toml");
        let version = |taxonomy: &Taxonomy| taxonomy.form(&FormId::note()).unwrap().version;
        assert!(taxonomy(&paths, &locale).1.is_none(), "without own files the shipped ones hold");

        fs::create_dir_all(paths.taxonomy()).unwrap();
        let second = format!(
            "{FORMS}\n[[form]]\nid = \"note\"\nversion = 3\nfield = [{{ id = \"data\", kind = \"text\" }}]\n"
        );
        fs::write(&forms, &second).unwrap();
        let (own, mistake) = taxonomy(&paths, &locale);
        // The shapes name fields that version 3 has not, so it does not hold.
        assert!(mistake.unwrap().contains("forms.toml line"), "a shape without its field is a mistake");
        assert_eq!(version(own), 2);

        let second = second.replace("field = [{ id = \"data\"", "field = [{ id = \"request\", kind = \"text\" }, { id = \"assessment\", kind = \"text\" }, { id = \"plan\", kind = \"text\" }, { id = \"intervention\", kind = \"text\" }, { id = \"response\", kind = \"text\" }, { id = \"data\"");
        fs::write(&forms, &second).unwrap();
        let (own, mistake) = taxonomy(&paths, &locale);
        assert_eq!((version(own), mistake), (3, None));

        fs::write(&forms, second.replace("kind = \"text\" }]", "kind = \"txet\" }]")).unwrap();
        let (own, mistake) = taxonomy(&paths, &locale);
        let line =
            1 + second.lines().position(|line| line.starts_with("field = [{ id = \"request\"")).unwrap();
        assert!(mistake.unwrap().contains(&format!("forms.toml line {line}")));
        assert_eq!(version(own), 3, "the last good version stays in force");
        assert!(own.form_version(&FormId::note(), 1).is_some(), "an old note keeps its form");

        fs::remove_file(&forms).unwrap();
        assert_eq!(version(taxonomy(&paths, &locale).0), 2, "taken away, the shipped ones hold again");
    }

    #[test]
    fn own_texts_name_own_topics() {
        let home = tempfile::tempdir().unwrap();
        let (paths, locale) = (paths(home.path()), Locale::new(Lang::Cs));
        let folder = paths.locale("cs");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("topics.ftl"), "topic-peers-team = Oddíl\n").unwrap();
        assert_eq!(texts(&paths, &locale).0.say("topic-peers-team"), "Oddíl");
        fs::write(folder.join("topics.ftl"), "topic-peers-team = Oddíl\n= nic\n").unwrap();
        assert!(texts(&paths, &locale).1.unwrap().contains("topics.ftl"));
    }
}

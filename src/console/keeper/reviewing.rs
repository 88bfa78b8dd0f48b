//! What the keeper does for a reviewer: the helpline's own list is read and written here, and nowhere else in the console.

use std::io::{self, Write as _};
use std::path::Path;

use crate::anonymise::{Anonymiser, Lists, OwnEntry};
use crate::casebook::Casebook;
use crate::report::review::{self, Gathered, ReviewError};

/// Gathers a quarter with the shipped lists and the helpline's own over them. A list that cannot be read or understood is
/// left out: it could only make fewer doubts, and `opora anonymise` names its wrong line.
pub fn gather(
    casebook: &Casebook,
    quarter: &str,
    another: bool,
    own_list: Option<&Path>,
) -> Result<Gathered, ReviewError> {
    let mut lists = Lists::shipped();
    let own = own_list.map(std::fs::read_to_string).transpose();
    if let Ok(Some(text)) = own
        && let Err(error) = lists.lay_over(&text)
    {
        tracing::warn!(line = error.line, "the helpline's own list of words is not understood");
    }
    review::gather(casebook, quarter, another, &Anonymiser::new(&lists))
}

/// Adds a line to the helpline's own list.
pub fn keep_word(file: &Path, entry: &OwnEntry) -> io::Result<()> {
    let line = entry.to_string();
    // Only what the list reads again may stand in it.
    if Lists::default().lay_over(&line).is_err() {
        return Ok(());
    }
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut list = std::fs::File::options().create(true).append(true).open(file)?;
    writeln!(list, "{line}")
}

//! The form of what leaves: CSV as RFC 4180 has it and no spreadsheet can be made to run, JSON, Markdown, and the
//! description of the whole as a Frictionless Data Package. Pure; equal inputs give equal bytes.

use serde::Serialize;

/// A form a table is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// For everything.
    Csv,
    /// For programs: one array of objects.
    Json,
    /// For people.
    Md,
}

impl Format {
    /// All forms.
    pub const ALL: [Format; 3] = [Format::Csv, Format::Json, Format::Md];

    /// Returns the ending of its files.
    pub fn ending(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Json => "json",
            Format::Md => "md",
        }
    }

    /// Returns the form with this ending.
    pub fn from_ending(ending: &str) -> Option<Format> {
        Self::ALL.into_iter().find(|format| format.ending() == ending)
    }

    fn media_type(self) -> &'static str {
        match self {
            Format::Csv => "text/csv",
            Format::Json => "application/json",
            Format::Md => "text/markdown",
        }
    }

    /// Returns what stands before the first row.
    pub fn head(self, columns: &[&str]) -> String {
        match self {
            Format::Csv => self.row(columns, columns, 0),
            Format::Json => "[".to_owned(),
            Format::Md => {
                format!("{}|{}\n", self.row(columns, columns, 0), " --- |".repeat(columns.len()))
            }
        }
    }

    /// Returns a row; `before` is how many stood before it.
    pub fn row(self, columns: &[&str], cells: &[&str], before: u64) -> String {
        match self {
            Format::Csv => {
                let mut line = cells.iter().map(|cell| field(cell)).collect::<Vec<_>>().join(",");
                line.push('\n');
                line
            }
            Format::Json => {
                let row = Object(columns, cells);
                let text = serde_json::to_string(&row).unwrap_or_default();
                format!("{}\n{text}", if before == 0 { "" } else { "," })
            }
            Format::Md => {
                let escaped = |cell: &&str| {
                    cell.replace('\\', "\\\\")
                        .replace('|', "\\|")
                        .replace('<', "&lt;")
                        .replace(['\n', '\r'], " ")
                };
                format!("| {} |\n", cells.iter().map(escaped).collect::<Vec<_>>().join(" | "))
            }
        }
    }

    /// Returns what stands after the last row.
    pub fn foot(self) -> &'static str {
        match self {
            Format::Csv | Format::Md => "",
            Format::Json => "\n]\n",
        }
    }
}

/// A row as an object whose members stand in the order of the columns.
struct Object<'a>(&'a [&'a str], &'a [&'a str]);

impl Serialize for Object<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().zip(self.1))
    }
}

/// Returns a field of CSV. What a spreadsheet would take for a formula gets an apostrophe before it; carriage returns and
/// other controls become spaces.
pub fn field(cell: &str) -> String {
    let clean: String = cell
        .chars()
        .map(|letter| if letter.is_control() && !matches!(letter, '\n' | '\t') { ' ' } else { letter })
        .collect();
    let begins = |text: &str| text.starts_with(['=', '+', '-', '@', '\t', '＝', '＋', '－', '＠']);
    let safe = if begins(&clean) || begins(clean.trim_start()) { format!("'{clean}") } else { clean };
    if safe.contains([',', '"', '\n']) || safe.starts_with(' ') || safe.ends_with(' ') {
        format!("\"{}\"", safe.replace('"', "\"\""))
    } else {
        safe
    }
}

/// A file of the package.
#[derive(Clone, Debug)]
pub struct File {
    /// Its name in the folder.
    pub name: String,
    /// Its form.
    pub format: Format,
    /// How many bytes it has.
    pub bytes: u64,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
}

/// A column, for the schema.
#[derive(Clone, Debug, Serialize)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// `string`, `integer`, `number`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// What it means, in words.
    pub description: String,
}

/// Returns the type of a column of ours.
pub fn kind_of(column: &str) -> &'static str {
    match column {
        "row" | "count" | "offered" | "answered" | "abandoned" | "short_abandoned" | "within_target"
        | "wait_sum_s" | "handle_sum_s" | "session_s" | "with_s" | "busy_s" | "staffed_s" | "slots_s" => {
            "integer"
        }
        "share" => "number",
        _ => "string",
    }
}

#[derive(Serialize)]
struct Package<'a> {
    profile: &'static str,
    name: String,
    id: &'a str,
    title: &'a str,
    description: &'a str,
    resources: Vec<Resource<'a>>,
}

#[derive(Serialize)]
struct Resource<'a> {
    name: String,
    path: &'a str,
    profile: &'static str,
    format: &'static str,
    mediatype: &'static str,
    encoding: &'static str,
    bytes: u64,
    hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    dialect: Option<Dialect>,
    #[serde(skip_serializing_if = "Option::is_none")]
    schema: Option<Schema<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Dialect {
    delimiter: &'static str,
    line_terminator: &'static str,
    double_quote: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Schema<'a> {
    fields: &'a [Column],
    missing_values: [&'static str; 1],
}

/// Returns `datapackage.json`.
///
/// # Errors
/// Fails only if JSON does.
pub fn datapackage(
    id: &str,
    title: &str,
    description: &str,
    columns: &[Column],
    files: &[File],
) -> Result<String, serde_json::Error> {
    let resources = files.iter().map(|file| {
        let is_table = file.format == Format::Csv;
        Resource {
            name: file.name.replace(['.', '_'], "-").to_lowercase(),
            path: &file.name,
            profile: if is_table { "tabular-data-resource" } else { "data-resource" },
            format: file.format.ending(),
            mediatype: file.format.media_type(),
            encoding: "utf-8",
            bytes: file.bytes,
            hash: format!("sha256:{}", file.sha256),
            dialect: is_table.then_some(Dialect {
                delimiter: ",",
                line_terminator: "\n",
                double_quote: true,
            }),
            schema: is_table.then_some(Schema { fields: columns, missing_values: [""] }),
        }
    });
    let package = Package {
        profile: "data-package",
        name: format!("opora-{id}"),
        id,
        title,
        description,
        resources: resources.collect(),
    };
    Ok(format!("{}\n", serde_json::to_string_pretty(&package)?))
}

/// `release.json`: what was done to what leaves.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Manifest {
    /// The id of the release.
    pub id: String,
    /// What it holds.
    pub table: String,
    /// The span it counts.
    pub period: String,
    /// `partner` or `public`.
    pub class: String,
    /// The least number of rows that look the same.
    pub k: u64,
    /// The fewest different troubles among these.
    pub l: u64,
    /// What it was narrowed to.
    pub filter: std::collections::BTreeMap<String, String>,
    /// What was made coarser.
    pub levels: Vec<String>,
    /// How many cases or contacts came in.
    pub rows_in: u64,
    /// How many rows left.
    pub rows_out: u64,
    /// How many were dropped.
    pub dropped: u64,
    /// How many single values were given up.
    pub given_up: u64,
    /// How many cells are hidden.
    pub hidden: u64,
    /// Lines of which one cell holds everything.
    pub groups: Vec<String>,
    /// The largest distance of a group's troubles from those of all.
    pub t: Option<String>,
    /// How many cases were alone with their quasi-identifiers before anything was done.
    pub uniques: u64,
    /// How many places of each kind were masked.
    pub masks: std::collections::BTreeMap<String, u64>,
    /// Why words stayed that the program would have masked.
    pub kept: Vec<String>,
    /// Who released it.
    pub reviewer: String,
    /// The hash of the ledger's last entry before it.
    pub ledger: String,
    /// SHA-256 of each file.
    pub files: std::collections::BTreeMap<String, String>,
    /// In plain words, what remains of risk.
    pub statement: Vec<String>,
    /// The version of opora.
    pub opora: String,
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn fields_are_quoted_and_run_nothing() {
        for (cell, written) in [
            ("plain", "plain"),
            ("a, b", "\"a, b\""),
            ("say \"no\"", "\"say \"\"no\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("=1+1", "'=1+1"),
            ("+420", "'+420"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            (" =1", "\"' =1\"".trim_matches('"')),
            ("a\r\nb", "\"a \nb\""),
            ("", ""),
        ] {
            assert_eq!(field(cell), written, "{cell:?}");
        }
    }

    #[test]
    fn the_three_forms_hold_the_same() {
        let columns = ["row", "summary"];
        for (format, expected) in [
            (Format::Csv, "row,summary\n1,\"a, b\"\n2,c|d\n"),
            (
                Format::Json,
                "[\n{\"row\":\"1\",\"summary\":\"a, b\"},\n{\"row\":\"2\",\"summary\":\"c|d\"}\n]\n",
            ),
            (Format::Md, "| row | summary |\n| --- | --- |\n| 1 | a, b |\n| 2 | c\\|d |\n"),
        ] {
            let rows = [format.row(&columns, &["1", "a, b"], 0), format.row(&columns, &["2", "c|d"], 1)];
            let text = [format.head(&columns), rows.concat(), format.foot().to_owned()].concat();
            assert_eq!(text, expected);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(cells in proptest::collection::vec("\\PC{0,30}|[=+@\",\n -]{0,8}", 1..5)) {
            let columns: Vec<&str> = cells.iter().map(|_| "x").collect();
            let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
            let line = Format::Csv.row(&columns, &cells, 0);
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(line.as_bytes());
            if let Some(record) = reader.records().next() {
                let record = record.unwrap();
                prop_assert_eq!(record.len(), cells.len());
                for (read, cell) in record.iter().zip(&cells) {
                    let read_bare = read.strip_prefix('\'').unwrap_or(read);
                    prop_assert!(read == *cell || read_bare == *cell, "{:?} {:?}", read, cell);
                    prop_assert!(!read.starts_with(['=', '+', '-', '@', '\t']));
                }
                prop_assert!(reader.records().next().is_none());
            }
        }
    }
}

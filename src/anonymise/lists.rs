//! The lists the anonymiser knows: those shipped in `wordlists/`, and a helpline's own laid over them. Each shipped file
//! says in its head where it comes from. Nothing here reads a file: text is handed in.

use super::decline::Gender;

/// Names, places and words, as read; `Anonymiser::new` makes forms of them.
#[derive(Clone, Debug, Default)]
pub struct Lists {
    pub(super) given: Vec<Given>,
    pub(super) surnames: Vec<Surname>,
    pub(super) places: Vec<Place>,
    pub(super) schools: Vec<String>,
    pub(super) words: Vec<Word>,
    /// Ordinary words that matter only where no capital marks a name.
    pub(super) vocabulary: Vec<Word>,
    pub(super) brands: Vec<String>,
    pub(super) keeps: Vec<String>,
    pub(super) hosts: Vec<String>,
    pub(super) phones: Vec<String>,
    pub(super) relations: Vec<Relation>,
}

/// Whose list an item comes from; Czech ones are declined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tongue {
    Czech,
    English,
}

const TONGUES: [Tongue; 2] = [Tongue::Czech, Tongue::English];

/// A form, and whether it is also an ordinary word.
#[derive(Clone, Debug)]
pub(super) struct Form {
    pub text: String,
    pub is_word: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Given {
    pub tongue: Tongue,
    pub gender: Gender,
    /// The full name, then its short forms.
    pub forms: Vec<Form>,
}

#[derive(Clone, Debug)]
pub(super) struct Surname {
    pub tongue: Tongue,
    pub form: Form,
}

#[derive(Clone, Debug)]
pub(super) struct Place {
    pub tongue: Tongue,
    pub form: Form,
    /// Whether it is large enough to stay in a text.
    pub kept: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Word {
    pub tongue: Tongue,
    pub text: String,
}

#[derive(Clone, Debug)]
pub(super) struct Relation {
    pub role: Role,
    pub gender: Gender,
    pub forms: Vec<String>,
}

/// What a person is to the child, where the note says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// A friend.
    Friend,
    /// A partner, also a former one.
    Partner,
    /// Somebody of the same class.
    Classmate,
    /// A teacher or another adult of the school.
    Teacher,
    /// A parent or who stands in for one.
    Parent,
    /// A brother or sister.
    Sibling,
    /// Another relative.
    Relative,
    /// A child of whom an adult speaks.
    Child,
    /// Who contacts the line.
    Client,
    /// Another adult.
    Adult,
    /// Somebody of the line.
    Colleague,
    /// Nothing is said.
    Person,
}

/// What is wrong in a list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the list is not understood: {text}")]
pub struct ListError {
    /// The line, from 1.
    pub line: usize,
    /// What stands there.
    pub text: String,
}

/// One entry of a helpline's own list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnEntry {
    /// A given name or nickname: `name f Žofka`.
    Name(Gender, String),
    /// A surname in its masculine form: `surname Vonásek`.
    Surname(String),
    /// A place: `place Dolní Lhota`.
    Place(String),
    /// What pupils call a school: `school Zelená brána`.
    School(String),
    /// A word that is never masked or doubted: `keep Modřín`.
    Keep(String),
    /// A public site: `host example.org`.
    Host(String),
    /// A public number: `phone 116 111`.
    Phone(String),
}

impl OwnEntry {
    /// Reads one line.
    pub fn parse(line: &str) -> Option<OwnEntry> {
        let (kind, rest) = line.trim().split_once(' ')?;
        let rest = rest.trim();
        if rest.is_empty() {
            return None;
        }
        let own = rest.to_owned();
        Some(match kind {
            "name" => {
                let (gender, name) = rest.split_once(' ')?;
                OwnEntry::Name(gender_of(gender)?, name.trim().to_owned())
            }
            "surname" => OwnEntry::Surname(own),
            "place" => OwnEntry::Place(own),
            "school" => OwnEntry::School(own),
            "keep" => OwnEntry::Keep(own),
            "host" => OwnEntry::Host(own),
            "phone" => OwnEntry::Phone(own),
            _ => return None,
        })
    }
}

impl std::fmt::Display for OwnEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            OwnEntry::Name(Gender::Female, name) => write!(f, "name f {name}"),
            OwnEntry::Name(Gender::Male, name) => write!(f, "name m {name}"),
            OwnEntry::Name(Gender::Unknown, name) => write!(f, "name n {name}"),
            OwnEntry::Surname(name) => write!(f, "surname {name}"),
            OwnEntry::Place(name) => write!(f, "place {name}"),
            OwnEntry::School(name) => write!(f, "school {name}"),
            OwnEntry::Keep(word) => write!(f, "keep {word}"),
            OwnEntry::Host(host) => write!(f, "host {host}"),
            OwnEntry::Phone(phone) => write!(f, "phone {phone}"),
        }
    }
}

impl Lists {
    /// Returns the shipped lists.
    pub fn shipped() -> Lists {
        let mut lists = Lists::default();
        for (tongue, given, surnames, words, more, wider) in [
            (
                Tongue::Czech,
                include_str!("../../wordlists/given.cs.txt"),
                include_str!("../../wordlists/surnames.cs.txt"),
                include_str!("../../wordlists/words.cs.txt"),
                include_str!("../../wordlists/passphrase-cs.txt"),
                concat!(
                    include_str!("../../wordlists/vocabulary.cs.txt"),
                    include_str!("../../wordlists/vocabulary-wide.cs.txt")
                ),
            ),
            (
                Tongue::English,
                include_str!("../../wordlists/given.en.txt"),
                include_str!("../../wordlists/surnames.en.txt"),
                include_str!("../../wordlists/words.en.txt"),
                include_str!("../../wordlists/passphrase-en.txt"),
                include_str!("../../wordlists/vocabulary.en.txt"),
            ),
        ] {
            lists.given.extend(lines(given).filter_map(|line| Given::parse(line, tongue)));
            lists.surnames.extend(tokens(surnames).map(|text| Surname { tongue, form: Form::parse(text) }));
            let texts = tokens(words).chain(tokens(more));
            lists.words.extend(texts.map(|text| Word { tongue, text: text.to_lowercase() }));
            lists.vocabulary.extend(tokens(wider).map(|text| Word { tongue, text: text.to_owned() }));
        }
        for (tongue, kept, text) in [
            (Tongue::Czech, false, include_str!("../../wordlists/places.cs.txt")),
            (Tongue::English, false, include_str!("../../wordlists/places.en.txt")),
            (Tongue::Czech, true, include_str!("../../wordlists/kept.txt")),
        ] {
            let names =
                lines(text).flat_map(|line| line.split(',')).map(str::trim).filter(|name| !name.is_empty());
            lists.places.extend(names.map(|name| Place { tongue, form: Form::parse(name), kept }));
        }
        lists
            .relations
            .extend(lines(include_str!("../../wordlists/relations.txt")).filter_map(Relation::parse));
        for line in lines(include_str!("../../wordlists/public.txt")) {
            let mut words = line.split_whitespace().map(str::to_owned);
            match words.next().as_deref() {
                Some("host") => lists.hosts.extend(words),
                Some("phone") => lists.phones.extend(words),
                Some("word") => lists.brands.extend(words),
                _ => {}
            }
        }
        lists
    }

    /// Lays a helpline's own list over these: one entry a line, `#` begins a remark. The first line that is wrong is
    /// named, and nothing is changed.
    pub fn lay_over(&mut self, text: &str) -> Result<(), ListError> {
        let mut entries = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let content = line.split('#').next().unwrap_or_default().trim();
            if content.is_empty() {
                continue;
            }
            let entry = OwnEntry::parse(content);
            entries.push(entry.ok_or_else(|| ListError { line: number + 1, text: content.to_owned() })?);
        }
        entries.into_iter().for_each(|entry| self.add(entry));
        Ok(())
    }

    /// Adds one entry, as after a reviewer's decision.
    pub fn add(&mut self, entry: OwnEntry) {
        let form = |text: &str| Form { text: text.to_owned(), is_word: false };
        // A helpline's own names are met in notes of both languages.
        match entry {
            OwnEntry::Name(gender, name) => {
                self.given.extend(TONGUES.map(|tongue| Given { tongue, gender, forms: vec![form(&name)] }));
            }
            OwnEntry::Surname(name) => {
                self.surnames.extend(TONGUES.map(|tongue| Surname { tongue, form: form(&name) }));
            }
            OwnEntry::Place(name) => {
                self.places.extend(TONGUES.map(|tongue| Place { tongue, form: form(&name), kept: false }));
            }
            OwnEntry::School(name) => self.schools.push(name),
            OwnEntry::Keep(word) => self.keeps.push(word),
            OwnEntry::Host(host) => self.hosts.push(host.to_lowercase()),
            OwnEntry::Phone(phone) => self.phones.push(phone.chars().filter(char::is_ascii_digit).collect()),
        }
    }
}

impl Form {
    fn parse(text: &str) -> Form {
        match text.strip_prefix('~') {
            Some(text) => Form { text: text.to_owned(), is_word: true },
            None => Form { text: text.to_owned(), is_word: false },
        }
    }
}

impl Given {
    fn parse(line: &str, tongue: Tongue) -> Option<Given> {
        let mut words = line.split_whitespace();
        let base = words.next()?;
        let gender = gender_of(words.next()?)?;
        Some(Given { tongue, gender, forms: std::iter::once(base).chain(words).map(Form::parse).collect() })
    }
}

impl Relation {
    fn parse(line: &str) -> Option<Relation> {
        let mut words = line.split_whitespace();
        let role = match words.next()? {
            "friend" => Role::Friend,
            "partner" => Role::Partner,
            "classmate" => Role::Classmate,
            "teacher" => Role::Teacher,
            "parent" => Role::Parent,
            "sibling" => Role::Sibling,
            "relative" => Role::Relative,
            "child" => Role::Child,
            "client" => Role::Client,
            "adult" => Role::Adult,
            "colleague" => Role::Colleague,
            "person" => Role::Person,
            _ => return None,
        };
        let gender = gender_of(words.next()?)?;
        Some(Relation {
            role,
            gender,
            forms: words.map(|word| word.trim_end_matches('.').to_owned()).collect(),
        })
    }
}

fn gender_of(letter: &str) -> Option<Gender> {
    match letter {
        "f" => Some(Gender::Female),
        "m" => Some(Gender::Male),
        "n" => Some(Gender::Unknown),
        _ => None,
    }
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn tokens(text: &str) -> impl Iterator<Item = &str> {
    lines(text).flat_map(str::split_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_lists_are_read_whole() {
        let lists = Lists::shipped();
        assert!(lists.given.len() > 900 && lists.surnames.len() > 1_800 && lists.places.len() > 1_400);
        assert!(lists.relations.len() > 30 && lists.hosts.len() > 50 && lists.phones.len() > 20);
        assert_eq!(lists.relations.len(), lines(include_str!("../../wordlists/relations.txt")).count());
    }

    #[test]
    fn an_own_list_names_its_wrong_line_and_changes_nothing() {
        let mut lists = Lists::default();
        let error = lists.lay_over("# ours\nname f Žofka\n\nnane m Kuba\n").expect_err("a wrong line");
        assert_eq!((error.line, error.text.as_str()), (4, "nane m Kuba"));
        assert!(lists.given.is_empty());
        assert_eq!(lists.lay_over("name f Žofka # a nickname\nschool Zelená brána"), Ok(()));
        assert_eq!((lists.given.len(), lists.schools.len()), (2, 1));
    }

    #[test]
    fn an_own_entry_is_written_as_it_is_read() {
        for line in [
            "name f Žofka",
            "surname Vonásek",
            "place Dolní Lhota",
            "school U Dubu",
            "keep Modřín",
            "phone 116 111",
        ] {
            assert_eq!(OwnEntry::parse(line).expect("an entry").to_string(), line);
        }
    }
}

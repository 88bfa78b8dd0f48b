//! The casebook under SIGKILL: a real process writes, says what it has saved, and is killed at once; whoever opens the
//! casebook next finds all of it. The writer is this same test program, run as a child.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test program that talks over a pipe"
)]

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use opora::casebook::record::{
    CaseId, Change, Contact, ContactId, Draft, Filter, Line, Note, Speaker, Transcript,
};
use opora::casebook::{Casebook, CasebookError, rekey};
use opora::conversation::id::ConversationId;
use opora::sealing::Secret;
use opora::vault::{self, Cost, Passphrase};

const DIR: &str = "OPORA_CASEBOOK_CHILD";
const FROM: &str = "OPORA_CASEBOOK_FROM";
const JOB: &str = "OPORA_CASEBOOK_JOB";
const PHRASES: [&str; 2] = ["six words that nobody would guess", "six other words that nobody guesses"];
/// How many contacts the writer goes round.
const ROUND: u64 = 23;
/// How many large notes there are where files are emptied.
const LARGE: u64 = 5;

fn v(n: u8) -> Secret<[u8; 32]> {
    Secret::new([n; 32])
}

fn open(dir: &Path) -> Casebook {
    let (casebook, report) = Casebook::open(dir, [7; 16], &v(1), &mut |_, _| {}).unwrap();
    assert_eq!(report.unreadable, 0, "{report:?}");
    assert!(!report.mended.pieced && !report.mended.log, "{report:?}");
    casebook
}

fn id(n: u64) -> [u8; 16] {
    let mut id = [3; 16];
    id[8..].copy_from_slice(&n.to_be_bytes());
    id
}

/// What the n-th step does, the same in the child and in the model.
enum Step {
    Note { contact: u64, case: u64, words: String },
    Erase { case: u64 },
}

fn step(n: u64) -> Step {
    let contact = n % ROUND;
    // A contact that was erased never comes back: each generation of contacts has its own ids.
    let generation = n / (ROUND * 4);
    let contact = generation * 1_000 + contact;
    if n % 10 == 9 {
        Step::Erase { case: contact }
    } else {
        // Now and then a contact is linked to its neighbour's case.
        let case = if n % 7 == 3 { contact - contact % 2 } else { contact };
        Step::Note { contact, case, words: format!("krok {n} ").repeat(1 + (n as usize % 400)) }
    }
}

/// Contact to case and words, after the first `n` steps; and the cases that were erased.
#[derive(Default, PartialEq, Debug, Clone)]
struct Model {
    contacts: BTreeMap<u64, (u64, String)>,
    gone: Vec<u64>,
    gone_contacts: Vec<u64>,
}

impl Model {
    fn allows(&self, contact: u64, case: u64) -> bool {
        !self.gone.contains(&case) && !self.gone_contacts.contains(&contact)
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Note { contact, case, words } if self.allows(contact, case) => {
                self.contacts.insert(contact, (case, words));
            }
            Step::Note { .. } => {}
            Step::Erase { case } => {
                let members: Vec<u64> = self
                    .contacts
                    .iter()
                    .filter(|(_, (of, _))| *of == case)
                    .map(|(contact, _)| *contact)
                    .collect();
                if !members.is_empty() {
                    self.gone.push(case);
                }
                members.iter().for_each(|contact| _ = self.contacts.remove(contact));
                self.gone_contacts.extend(members);
            }
        }
    }
}

fn act(casebook: &mut Casebook, n: u64) {
    match step(n) {
        Step::Note { contact, case, words } => {
            let contact_id = ContactId(id(contact));
            let mut record =
                Contact::begun(contact_id, CaseId(id(case)), "chat", "Blue Fox", "Jana", contact);
            record.conv = Some(ConversationId(id(contact)));
            record.note =
                Note { template: "dap".into(), version: 1, fields: vec![("data".into(), words.clone())] };
            let line = Line { at: n, by: Speaker::Child, kind: "said".into(), text: words.clone() };
            let changes = vec![
                Change::Contact(Box::new(record)),
                Change::Transcript(Transcript { contact: contact_id, conv: None, lines: vec![line] }),
                Change::Draft(Draft { conv: ConversationId(id(contact)), text: words, at: n }),
            ];
            match casebook.save(changes, n) {
                Ok(()) | Err(CasebookError::Erased) => {}
                Err(error) => panic!("step {n}: {error}"),
            }
        }
        Step::Erase { case } => _ = casebook.erase_case(CaseId(id(case)), n).unwrap(),
    }
    if n.is_multiple_of(5) {
        _ = casebook.tidy().unwrap();
    }
}

/// The n-th save of a note that is large, so that few of them make the files worth emptying.
fn large(casebook: &mut Casebook, n: u64) {
    let contact = n % LARGE;
    let mut record =
        Contact::begun(ContactId(id(contact)), CaseId(id(contact)), "chat", "Blue Fox", "Jana", contact);
    let words = format!("krok {n} ").repeat(40_000);
    record.note = Note { template: "dap".into(), version: 1, fields: vec![("data".into(), words)] };
    casebook.save(vec![Change::Contact(Box::new(record))], n).unwrap();
}

fn found(casebook: &Casebook) -> BTreeMap<u64, (u64, String)> {
    let number = |id: &[u8; 16]| u64::from_be_bytes(id[8..].try_into().unwrap());
    let contacts = casebook.list(&Filter::default(), usize::MAX).into_iter().map(|summary| {
        let contact = casebook.contact(summary.id).unwrap().unwrap();
        let words = contact.note.field("data").to_owned();
        let transcript = casebook.transcript(summary.id).unwrap().unwrap();
        assert_eq!(transcript.lines[0].text, words, "a batch is saved whole");
        (number(&contact.id.0), (number(&contact.case.0), words))
    });
    contacts.collect()
}

/// Not a test of its own: what the child process does when the tests below start it.
#[test]
fn writer() {
    let Some(dir) = std::env::var_os(DIR) else { return };
    let dir = Path::new(&dir);
    let say = |words: &str| {
        println!("\nsaid {words}");
        std::io::stdout().flush().unwrap();
    };
    match std::env::var(JOB).unwrap().as_str() {
        "write" => {
            let mut casebook = open(dir);
            say("open");
            for n in std::env::var(FROM).unwrap().parse::<u64>().unwrap().. {
                act(&mut casebook, n);
                say(&n.to_string());
            }
        }
        "tidy" => {
            // Large notes written again and again: soon old values fill whole files, and each is emptied in pieces.
            let mut casebook = open(dir);
            say("open");
            for n in std::env::var(FROM).unwrap().parse::<u64>().unwrap().. {
                large(&mut casebook, n);
                say(&n.to_string());
                while {
                    say("tidying");
                    casebook.tidy().unwrap()
                } {}
            }
        }
        "passphrase" => {
            // Alternates between two passphrases, as a person who changes it would, again and again.
            let (keys, mut vault) = vault::open(dir, &Passphrase::new(PHRASES[0])).unwrap();
            say("open");
            for n in 1.. {
                vault.set_passphrase(&keys, &Passphrase::new(PHRASES[n % 2]), Cost::floor()).unwrap();
                say(&n.to_string());
            }
        }
        _ => {
            rekey(dir, [7; 16], &v(1), &v(2), 1, &mut |done, _| say(&done.to_string())).unwrap();
            say("done");
        }
    }
}

struct Writer {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Writer {
    fn start(dir: &Path, job: &str, from: u64) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "writer", "--nocapture", "--test-threads=1"])
            .env(DIR, dir)
            .env(JOB, job)
            .env(FROM, from.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    fn next(&mut self) -> Option<String> {
        self.lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("said ").map(str::to_owned))
    }

    /// Kills it, and returns the last thing it said.
    fn kill(mut self) -> Option<String> {
        self.child.kill().unwrap();
        let mut last = None;
        while let Some(said) = self.next() {
            last = Some(said);
        }
        self.child.wait().unwrap();
        last
    }
}

fn kills() -> u64 {
    if std::env::var_os("OPORA_LONG").is_some() { 100 } else { 20 }
}

#[test]
fn what_was_said_to_be_saved_survives_sigkill_at_once() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("casebook");
    let (mut model, mut done) = (Model::default(), 0);
    for round in 0..kills() {
        let mut writer = Writer::start(&dir, "write", done);
        assert_eq!(writer.next().as_deref(), Some("open"));
        let mut said = None;
        for _ in 0..=(round * 7) % 31 {
            said = writer.next();
        }
        let last = writer.kill().or(said).unwrap();
        let last: u64 = last.parse().unwrap();
        (done..=last).for_each(|n| model.take(step(n)));
        done = last + 1;

        let casebook = open(&dir);
        let found = found(&casebook);
        if found != model.contacts {
            // The step that was on its way was saved, but there was no time to say so.
            model.take(step(done));
            done += 1;
            assert!(found == model.contacts, "round {round}: step {last} was said to be saved");
        }
        assert!(casebook.verify().unwrap());
    }
    assert!(done > kills() * 5);
}

#[test]
fn files_emptied_under_sigkill_lose_nothing() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("casebook");
    let (mut done, mut tidied) = (0, 0);
    for round in 0..kills() / 2 {
        let mut writer = Writer::start(&dir, "tidy", done);
        let (mut saved, mut wanted) = (None, 4 + round);
        // Killed as a piece of the emptying begins: the first pieces, the later ones, and the one after a save.
        while wanted > 0 {
            match writer.next().unwrap().as_str() {
                "tidying" => (tidied, wanted) = (tidied + 1, wanted - 1),
                "open" => {}
                n => saved = Some(n.parse::<u64>().unwrap()),
            }
        }
        let mut last = saved;
        if let Some(said) = writer.kill().and_then(|said| said.parse().ok()) {
            last = last.max(Some(said));
        }
        let casebook = open(&dir);
        let found = |contact: u64| {
            let contact = casebook.contact(ContactId(id(contact))).unwrap()?;
            contact.note.field("data").split(' ').nth(1)?.parse::<u64>().ok()
        };
        let newest = (0..LARGE).filter_map(found).max();
        assert!(newest >= last, "round {round}: {last:?} was said to be saved, {newest:?} is there");
        done = newest.map_or(0, |newest| newest + 1);
        for n in done.saturating_sub(LARGE)..done {
            assert_eq!(found(n % LARGE), Some(n), "round {round}");
        }
        assert!(casebook.verify().unwrap());
    }
    assert!(done > LARGE && tidied > done, "{done} saved, {tidied} pieces");
}

#[test]
fn a_passphrase_changed_under_sigkill_is_the_old_one_or_the_new_one() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("vault");
    let mut rng = rand::rng();
    let name = opora::conversation::Account::parse("Jana").unwrap();
    let (keys, _) = vault::found("Linka", name, "wss://chat.example.cz", "116 111", 1_000, &mut rng);
    vault::create(&file, &Passphrase::new(PHRASES[0]), &keys, Cost::floor()).unwrap();
    for round in 0..kills() / 4 {
        let mut writer = Writer::start(&file, "passphrase", 0);
        assert_eq!(writer.next().as_deref(), Some("open"));
        let mut said = None;
        for _ in 0..round % 3 {
            said = writer.next();
        }
        let last: usize = writer.kill().or(said).map_or(0, |n| n.parse().unwrap());
        let opens = |n: usize| vault::open(&file, &Passphrase::new(PHRASES[n % 2])).ok();
        // What was said to be changed is; the change that was on its way may be, and nothing else is.
        let (now, mut vault) = opens(last).or_else(|| opens(last + 1)).expect("one of the two opens it");
        assert!(now.casebook.expose() == keys.casebook.expose());
        vault.set_passphrase(&now, &Passphrase::new(PHRASES[0]), Cost::floor()).unwrap();
    }
}

#[test]
fn a_second_process_is_told_who_has_it() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("casebook");
    let mut writer = Writer::start(&dir, "write", 0);
    assert_eq!(writer.next().as_deref(), Some("open"));
    let second = Casebook::open(&dir, [7; 16], &v(1), &mut |_, _| {});
    assert!(matches!(second, Err(CasebookError::InUse(process)) if process == writer.child.id()));
    writer.kill();
    open(&dir);
}

#[test]
fn a_new_key_cut_short_by_sigkill_loses_nothing() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("casebook");
    let mut casebook = open(&dir);
    let mut model = Model::default();
    for n in 0..ROUND * 8 {
        act(&mut casebook, n);
        model.take(step(n));
    }
    drop(casebook);
    for said in 0..kills() / 4 {
        let mut writer = Writer::start(&dir, "rekey", 0);
        for _ in 0..said % 4 {
            writer.next();
        }
        writer.kill();
    }
    let mut writer = Writer::start(&dir, "rekey", 0);
    while writer.next().is_some() {}
    assert!(writer.child.wait().unwrap().success());
    let (casebook, report) = Casebook::open(&dir, [7; 16], &v(2), &mut |_, _| {}).unwrap();
    assert!(found(&casebook) == model.contacts && report.unreadable == 0);
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 1);
}

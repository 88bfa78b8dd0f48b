#![expect(clippy::unwrap_used, reason = "tests")]

use tempfile::TempDir;

use super::*;
use crate::casebook::record::{
    CaseId, Change, Contact, ContactId, Filter, Line, Note, OutboxItem, Speaker, Transcript,
};
use crate::conversation::id::{ConversationId, EntryId};

const ID: [u8; 16] = [9; 16];

fn v(n: u8) -> Secret<[u8; 32]> {
    Secret::new([n; 32])
}

fn own() -> Secret<[u8; 32]> {
    v(5)
}

fn silent(_: u64, _: u64) {}

fn contact(n: u8, words: &str) -> Change {
    let mut contact =
        Contact::begun(ContactId([n; 16]), CaseId([n; 16]), "chat", "Blue Fox", "Jana", u64::from(n) * 1_000);
    contact.conv = Some(ConversationId([n; 16]));
    contact.note = Note { template: "dap".into(), version: 1, fields: vec![("data".into(), words.into())] };
    Change::Contact(Box::new(contact))
}

fn transcript(n: u8) -> Change {
    let line = Line { at: 1, by: Speaker::Child, kind: "said".into(), text: "liska".into() };
    Change::Transcript(Transcript { contact: ContactId([n; 16]), conv: None, lines: vec![line] })
}

struct Home {
    dir: TempDir,
}

impl Home {
    /// A casebook with contacts 1 to 3, enough words for several chunks, and something in the outbox.
    fn new() -> Self {
        let home = Self { dir: tempfile::tempdir().unwrap() };
        std::fs::create_dir(home.path("backups")).unwrap();
        let mut casebook = home.open();
        let words = "kanarek ".repeat(20_000);
        let item =
            OutboxItem { id: EntryId([1; 16]), conv: ConversationId([1; 16]), order: 1, bytes: vec![7; 9] };
        let changes = vec![
            contact(1, &words),
            contact(2, "dva"),
            contact(3, "tri"),
            transcript(1),
            transcript(2),
            Change::Keep(item),
        ];
        casebook.save(changes, 100).unwrap();
        home
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn open(&self) -> Casebook {
        Casebook::open(&self.path("casebook"), ID, &own(), &mut silent).unwrap().0
    }

    fn backup(&self, name: &str) -> PathBuf {
        let file = self.path("backups").join(name);
        create(&mut self.open(), &file, None, &[("vault", b"sealed by itself")], 200, &mut silent).unwrap();
        file
    }

    fn restore(&self, file: &Path) -> Result<Restored, BackupError> {
        restore(file, &With::Casebook(ID, &own()), &self.path("casebook"), ID, &own(), 300, &mut silent)
    }
}

fn ids(casebook: &Casebook) -> Vec<u8> {
    casebook.list(&Filter::default(), 99).iter().map(|contact| contact.id.0[0]).collect()
}

#[test]
fn a_backup_comes_back_whole_and_what_stood_there_is_kept_aside() {
    let home = Home::new();
    let file = home.backup("one");
    let contents = verify(&file, &With::Casebook(ID, &own()), &mut silent).unwrap();
    assert_eq!((contents.made, contents.contacts, contents.records, contents.casebook), (200, 3, 6, ID));
    home.open().save(vec![contact(7, "later")], 250).unwrap();
    let restored = home.restore(&file).unwrap();
    assert_eq!((restored.contents.contacts, restored.erased), (3, 0));
    assert_eq!(restored.attached, [("vault".to_owned(), b"sealed by itself".to_vec())]);
    let casebook = home.open();
    assert_eq!(ids(&casebook), [3, 2, 1]);
    assert_eq!(casebook.contact(ContactId([1; 16])).unwrap().unwrap().note.fields[0].1.len(), 160_000);
    assert!(casebook.transcript(ContactId([1; 16])).unwrap().is_some());
    assert!(casebook.outbox().is_empty(), "what waited then is not sent again");
    assert_eq!(casebook.audit().last().unwrap().what, Audited::Restored);
    assert!(casebook.verify().unwrap());
    drop(casebook);
    let aside = Casebook::open(&restored.aside.unwrap(), ID, &own(), &mut silent).unwrap().0;
    assert_eq!(ids(&aside), [7, 3, 2, 1]);
    assert!(home.open().last_backup().is_none(), "the restored one was not yet backed up itself");
    assert_eq!(aside.last_backup(), Some(200));
}

#[test]
fn a_passphrase_of_its_own_takes_it_to_a_second_machine() {
    let home = Home::new();
    let file = home.path("backups").join("one");
    let right = Passphrase::new("šest slov která nikdo nehádá");
    create(&mut home.open(), &file, Some((&right, Cost::floor())), &[], 200, &mut silent).unwrap();
    let (id, new_key) = ([3; 16], v(8));
    let elsewhere = home.path("second machine");
    let wrong = Passphrase::new("šest slov která někdo hádá");
    let refused = restore(&file, &With::Passphrase(&wrong), &elsewhere, id, &new_key, 300, &mut silent);
    assert!(matches!(refused, Err(BackupError::WrongPassphrase)));
    assert!(!elsewhere.exists());
    restore(&file, &With::Passphrase(&right), &elsewhere, id, &new_key, 300, &mut silent).unwrap();
    let casebook = Casebook::open(&elsewhere, id, &new_key, &mut silent).unwrap().0;
    assert_eq!(ids(&casebook), [3, 2, 1]);
}

#[test]
fn without_a_passphrase_slot_only_the_casebooks_key_opens_it() {
    let home = Home::new();
    let file = home.backup("one");
    let other = With::Casebook([3; 16], &own());
    assert!(matches!(verify(&file, &other, &mut silent), Err(BackupError::OtherKeys)));
    let (other_key, passphrase) = (v(6), Passphrase::new("x"));
    for with in [With::Casebook(ID, &other_key), With::Passphrase(&passphrase)] {
        assert!(matches!(verify(&file, &with, &mut silent), Err(BackupError::WrongPassphrase)));
    }
}

#[test]
fn a_backup_harmed_in_any_way_is_refused_before_anything_is_written() {
    let home = Home::new();
    let file = home.backup("one");
    let whole = std::fs::read(&file).unwrap();
    let header = 10 + 16 + 8 + 72 + 1 + 16 + 32;
    let chunk = 64 * 1024 + 16;
    assert!(whole.len() > header + 2 * chunk, "several chunks");
    let mut harmed: Vec<(String, Vec<u8>)> = Vec::new();
    for length in
        (0..whole.len()).step_by(7_919).chain([0, 9, 10, 100, header, header + chunk, whole.len() - 1])
    {
        harmed.push((format!("cut to {length}"), whole[..length].to_vec()));
    }
    for at in (0..header).chain((header..whole.len()).step_by(4_999)) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        harmed.push((format!("flipped at {at}"), bytes));
    }
    let (a, b) = (header..header + chunk, header + chunk..header + 2 * chunk);
    harmed.push((
        "swapped".into(),
        [&whole[..header], &whole[b.clone()], &whole[a.clone()], &whole[b.end..]].concat(),
    ));
    harmed.push(("repeated".into(), [&whole[..b.start], &whole[a], &whole[b.start..]].concat()));
    harmed.push(("longer".into(), [&whole[..], &[0]].concat()));
    let before = ids(&home.open());
    for (n, (case, bytes)) in harmed.into_iter().enumerate() {
        let bad = home.path("backups").join(format!("bad-{n}"));
        std::fs::write(&bad, bytes).unwrap();
        let result = home.restore(&bad);
        assert!(result.is_err(), "{case}");
        assert!(!home.path("casebook.restoring").exists(), "{case}");
    }
    assert_eq!(ids(&home.open()), before);
}

#[test]
fn the_forgotten_stay_forgotten() {
    let home = Home::new();
    let file = home.backup("one");
    let mut casebook = home.open();
    casebook.erase_case(CaseId([1; 16]), 210).unwrap();
    casebook.forget_conversation(ConversationId([2; 16]), 220).unwrap();
    drop(casebook);
    let restored = home.restore(&file).unwrap();
    assert_eq!(restored.erased, 3, "a contact and two chats");
    let casebook = home.open();
    assert_eq!(ids(&casebook), [3, 2]);
    assert!(casebook.transcript(ContactId([2; 16])).unwrap().is_none());
    drop(casebook);

    // On a machine that has nothing but the folder of backups, the list there says it.
    let elsewhere = home.path("elsewhere");
    restore(&file, &With::Casebook(ID, &own()), &elsewhere, ID, &own(), 300, &mut silent).unwrap();
    assert_eq!(ids(&Casebook::open(&elsewhere, ID, &own(), &mut silent).unwrap().0), [3, 2]);

    // And so does a younger backup that was made after it, wherever it is.
    let younger = home.backup("two");
    let far = home.path("far");
    std::fs::create_dir(&far).unwrap();
    std::fs::copy(younger, far.join("two")).unwrap();
    restore(
        &far.join("two"),
        &With::Casebook(ID, &own()),
        &far.join("casebook"),
        ID,
        &own(),
        300,
        &mut silent,
    )
    .unwrap();
    let mut casebook = Casebook::open(&far.join("casebook"), ID, &own(), &mut silent).unwrap().0;
    assert!(matches!(casebook.save(vec![contact(1, "again")], 400), Err(CasebookError::Erased)));
}

#[test]
fn a_name_that_is_taken_is_not_overwritten_and_an_open_casebook_is_not_replaced() {
    let home = Home::new();
    let file = home.backup("one");
    let mut casebook = home.open();
    let again = create(&mut casebook, &file, None, &[], 201, &mut silent);
    assert!(matches!(again, Err(BackupError::Exists)));
    assert!(matches!(home.restore(&file), Err(BackupError::Casebook(CasebookError::InUse(_)))));
    drop(casebook);
    home.restore(&file).unwrap();
    let names: Vec<_> =
        std::fs::read_dir(home.path("backups")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "the backup and the list: {names:?}");
}

#[test]
fn no_word_lies_open_in_a_backup() {
    let home = Home::new();
    let bytes = std::fs::read(home.backup("one")).unwrap();
    for canary in ["kanarek", "liska", "Blue Fox"] {
        assert!(!bytes.windows(canary.len()).any(|window| window == canary.as_bytes()), "{canary}");
    }
}

#[test]
fn every_refusal_has_its_sentence_in_both_languages() {
    let errors = [
        BackupError::WrongPassphrase,
        BackupError::OtherKeys,
        BackupError::Damaged(1),
        BackupError::NotABackup,
        BackupError::Newer,
        BackupError::Cost,
        BackupError::Exists,
        BackupError::Full,
        BackupError::Io(io::ErrorKind::Other.into()),
    ];
    for lang in ["en", "cs"] {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("locales").join(lang).join("casebook.ftl");
        let texts = std::fs::read_to_string(path).unwrap();
        for error in &errors {
            assert!(texts.contains(&format!("\n{} =", error.text_id())), "{lang}: {}", error.text_id());
        }
    }
}

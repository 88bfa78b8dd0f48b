//! The casebook as a person at a command line uses it: the whole program, its words and its exit codes.
#![allow(clippy::panic, reason = "a test says no by panicking")]

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use opora::casebook::Casebook;
use opora::casebook::record::{Case, CaseId, Change, Contact, ContactId, Line, Speaker, Transcript};
use opora::vault::{self, Passphrase};
use serde_json::Value;
use support::{PASSPHRASE, World, files, holds};

#[path = "support/mounted.rs"]
mod mounted;
mod support;

/// A word of a note that must stand in no file.
const CANARY: &str = "kanarekvpristavu";
const BACKUP_PHRASE: &str = "seven lanterns over the quiet harbour";
const DAY_MS: u64 = 86_400_000;
/// 10 November 2026, noon.
const NOON: u64 = 1_794_308_400_000;

/// A counsellor's computer with three contacts, two of the same child.
struct Desk {
    world: World,
}

impl Desk {
    fn new() -> Self {
        Self::of(World::new())
    }

    fn of(world: World) -> Self {
        world.found_line();
        fs::write(world.path("backup-phrase"), BACKUP_PHRASE).expect("a passphrase file");
        fs::create_dir(world.path("tmp")).expect("a folder");
        let desk = Self { world };
        let mut casebook = desk.open();
        for (n, case, handle, words, old) in [
            (0xa1, 1, "Blue Fox", "Zapis o šikaně ve třídě", 0),
            (0xa2, 2, "Red Owl", CANARY, 0),
            (0xb3, 3, "Green Hare", "Davny rozhovor", 4_000),
        ] {
            let opened = NOON - old * DAY_MS;
            let mut contact =
                Contact::begun(ContactId([n; 16]), CaseId([case; 16]), "chat", handle, "Jana", opened);
            contact.facets.kind = Some("counselling".to_owned());
            contact.facets.topics = vec!["violence.bullying".to_owned()];
            contact.facets.online = Some("online".to_owned());
            contact.facets.risk = Some(n % 3);
            contact.ended = Some(opened + 34 * 60_000);
            contact.finished = contact.ended;
            contact.note.template = "note".to_owned();
            contact.note.version = 1;
            contact.note.set("data", words);
            contact.note.set("plan", "Zavolá ve středu.\n\u{1b}[31mčerveně");
            let line =
                Line { at: opened, by: Speaker::Child, kind: "said".into(), text: "ahoj, jsi tam?".into() };
            let transcript = Transcript { contact: contact.id, conv: None, lines: vec![line] };
            let changes = vec![Change::Contact(Box::new(contact)), Change::Transcript(transcript)];
            casebook.save(changes, opened).expect("saved");
        }
        drop(casebook);
        desk
    }

    fn folder(&self) -> std::path::PathBuf {
        self.world.path("data/opora")
    }

    fn open(&self) -> Casebook {
        let (keys, file) =
            vault::open(&self.folder().join("vault"), &Passphrase::new(PASSPHRASE)).expect("the vault");
        let folder = self.folder().join("casebook");
        Casebook::open(&folder, file.casebook_id(), &keys.casebook, &mut |_, _| {}).expect("the casebook").0
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.world.opora();
        command
            .env("TZ", "UTC")
            .env("TMPDIR", self.world.path("tmp"))
            .args(arguments)
            .arg("--passphrase-file")
            .arg(self.world.path("passphrase"));
        command
    }

    /// Runs to a good end and returns what it printed.
    fn run(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().expect("opora runs");
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments:?}: {errors}");
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.run(arguments)).expect("JSON")
    }

    /// Runs to an end with this code, and returns the one sentence of it.
    fn refused(&self, arguments: &[&str], code: i32) -> String {
        ended(&self.command(arguments).output().expect("opora runs"), code)
    }

    fn backup(&self, name: &str) -> String {
        let file = self.world.path(name).to_str().expect("UTF-8").to_owned();
        let phrase = self.phrase();
        let said = self.run(&["backup", "create", &file, "--backup-passphrase-file", &phrase]);
        assert!(said.contains("Backup written and read back: 3 contacts"), "{said}");
        file
    }

    fn phrase(&self) -> String {
        self.world.path("backup-phrase").to_str().expect("UTF-8").to_owned()
    }
}

fn ended(output: &Output, code: i32) -> String {
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    assert_eq!(output.status.code(), Some(code), "{said}");
    let last = said.lines().last().unwrap_or_default().to_owned();
    assert!(last.starts_with("opora: ") && last.ends_with('.'), "one calm sentence: {said}");
    last
}

#[test]
fn what_was_written_is_found_shown_noted_and_linked() {
    let desk = Desk::new();
    let all = desk.run(&["cases", "find"]);
    assert_eq!(all.lines().count(), 3, "{all}");
    let found = desk.run(&["cases", "find", "sikan", "--topic", "violence", "--since", "2026-11-01"]);
    assert!(found.contains("a1a1a1a1  2026-11-10  Blue Fox"), "{found}");
    assert!(found.contains("Bullying›online") && found.contains("34 min"), "{found}");
    let found = desk.json(&["cases", "find", "kanarek", "--json"]);
    assert_eq!((found["total"].as_u64(), &found["contacts"][0]["handle"]), (Some(1), &"Red Owl".into()));

    let shown = desk.run(&["cases", "show", "a1a1", "--transcript"]);
    assert!(shown.contains("Zapis o šikaně") && shown.contains("child: ahoj, jsi tam?"), "{shown}");
    assert!(!shown.contains('\u{1b}'), "hostile text stays text");
    let soap = desk.run(&["cases", "note", "a1a1", "--shape", "soap"]);
    assert!(soap.starts_with("Objective:") && soap.contains("Plan:"), "{soap}");

    let mut note = desk.command(&["cases", "note", "a1a1", "--set", "handover"]);
    let mut child = note.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("opora runs");
    child.stdin.take().expect("piped").write_all("Přijde v pátek.\n".as_bytes()).expect("words");
    let said = child.wait_with_output().expect("an end");
    assert!(said.status.success() && String::from_utf8_lossy(&said.stdout).starts_with("saved "));
    assert_eq!(desk.json(&["cases", "note", "a1a1", "--json"])["fields"]["handover"], "Přijde v pátek.");

    let said = desk.run(&["cases", "link", "a2a2", "a1a1"]);
    assert!(said.contains("has 2 contacts now"), "{said}");
    let promised = desk.run(&["cases", "promise", "a2a2", "--due", "2026-11-11", "--what", "zavolat zpět"]);
    let due = desk.json(&["cases", "due", "--json"]);
    assert_eq!((&due[0]["what"], &due[0]["late"]), (&"zavolat zpět".into(), &true.into()));
    assert!(desk.run(&["cases", "find", "--due", "2026-11-11"]).lines().count() == 2, "both of the case");
    desk.run(&["cases", "promise", &promised[..8], "--kept"]);
    assert_eq!(desk.json(&["cases", "due", "--json"]), Value::Array(Vec::new()));
    let said = desk.run(&["cases", "link", "a2a2", "--apart"]);
    assert!(said.contains("has one contact now"), "{said}");

    let casebook = desk.open();
    assert_eq!(casebook.broken_audit(), None);
    for file in files(&desk.folder()) {
        assert!(!holds(&file, CANARY), "{} holds a word in clear", file.display());
    }
    assert!(files(&desk.world.path("tmp")).is_empty(), "nothing was put into temporary files");
}

#[test]
fn files_are_their_owners_alone_whatever_the_umask_says() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::new();
    let forms = desk.world.path("config/opora/taxonomy");
    fs::create_dir_all(&forms).expect("a folder");
    fs::copy("taxonomy/forms.toml", forms.join("forms.toml")).expect("copied");
    let program = desk.world.opora();
    let line = format!(
        "umask 000; exec {} cases find --passphrase-file {}",
        program.get_program().to_str().expect("UTF-8"),
        desk.world.path("passphrase").display()
    );
    let mut shell = Command::new("sh");
    shell.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?)))).args(["-c", &line]);
    assert!(shell.output().expect("sh runs").status.success());
    let mut folders = vec![desk.folder()];
    while let Some(folder) = folders.pop() {
        let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
        assert_eq!(mode(&folder), 0o700, "{}", folder.display());
        for entry in fs::read_dir(&folder).expect("readable") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                assert_eq!(mode(&path), 0o600, "{}", path.display());
            }
        }
    }
}

#[test]
fn what_is_past_its_time_goes_and_what_is_held_stays() {
    let desk = Desk::new();
    let named = desk.run(&["cases", "expire", "--dry-run"]);
    assert!(named.contains("b3b3b3b3") && named.contains("Nothing was erased"), "{named}");
    desk.run(&["cases", "hold", "b3b3"]);
    let held = desk.refused(&["cases", "delete", "b3b3", "--yes"], 3);
    assert!(held.contains("danger to life"), "{held}");
    assert!(!desk.run(&["cases", "expire", "--dry-run"]).contains("b3b3"));
    desk.run(&["cases", "hold", "b3b3", "--off"]);
    // Nobody is there to say yes.
    desk.refused(&["cases", "expire"], 1);
    let rows = |desk: &Desk| {
        files(&desk.folder().join("casebook"))
            .iter()
            .map(|path| fs::read(path).expect("read"))
            .collect::<Vec<_>>()
    };
    let keys = |desk: &Desk| fs::read(desk.folder().join("casebook/shelf.a")).expect("read");
    let before = keys(&desk);
    assert!(desk.run(&["cases", "expire", "--yes"]).contains("is erased"));
    desk.run(&["cases", "delete", "a2a2", "--yes"]);
    // The keys of the two cases and of their words are overwritten, and in no other file.
    let (after, all) = (keys(&desk), rows(&desk));
    let gone = before.chunks(128).zip(after.chunks(128)).filter(|(before, after)| before != after);
    let gone: Vec<&[u8]> =
        gone.map(|(before, _)| before).filter(|slot| slot.iter().any(|byte| *byte != 0)).collect();
    assert_eq!(gone.len(), 4, "two cases and the words of two chats");
    for slot in gone {
        let sealed = &slot[16..88];
        assert!(
            !all.iter().any(|file| file.windows(72).any(|window| window == sealed)),
            "a key is still there"
        );
    }
    assert_eq!(desk.run(&["cases", "find"]).lines().count(), 1);
    let gone = desk.refused(&["cases", "show", "a2a2"], 1);
    assert!(gone.contains("begins with"), "{gone}");
}

#[test]
fn a_backup_goes_to_a_second_machine_and_keeps_the_forgotten_forgotten() {
    let desk = Desk::new();
    let file = desk.backup("copy.opora");
    let by_phrase = ["--backup-passphrase-file", &desk.phrase()];
    let verified = desk.run(&[&["backup", "verify", &file], &by_phrase[..]].concat());
    assert!(verified.starts_with("Verified: 3 contacts"), "{verified}");
    assert!(desk.run(&["backup", "verify", &file, "--own-key"]).starts_with("Verified: 3 contacts"));
    assert!(!holds(Path::new(&file), CANARY));

    desk.run(&["cases", "delete", "a2a2", "--yes"]);
    let restored = desk.run(&[&["backup", "restore", &file], &by_phrase[..]].concat());
    assert!(restored.contains("What stood there before is kept in"), "{restored}");
    let after = desk.run(&["cases", "find"]);
    assert!(
        after.lines().count() == 2 && !after.contains("Red Owl"),
        "the forgotten stay forgotten: {after}"
    );

    // A second machine: only the file and the two passphrases.
    let second = World::new();
    fs::write(second.path("backup-phrase"), BACKUP_PHRASE).expect("a passphrase file");
    fs::copy(&file, second.path("copy.opora")).expect("copied");
    let run = |arguments: &[&str]| {
        let mut command = second.opora();
        command.current_dir(second.path("")).args(arguments).args(["--passphrase-file", "passphrase"]);
        command.output().expect("opora runs")
    };
    let output = run(&["backup", "restore", "copy.opora", "--backup-passphrase-file", "backup-phrase"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found = run(&["cases", "find"]);
    assert_eq!(String::from_utf8_lossy(&found.stdout).lines().count(), 3);
    assert!(!second.path("data/opora/vault.restoring").exists());
}

#[test]
fn every_trouble_is_one_sentence_and_changes_nothing() {
    let desk = Desk::new();
    let file = desk.backup("copy.opora");
    let before = desk.run(&["cases", "find"]);

    fs::write(desk.world.path("wrong"), "not the passphrase at all").expect("a file");
    let wrong = desk.world.path("wrong").to_str().expect("UTF-8").to_owned();
    let mut command = desk.world.opora();
    command.args(["cases", "find", "--passphrase-file", &wrong]);
    assert!(ended(&command.output().expect("opora runs"), 5).contains("does not open"));
    let said = desk.refused(&["backup", "restore", &file, "--backup-passphrase-file", &wrong], 5);
    assert!(said.contains("does not open the backup"), "{said}");

    let said = desk.refused(&["backup", "create", &file, "--own-key"], 3);
    assert!(said.contains("Nothing was overwritten"), "{said}");
    let mut harmed = fs::read(&file).expect("a backup");
    let middle = harmed.len() / 2;
    harmed[middle] ^= 1;
    let bad = desk.world.path("bad.opora");
    fs::write(&bad, &harmed).expect("a file");
    let bad = bad.to_str().expect("UTF-8");
    let said = desk.refused(&["backup", "restore", bad, "--backup-passphrase-file", &desk.phrase()], 6);
    assert!(said.contains("damaged at byte"), "{said}");
    let said = desk.refused(&["backup", "verify", "/nowhere/at/all", "--own-key"], 1);
    assert!(said.contains("it is not there"), "{said}");

    let held = desk.open();
    let said = desk.refused(&["cases", "find"], 5);
    assert!(said.contains(&format!("process {}", std::process::id())), "{said}");
    drop(held);

    let said = desk.refused(&["cases", "find", "--topic", "violence.bulying"], 2);
    assert!(said.contains("violence.bullying"), "what there is: {said}");
    let said = desk.refused(&["cases", "find", "--since", "yesterday"], 2);
    assert!(said.contains("2026-11-24"), "{said}");
    assert_eq!(desk.run(&["cases", "find"]), before, "nothing was changed");
}

#[test]
fn a_full_disk_and_a_folder_that_is_read_only_have_their_sentence_and_lose_nothing() {
    if !rustix::process::geteuid().is_root() {
        eprintln!("skipped: a full disk needs a small tmpfs, which only root can mount");
        return;
    }
    let world = World::new();
    let disk = mounted::Mounted::tmpfs(&world.path("data"), "24m");
    let desk = Desk::of(world);
    fs::write(desk.world.path("words"), "Zapsano na plny disk. ".repeat(2_000)).expect("a file");
    let words = desk.world.path("words").to_str().expect("UTF-8").to_owned();
    let note = ["cases", "note", "a1a1", "--set", "plan", "--from", &words];
    let copy = desk.world.path("data/copy.opora").to_str().expect("UTF-8").to_owned();
    let phrase = desk.phrase();
    let backup = ["backup", "create", &copy, "--backup-passphrase-file", &phrase];
    let before = desk.run(&["cases", "show", "a1a1", "--transcript"]);

    let filler = desk.world.path("data/filler");
    let mut file = fs::File::create(&filler).expect("a file");
    while file.write(&[7; 4096]).is_ok_and(|written| written > 0) {}
    drop(file);
    for command in [&note[..], &["cases", "delete", "a2a2", "--yes"], &backup] {
        let said = desk.refused(command, 1);
        let is_calm = said.contains("is safe") || said.contains("nothing was overwritten");
        assert!(said.contains("The disk is full") && is_calm, "{command:?}: {said}");
    }
    assert!(!Path::new(&copy).exists(), "no half backup is left");
    fs::remove_file(&filler).expect("room");
    assert_eq!(desk.run(&["cases", "show", "a1a1", "--transcript"]), before, "nothing is lost");

    disk.read_only(true);
    for command in [&["cases", "find"][..], &note, &["cases", "delete", "a2a2", "--yes"], &backup] {
        let said = desk.refused(command, 1);
        assert!(said.contains("may not write") && said.contains("Nothing was saved"), "{command:?}: {said}");
    }
    disk.read_only(false);
    assert_eq!(desk.run(&["cases", "show", "a1a1", "--transcript"]), before, "nothing is lost");
    assert_eq!(desk.run(&["cases", "find"]).lines().count(), 3);
    desk.run(&note);
    assert!(desk.run(&["cases", "show", "a1a1"]).contains("Zapsano na plny disk."));
}

#[test]
fn a_new_version_begins_with_a_verified_copy() {
    let desk = Desk::new();
    // The casebook was written by a library that did not say its version: as if by an older opora.
    desk.run(&["cases", "find"]);
    let copies = files(&desk.folder().join("backups"));
    let copies: Vec<_> =
        copies.iter().filter(|path| path.extension().is_some_and(|end| end == "opora")).collect();
    assert_eq!(copies.len(), 1, "{copies:?}");
    let copy = copies[0].to_str().expect("UTF-8");
    assert!(desk.run(&["backup", "verify", copy, "--own-key"]).starts_with("Verified: 3 contacts"));
    desk.run(&["cases", "find"]);
    assert_eq!(files(&desk.folder().join("backups")).len(), 2, "one copy, and the list of what was erased");
}

#[test]
fn what_a_case_has_agreed_goes_along_when_its_last_contact_is_linked() {
    let desk = Desk::new();
    let mut casebook = desk.open();
    let case = Case {
        id: CaseId([2; 16]),
        handle: "Red Owl".into(),
        opened: NOON,
        phrase: Some("modrá liška".into()),
        agreed: "píše v pátek".into(),
        hold: true,
    };
    casebook.save(vec![Change::Case(case)], NOON).expect("saved");
    drop(casebook);
    desk.run(&["cases", "link", "a2a2", "a1a1"]);
    let casebook = desk.open();
    let kept = casebook.case_by_phrase("Modra liska").expect("the phrase still leads there");
    assert_eq!((kept.id, kept.agreed.as_str(), kept.hold), (CaseId([1; 16]), "píše v pátek", true));
}

//! The keys of a line, by the commands that people type and a real relay: founding, inviting, joining, renewing in the
//! middle of a talk, cutting off, passphrases and paper; and the page that is built and compared.
#![allow(clippy::panic, reason = "tests")]

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command as Program, Output, Stdio};
use std::sync::Arc;

use opora::casebook::record::{Change, Draft};
use opora::casebook::{Casebook, CasebookError};
use opora::client::address::Address;
use opora::client::child::{self, ChildLink};
use opora::client::desk::{Act, Command, Connection, DeskLink, Queue, Shown, Stop, Update, What, Who};
use opora::client::socket::{self, Door, Handle};
use opora::console::setup_of;
use opora::conversation::event::{ShiftState, State};
use opora::conversation::queue::Phase;
use opora::conversation::{ConversationId, EntryId, Log};
use opora::protocol::Goodbye;
use opora::sealing::card::LineFile;
use opora::vault::{self, Keys, Passphrase, VaultError};
use support::{DEADLINE, PASSPHRASE, Process, Relay, World};

mod support;

const OTHER: &str = "seven brave hedgehogs borrow warm umbrellas";

/// A line with its relay, and the folders of its people: `None` is the keeper, Jana.
struct House {
    relay: Relay,
    world: World,
}

impl House {
    fn new() -> Self {
        let world = World::new();
        world.found_line();
        std::fs::write(world.path("other"), OTHER).expect("a passphrase file");
        let relay = world.relay(None, None);
        Self { relay, world }
    }

    fn url(&self) -> String {
        format!("ws://{}", self.relay.address)
    }

    /// Returns a command about somebody's keys, with the passphrase they have.
    fn command(&self, who: Option<&str>, arguments: &[&str]) -> Program {
        let mut command = self.world.opora();
        command.args(arguments).arg("--passphrase-file").arg(self.world.path("passphrase"));
        if let Some(who) = who {
            command.arg("--data").arg(self.world.path(who));
        }
        command
    }

    fn try_keys(&self, who: Option<&str>, arguments: &[&str]) -> Output {
        self.command(who, &[&["keys"], arguments].concat()).output().expect("opora runs")
    }

    fn keys(&self, who: Option<&str>, arguments: &[&str]) -> String {
        let output = self.try_keys(who, arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "keys {arguments:?}: {said}");
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    fn refused(&self, who: Option<&str>, arguments: &[&str], code: i32, sentence: &str) {
        let output = self.try_keys(who, arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "keys {arguments:?}: {said}");
        assert!(said.contains(sentence), "keys {arguments:?}: {said}");
        assert!(!said.contains("cli-") && !said.contains(PASSPHRASE), "{said}");
    }

    fn vault(&self, who: Option<&str>) -> PathBuf {
        who.map_or_else(|| self.world.path("data/opora/vault"), |who| self.world.path(who).join("vault"))
    }

    fn open(&self, who: Option<&str>) -> Keys {
        vault::open(&self.vault(who), &Passphrase::new(PASSPHRASE)).expect("the vault").0
    }

    /// Invites somebody and joins on their computer.
    fn join(&self, name: &str, role: &str) {
        let code = self.world.path(&format!("{name}.code"));
        let code = code.to_str().expect("UTF-8");
        let url = self.url();
        self.keys(None, &["invite", name, "--role", role, "--out", code, "--relay", &url]);
        self.keys(Some(name), &["join", "--code-file", code, "--relay", &url, "--cost", "floor"]);
    }

    async fn desk(&self, who: Option<&str>) -> Desk {
        let mut desk = Desk::dial(self.open(who), self.relay.address);
        desk.until("the relay's welcome", |desk| desk.is_known.then_some(())).await;
        desk
    }
}

/// Somebody at their desk, without a console.
struct Desk {
    link: Handle<DeskLink>,
    queue: Option<Arc<Queue>>,
    lines: Vec<Shown>,
    stored: BTreeSet<[u8; 16]>,
    keys: usize,
    stop: Option<Stop>,
    is_known: bool,
}

impl Desk {
    fn dial(keys: Keys, relay: SocketAddr) -> Self {
        let address = Address::parse(&format!("ws://{relay}")).expect("an address");
        let setup = setup_of(&keys, Some(address.clone())).expect("an address");
        Self {
            link: socket::spawn(DeskLink::new(setup), Door::desk(address)),
            queue: None,
            lines: Vec::new(),
            stored: BTreeSet::new(),
            keys: 0,
            stop: None,
            is_known: false,
        }
    }

    async fn until<T>(&mut self, what: &str, found: impl Fn(&Self) -> Option<T>) -> T {
        let deadline = tokio::time::Instant::now() + DEADLINE;
        loop {
            if let Some(found) = found(self) {
                return found;
            }
            let update = tokio::time::timeout_at(deadline, self.link.updates.recv()).await;
            match update.unwrap_or_else(|_| panic!("never saw {what}")).expect("the link goes on") {
                Update::Welcome(_) => self.is_known = true,
                Update::Queue(queue) => self.queue = Some(queue),
                Update::Line(shown) => self.lines.push(shown),
                Update::Stored { id, .. } => _ = self.stored.insert(id.0),
                Update::Keys(new) => self.keys += new.line_seeds.len() + new.house_keys.len(),
                Update::Connection(Connection::Stopped(stop)) => self.stop = Some(stop),
                Update::Refused { why, .. } => panic!("refused: {why:?}"),
                Update::Altered { why, .. } => panic!("altered: {why:?}"),
                _ => {}
            }
        }
    }

    async fn write(&mut self, conv: ConversationId, act: Act) {
        let id = EntryId(rand::random());
        let name = act.name();
        self.link.commands.send(Command::Write { id, conv, act }).await.expect("the link goes on");
        self.until(name, |desk| desk.stored.contains(&id.0).then_some(())).await;
    }

    async fn ready(&mut self) {
        let state = State { state: ShiftState::Ready, until: None, places: 4 };
        self.write(ConversationId::HOUSE, Act::State(state)).await;
    }

    /// Takes the child who waits.
    async fn take(&mut self) -> ConversationId {
        let waiting = |desk: &Self| {
            desk.queue.as_ref()?.rows.iter().find(|row| row.phase == Phase::Waiting).map(|row| row.conv)
        };
        let conv = self.until("a child who waits", waiting).await;
        self.write(conv, Act::Claim).await;
        conv
    }

    async fn hears(&mut self, conv: ConversationId, text: &str) {
        let said = |line: &&Shown| {
            let is_said = matches!(&line.what, What::Said(words) if words.text.as_str() == text);
            line.conv == conv && line.who == Who::Child && is_said
        };
        self.until(text, |desk| desk.lines.iter().find(said).map(|_| ())).await;
    }

    async fn say(&mut self, conv: ConversationId, text: &str) {
        self.write(conv, Act::Say { text: text.to_owned() }).await;
    }

    /// Waits until it can do nothing more here, and returns why.
    async fn stopped(&mut self) -> Stop {
        self.until("the end", |desk| desk.stop.clone()).await
    }
}

/// A child at the page's own link.
struct Child {
    link: Handle<ChildLink>,
    said: Vec<String>,
}

impl Child {
    /// Writes its first words and waits until they are on the relay's disk.
    async fn begins(house: &House, text: &str) -> Self {
        let address = Address::parse(&house.url()).expect("an address");
        let line = std::fs::read_to_string(house.world.path("line.json")).expect("line.json");
        let root = LineFile::parse(&line).expect("line.json").root;
        let setup = child::Setup {
            address: address.clone(),
            root,
            least_serial: 1,
            built: 0,
            lang: "cs".into(),
            after: None,
        };
        let door = Door::child(address, format!("http://{}", house.relay.address));
        let mut child = Self { link: socket::spawn(ChildLink::new(setup), door), said: Vec::new() };
        child.says(text).await;
        child
    }

    async fn says(&mut self, text: &str) {
        let id = EntryId(rand::random());
        let say = child::Command::Say { id, text: text.to_owned() };
        self.link.commands.send(say).await.expect("the link goes on");
        self.until(
            text,
            |update| matches!(update, child::Update::Stored { id: stored, .. } if *stored == id),
        )
        .await;
    }

    async fn hears(&mut self, text: &str) {
        if !self.said.iter().any(|said| said == text) {
            self.until(text, |update| said_by_line(update).is_some_and(|said| said == text)).await;
        }
    }

    /// Listens until something comes. Whatever is refused or altered on the way is noticed by a child: it must not be.
    async fn until(&mut self, what: &str, found: impl Fn(&child::Update) -> bool) {
        let deadline = tokio::time::Instant::now() + DEADLINE;
        loop {
            let update = tokio::time::timeout_at(deadline, self.link.updates.recv()).await;
            let update = update.unwrap_or_else(|_| panic!("never saw {what}")).expect("the link goes on");
            let is_noticed = matches!(
                update,
                child::Update::Refused { .. }
                    | child::Update::Altered(_)
                    | child::Update::Connection(
                        child::Connection::Waiting { .. } | child::Connection::Stopped(_)
                    )
            );
            assert!(!is_noticed, "a child noticed: {update:?}");
            self.said.extend(said_by_line(&update).map(str::to_owned));
            if found(&update) {
                return;
            }
        }
    }
}

fn said_by_line(update: &child::Update) -> Option<&str> {
    match update {
        child::Update::Line(Shown { who: Who::Line(_), what: What::Said(words), .. }) => {
            Some(words.text.as_str())
        }
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_colleague_joins_reads_and_answers_through_a_rotation_and_is_cut_off_whole() {
    let house = House::new();
    let url = house.url();
    house.join("Petr", "counsellor");
    assert!(house.open(Some("Petr")).line_seeds.is_empty(), "nobody has given the keys yet");
    let list = house.keys(None, &["list"]);
    assert!(!list.contains("Petr (counsellor), fingerprint"), "the keeper has not seen it: {list}");

    // The keeper's next command sees who joined, and gives the keys.
    let rotated = house.keys(None, &["rotate-line", "--relay", &url]);
    assert!(
        rotated.contains("Petr has the keys of the line now") && rotated.contains("Line card 2"),
        "{rotated}"
    );
    // The page is built from the line.json of today, not from that of the first day.
    let fresh = house.world.path("fresh.json");
    let fresh = fresh.to_str().expect("UTF-8");
    house.refused(Some("Petr"), &["line", "--out", fresh, "--relay", &url], 3, "Only the key keeper");
    let written = house.keys(None, &["line", "--out", fresh, "--relay", &url]);
    assert!(written.contains("line card 2"), "{written}");
    let line = LineFile::parse(&std::fs::read_to_string(fresh).expect("written")).expect("a line file");
    let names: Vec<_> = line.accounts.iter().map(|account| account.name.as_str()).collect();
    assert_eq!(names, ["Jana", "Petr"]);
    house.world.run(&["page", "build", "--line", fresh, "--out", &format!("{fresh}.html")]);

    let own = house.keys(Some("Petr"), &["list"]);
    let fingerprint = own.lines().find_map(|line| line.strip_prefix("Your own fingerprint: ")).expect(&own);
    let list = house.keys(None, &["list"]);
    assert!(list.contains(&format!("Petr (counsellor), fingerprint {fingerprint}")), "{list}");

    let mut petr = house.desk(Some("Petr")).await;
    petr.until("the keys", |desk| (desk.keys == 3).then_some(())).await;
    petr.ready().await;
    let mut child = Child::begins(&house, "ahoj").await;
    let conv = petr.take().await;
    petr.hears(conv, "ahoj").await;
    petr.say(conv, "jsem tady").await;
    child.hears("jsem tady").await;

    // In the middle of the talk the line key changes: the child notices nothing, and Petr neither.
    house.keys(None, &["rotate-line", "--relay", &url]);
    petr.until("the new key", |desk| (desk.keys == 4).then_some(())).await;
    child.says("jeste neco").await;
    petr.hears(conv, "jeste neco").await;
    petr.say(conv, "povidej").await;
    child.hears("povidej").await;
    petr.write(conv, Act::Whisper { text: "pro kolegy".to_owned() }).await;

    // Cut off: the socket closes, the child goes back to the queue and notices nothing but that it waits.
    let stolen = house.open(Some("Petr"));
    let revoked = house.keys(None, &["revoke", "Petr", "--relay", &url]);
    assert!(revoked.contains("Petr is cut off") && revoked.contains("cannot read anything new"), "{revoked}");
    assert_eq!(petr.stopped().await, Stop::Goodbye(Goodbye::Revoked));
    let mut again = Desk::dial(house.open(Some("Petr")), house.relay.address);
    assert_eq!(again.stopped().await, Stop::LoginFailed);
    let (relay, code) = (["list"], ["rotate-line", "--relay", &url]);
    assert!(house.try_keys(Some("Petr"), &relay).status.success(), "what is his own stays readable");
    house.refused(Some("Petr"), &code, 3, "Only the key keeper");

    // What comes now is sealed under keys that he never had; the keeper reads it all, the old talk too.
    let mut jana = house.desk(None).await;
    jana.ready().await;
    let taken = jana.take().await;
    assert_eq!(taken, conv);
    jana.hears(conv, "jeste neco").await;
    child.says("kde jste").await;
    jana.hears(conv, "kde jste").await;
    jana.say(conv, "ted jsem tu ja").await;
    child.hears("ted jsem tu ja").await;
    let _second = Child::begins(&house, "neco noveho").await;
    let new = jana.take().await;
    jana.hears(new, "neco noveho").await;
    let keeper = house.open(None);
    let newest = keeper.line_seeds.last().expect("a seed").id();
    assert!(stolen.line_seed(newest).is_none() && house.open(Some("Petr")).line_seed(newest).is_none());
    let opened = jana.lines.iter().find(|line| line.conv == new && line.log == Log::Talk && line.seq == 1);
    assert!(matches!(opened.expect("the opening").what, What::Opened { .. }));
    assert!(keeper.house_keys.len() == 2 && stolen.house_keys.len() < 2);
    let list = house.keys(None, &["list"]);
    assert!(!list.contains("Petr"), "{list}");
}

#[test]
fn what_cannot_be_done_is_said_in_one_sentence() {
    let house = House::new();
    let url = house.url();
    house.refused(None, &["invite", "Eva", "--relay", "ws://127.0.0.1:9"], 4, "does not answer");
    house.refused(None, &["invite", "Eva", "--valid", "soon", "--relay", &url], 2, "48h");
    house.refused(None, &["invite", "Jana", "--relay", &url], 3, "never given twice");
    house.refused(None, &["revoke", "Jana", "--relay", &url], 3, "your own account");
    house.refused(None, &["revoke", "Nobody", "--relay", &url], 1, "Nobody is called");
    house.refused(Some("Eva"), &["list"], 1, "no vault");
    let wrong = house.world.path("other");
    let output =
        house.world.opora().args(["keys", "list", "--passphrase-file"]).arg(&wrong).output().expect("runs");
    assert_eq!(output.status.code(), Some(5));

    // An invitation that was withdrawn, and its name, are gone for good; one that was copied wrongly is none.
    let code = house.world.path("Eva.code");
    let code = code.to_str().expect("UTF-8");
    house.keys(None, &["invite", "Eva", "--role", "supervisor", "--out", code, "--relay", &url]);
    let withdrawn = house.keys(None, &["revoke", "Eva", "--relay", &url]);
    assert!(withdrawn.contains("withdrawn") && !withdrawn.contains("renewed"), "{withdrawn}");
    let try_join = |who: &str, code: &str, sentence: &str| {
        let join = ["join", "--code-file", code, "--cost", "floor", "--relay", &url];
        house.refused(Some(who), &join, 3, sentence);
    };
    try_join("Eva", code, "withdrawn");
    assert!(!house.vault(Some("Eva")).exists(), "nothing was kept");
    house.refused(None, &["invite", "Eva", "--relay", &url], 3, "never given twice");

    let slip = std::fs::read_to_string(code).expect("a code").replacen(['0', '1', '2'], "7", 1);
    let slipped = house.world.path("slip.code");
    std::fs::write(&slipped, &slip).expect("written");
    try_join("Iva", slipped.to_str().expect("UTF-8"), "a letter is wrong");
}

#[test]
fn an_invitation_holds_for_its_own_line_only_and_a_supervisor_is_no_keeper() {
    let (house, other) = (House::new(), House::new());
    let code = house.world.path("Eva.code");
    let code = code.to_str().expect("UTF-8");
    house.keys(None, &["invite", "Eva", "--role", "supervisor", "--out", code, "--relay", &house.url()]);
    let elsewhere = other.url();
    let join = ["join", "--code-file", code, "--cost", "floor", "--relay", &elsewhere];
    house.refused(Some("Eva"), &join, 3, "another line");
    assert!(!house.vault(Some("Eva")).exists());

    let url = house.url();
    let late = house.world.path("late.code");
    let late = late.to_str().expect("UTF-8");
    let until = std::time::Instant::now() + std::time::Duration::from_secs(3);
    house.keys(None, &["invite", "Ota", "--valid", "2s", "--out", late, "--relay", &url]);
    // What it waits for is the end of the invitation, a point of time.
    std::thread::sleep(until.saturating_duration_since(std::time::Instant::now()));
    let join = ["join", "--code-file", late, "--cost", "floor", "--relay", &url];
    house.refused(Some("Ota"), &join, 3, "invitation");
    assert!(!house.vault(Some("Ota")).exists(), "keys that nobody knows are not kept");

    let joined = house.keys(Some("Eva"), &["join", "--code-file", code, "--cost", "floor", "--relay", &url]);
    assert!(joined.contains("You belong to Linka now, as Eva"), "{joined}");
    house.refused(Some("Eva"), &["invite", "Iva", "--relay", &url], 3, "Only the key keeper");
    // Who waits with the invitation gives the keys as soon as somebody comes with it.
    let code = house.world.path("Iva.code");
    let code = code.to_str().expect("UTF-8");
    let invite = ["keys", "invite", "Iva", "--wait", "--out", code, "--relay", &url];
    let waiting = Process::start(house.command(None, &invite), &house.world.path("wait.log"));
    waiting.line("Waiting until Iva");
    house.keys(Some("Iva"), &["join", "--code-file", code, "--cost", "floor", "--relay", &url]);
    waiting.line("Iva has the keys");
    drop(waiting);
    // Any supervisor cuts off at once; the keys are the keeper's to renew, and the keeper is told.
    house.join("Petr", "counsellor");
    house.keys(None, &["rotate-line", "--relay", &url]);
    let cut = house.keys(Some("Eva"), &["revoke", "Petr", "--relay", &url]);
    assert!(cut.contains("Ask the key keeper"), "{cut}");
    let renewed = house.keys(None, &["revoke", "Petr", "--relay", &url]);
    assert!(renewed.contains("cannot read anything new"), "{renewed}");

    // The keeper is gone; the root comes from the paper. Nobody gets a key before a person has said who they are.
    let paper = house.keys(None, &["root"]);
    let paper = paper.lines().last().expect("the root").to_owned();
    std::fs::write(house.world.path("root"), &paper).expect("written");
    let root = house.world.path("root");
    let take = ["keys", "root", "--take", "--code-file", root.to_str().expect("UTF-8"), "--relay", &url];
    let mut command = house.command(Some("Eva"), &take);
    let mut taking = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("opora runs");
    std::io::Write::write_all(&mut taking.stdin.take().expect("piped"), b"yes\n").expect("an answer");
    let taken = taking.wait_with_output().expect("opora runs");
    let said = String::from_utf8_lossy(&taken.stdout).into_owned();
    assert!(taken.status.success() && said.contains("You are the key keeper now"), "{said}");
    assert!(said.contains("Jana (supervisor)") && !said.contains("Petr"), "{said}");
    house.keys(Some("Eva"), &["rotate-line", "--relay", &url]);
}

#[test]
fn passphrase_and_paper_open_what_they_should() {
    let house = House::new();
    let other = house.world.path("other");
    let other = other.to_str().expect("UTF-8");
    let opens = |phrase: &str| vault::open(&house.vault(None), &Passphrase::new(phrase)).is_ok();
    let code = house.keys(None, &["recovery"]);
    let code = code.lines().last().expect("a code").to_owned();
    house.keys(None, &["passphrase", "--new-passphrase-file", other, "--cost", "floor"]);
    assert!(opens(OTHER) && !opens(PASSPHRASE));

    // Forgotten: the paper sets another one. A slip is said, and so is a code of somebody else.
    let paper = house.world.path("paper");
    let restore = |text: &str| {
        std::fs::write(&paper, text).expect("written");
        let mut command = house.world.opora();
        command.args(["keys", "recovery", "--restore", "--cost", "floor", "--code-file"]).arg(&paper);
        command.arg("--new-passphrase-file").arg(house.world.path("passphrase"));
        command.output().expect("opora runs")
    };
    let slip = restore(&code[1..]);
    assert_eq!(slip.status.code(), Some(5));
    assert!(String::from_utf8_lossy(&slip.stderr).contains("a letter is wrong"));
    assert!(restore(&code.to_lowercase()).status.success());
    assert!(opens(PASSPHRASE) && !opens(OTHER));
    house.keys(None, &["recovery"]);
    let old = restore(&code);
    assert!(String::from_utf8_lossy(&old.stderr).contains("does not open"), "an older code opens nothing");
}

/// Puts a draft into the keeper's casebook.
fn drafted(house: &House) -> PathBuf {
    let (keys, file) = vault::open(&house.vault(None), &Passphrase::new(PASSPHRASE)).expect("the vault");
    let dir = house.world.path("data/opora/casebook");
    let (mut casebook, _) =
        Casebook::open(&dir, file.casebook_id(), &keys.casebook, &mut |_, _| {}).expect("a casebook");
    let draft = Draft { conv: ConversationId([3; 16]), text: "rozepsane".to_owned(), at: 1 };
    casebook.save(vec![Change::Draft(draft)], 1).expect("saved");
    dir
}

fn is_whole(house: &House, dir: &Path, phrase: &str) {
    let (keys, file) = vault::open(&house.vault(None), &Passphrase::new(phrase)).expect("the vault");
    assert!(keys.former.is_none(), "the rekey is finished");
    let (casebook, _) =
        Casebook::open(dir, file.casebook_id(), &keys.casebook, &mut |_, _| {}).expect("a casebook");
    assert_eq!(casebook.drafts()[0].text, "rozepsane");
}

#[test]
fn a_rekey_cut_short_goes_on_at_the_next_start() {
    let house = House::new();
    let dir = drafted(&house);
    let old = house.open(None).casebook.duplicate();
    let other = house.world.path("other");
    let rekey = ["rekey", "--cost", "floor", "--new-passphrase-file", other.to_str().expect("UTF-8")];
    // Something stands in the way when the vault has its new key and the casebook is still under the former one.
    let obstacle = dir.with_file_name("casebook.rekeying");
    std::fs::write(&obstacle, "").expect("written");
    house.refused(None, &rekey, 1, "is not finished");
    let vault = || vault::open(&house.vault(None), &Passphrase::new(OTHER)).expect("the vault");
    assert!(vault().0.former.is_some());
    assert!(matches!(
        vault::open(&house.vault(None), &Passphrase::new(PASSPHRASE)),
        Err(VaultError::WrongPassphrase)
    ));
    let opened = Casebook::open(&dir, vault().1.casebook_id(), &vault().0.casebook, &mut |_, _| {});
    assert!(matches!(opened.map(|_| ()), Err(CasebookError::OtherKeys)));
    std::fs::remove_file(&obstacle).expect("removed");
    std::fs::write(house.world.path("passphrase"), OTHER).expect("written");
    let said = house.keys(None, &["rekey"]);
    assert!(said.contains("cut short"), "{said}");
    is_whole(&house, &dir, OTHER);
    let thief = Casebook::open(&dir, vault().1.casebook_id(), &old, &mut |_, _| {});
    assert!(matches!(thief.map(|_| ()), Err(CasebookError::OtherKeys)), "the stolen key opens nothing");
}

#[test]
fn a_rekey_killed_anywhere_goes_on_in_the_console() {
    let house = House::new();
    let dir = drafted(&house);
    house.keys(None, &["recovery"]);
    let other = house.world.path("other");
    let other = other.to_str().expect("UTF-8");
    let rekey = ["keys", "rekey", "--cost", "floor", "--new-passphrase-file", other];
    let command = house.command(None, &rekey);
    let process = Process::start(command, &house.world.path("rekey.log"));
    // It has printed the new code: the vault has its new key, and whatever it does now is cut short.
    process.line("Recovery code");
    drop(process);
    let mut console = console(&house, OTHER);
    console.wait_until(|screen| screen.contains("Jana")).expect("the workspace");
    drop(console);
    is_whole(&house, &dir, OTHER);
}

/// Starts the keeper's console and unlocks it.
fn console(house: &House, phrase: &str) -> termlens::Terminal {
    console_at(house, phrase, house.relay.address)
}

fn console_at(house: &House, phrase: &str, relay: SocketAddr) -> termlens::Terminal {
    let home = house.world.path("").to_str().expect("UTF-8").trim_end_matches('/').to_owned();
    let mut builder = termlens::Terminal::builder().size(100, 30).env_clear().timeout(DEADLINE);
    for (name, value) in [
        ("HOME", home.clone()),
        ("XDG_CONFIG_HOME", format!("{home}/config")),
        ("XDG_DATA_HOME", format!("{home}/data")),
        ("XDG_STATE_HOME", format!("{home}/state")),
        ("LANG", "en_GB.UTF-8".to_owned()),
        ("TERM", "xterm-256color".to_owned()),
    ] {
        builder = builder.env(name, value);
    }
    let mut console = builder
        .args(["console", "--relay", &format!("ws://{relay}")])
        .spawn(env!("CARGO_BIN_EXE_opora"))
        .expect("a console in a pseudo-terminal");
    console.wait_until(|screen| screen.contains("assphrase")).expect("the unlock screen");
    console.send_str(phrase).expect("keys");
    console.send(termlens::Key::Enter).expect("a key");
    console
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_keepers_console_gives_the_keys_to_who_joins() {
    let house = House::new();
    let mut console = console(&house, PASSPHRASE);
    console.wait_until(|screen| screen.contains("ready")).expect("the workspace");
    house.join("Petr", "counsellor");
    let mut petr = house.desk(Some("Petr")).await;
    petr.until("the keys", |desk| (desk.keys == 2).then_some(())).await;
    console.wait_until(|screen| screen.contains("Petr has joined")).expect("the keeper is told");
}

#[test]
fn the_page_is_the_same_wherever_it_is_built_and_an_altered_one_is_found() {
    let house = House::new();
    let line = house.world.path("line.json");
    let line = line.to_str().expect("UTF-8");
    let build = |name: &str, more: &[&str]| {
        let out = house.world.path(name);
        let arguments = ["page", "build", "--line", line, "--out", out.to_str().expect("UTF-8")];
        let said = house.world.run(&[&arguments, more].concat());
        (std::fs::read(&out).expect("a page"), hash_in(&said))
    };
    let ((one, hash), (two, again)) = (build("one.html", &[]), build("two.html", &[]));
    assert!(one == two && hash == again && hash.len() == 64);
    assert_ne!(build("three.html", &["--relay", "ws://127.0.0.1:8787"]).1, hash);

    let url = format!("http://{}/", house.relay.address);
    let check = |url: &str, more: &[&str]| {
        let output =
            house.world.opora().args(["page", "check", url]).args(more).output().expect("opora runs");
        let code = output.status.code();
        let said =
            [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).expect("UTF-8")).concat();
        (code, said)
    };
    let (code, said) = check(&url, &["--line", line]);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains(&hash) && said.contains("ok  its line and settings"),
        "the relay serves what is built: {said}"
    );
    let (code, said) = check(&url, &[]);
    assert!(code == Some(0) && said.contains("It trusts the line"), "{said}");

    // Somebody else's server, with one letter changed, or with other settings.
    let text = String::from_utf8(one).expect("UTF-8");
    let spied = serve(text.replacen("\"use strict\";", "\"use strict\"; ", 1));
    let (code, said) = check(&format!("http://{spied}/"), &["--line", line]);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("the script is not the one"), "{said}");
    let (code, said) = check(&format!("http://{}/", serve("<html>hello".to_owned())), &[]);
    assert!(code == Some(3) && said.contains("not a page of this opora"), "{said}");
    let other = House::new();
    let (code, said) = check(&format!("http://{}/", other.relay.address), &["--line", line]);
    assert!(code == Some(3) && said.contains("!   root is"), "{said}");
    let (code, _) = check("http://127.0.0.1:9/", &[]);
    assert_eq!(code, Some(4));
    assert_eq!(check("http://chat.example.cz/", &[]).0, Some(2));
}

/// Returns the SHA-256 that a command printed.
fn hash_in(said: &str) -> String {
    let is_hash = |word: &&str| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    said.split_whitespace().find(is_hash).expect("a hash").to_owned()
}

/// Serves one page, until the test ends.
fn serve(page: String) -> SocketAddr {
    use std::io::{Read as _, Write as _};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            _ = stream.read(&mut [0; 4096]);
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", page.len());
            _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(page.as_bytes()));
        }
    });
    address
}

/// A relay that serves another page: everything else goes through to the real one.
fn serves_another_page(relay: SocketAddr, page: String) -> SocketAddr {
    use std::io::{Read as _, Write as _, copy};
    use std::net::{Shutdown, TcpListener, TcpStream};
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut head = [0; 4096];
            let Ok(count) = stream.read(&mut head) else { continue };
            if head.starts_with(b"GET / ") {
                let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{page}", page.len());
                _ = stream.write_all(answer.as_bytes());
                continue;
            }
            let Ok(mut there) = TcpStream::connect(relay) else { continue };
            _ = there.write_all(&head[..count]);
            let (Ok(mut back), Ok(mut from)) = (stream.try_clone(), there.try_clone()) else { continue };
            std::thread::spawn(move || {
                _ = copy(&mut from, &mut back);
                _ = back.shutdown(Shutdown::Both);
            });
            std::thread::spawn(move || {
                _ = copy(&mut stream, &mut there);
                _ = there.shutdown(Shutdown::Both);
            });
        }
    });
    address
}

#[test]
fn a_console_says_calmly_that_the_page_is_another_one_and_works_on() {
    let house = House::new();
    let line = house.world.path("line.json");
    let out = house.world.path("page.html");
    let (line, out) = (line.to_str().expect("UTF-8"), out.to_str().expect("UTF-8"));
    house.world.run(&["page", "build", "--line", line, "--out", out]);
    let page = std::fs::read_to_string(out).expect("a page");
    let altered =
        serves_another_page(house.relay.address, page.replacen("\"use strict\";", "\"use strict\"; ", 1));
    let mut spied = console_at(&house, PASSPHRASE, altered);
    spied.wait_until(|screen| screen.contains("page on the relay")).expect("the counsellor is told");
    spied.wait_until(|screen| screen.contains("ready")).expect("and works on");
}

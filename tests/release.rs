//! What leaves the house, against those who would find a child in it: somebody who knows five facts of each of 200
//! children, somebody who compares releases, hostile notes, and a machine that is switched off in the middle.
#![allow(clippy::panic, reason = "a test says no by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use opora::anonymise::{Anonymiser, Choice, Lists};
use opora::casebook::Casebook;
use opora::casebook::record::{CaseId, Change, Contact, ContactId};
use opora::report::handover::Handover;
use opora::report::summary;
use opora::vault::{self, Keys, Passphrase};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use support::{PASSPHRASE, World};

mod support;

const DAY_MS: u64 = 86_400_000;
/// 1 January 2025.
const YEAR: u64 = 1_735_689_600_000;
/// Words of notes that must stand in no file that leaves.
const CANARIES: [&str; 5] = ["Xaverie", "Kolomazníková", "731 372 028", "Lhotka nad Bečvou", "xaverie_tajna"];
const CHILDREN: usize = 900;
const PLANTED: usize = 200;

/// The facts of the n-th child: what others may know of it.
fn facts(n: usize) -> [&'static str; 8] {
    let mut state = (n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(7);
    let mut pick = |codes: &[&'static str]| {
        state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        state ^= state >> 27;
        codes[(state % codes.len() as u64) as usize]
    };
    let rare = n < PLANTED && n.is_multiple_of(20);
    [
        if rare { "CZ-51" } else { pick(&["CZ-10", "CZ-10", "CZ-64", "CZ-80"]) },
        pick(&["a9_11", "a12_14", "a12_14", "a15_17"]),
        pick(&["girl", "girl", "boy"]),
        if rare { "teacher" } else { "child" },
        "chat",
        pick(&["violence.bullying", "violence.physical", "mental.mood", "mental.selfharm", "family.parents"]),
        pick(&["online", "offline", "mixed"]),
        pick(&["social", "gaming", "messaging"]),
    ]
}

fn contact(n: usize, opened: u64) -> Contact {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&(n as u64 + 1).to_be_bytes());
    id[8..].copy_from_slice(&opened.to_be_bytes());
    let mut contact = Contact::begun(ContactId(id), CaseId(id), "chat", "Blue Fox", "Jana", opened);
    let [region, age, gender, person, _, topic, online, place] = facts(n).map(str::to_owned);
    contact.facets.kind = Some("counselling".to_owned());
    contact.facets.region = Some(region);
    contact.facets.age_band = Some(age);
    contact.facets.gender = Some(gender);
    contact.facets.person = Some(person);
    contact.facets.topics = vec![topic];
    contact.facets.places = if online == "offline" { Vec::new() } else { vec![place] };
    contact.facets.online = Some(online);
    contact.facets.risk = Some((n % 4) as u8);
    contact.facets.outcomes = vec![["listened", "info"][n % 2].to_owned()];
    contact.facets.language = "cs".to_owned();
    contact.ended = Some(opened + 60_000);
    contact.finished = contact.ended;
    contact.note.template = "note".to_owned();
    contact.note.version = 1;
    contact.note.set("request", if n.is_multiple_of(9) { "" } else { "co mám dělat" });
    let words = format!(
        "Xaverie Kolomazníková ({} let) z Lhotky nad Bečvou, tel. 731 372 028, ig xaverie_tajna. Volal i pan Kolomazník.",
        10 + n % 7
    );
    contact.note.set("data", if n.is_multiple_of(9) { "=HYPERLINK(\"x\",\"y\")" } else { &words });
    contact.note.set("plan", "ozve se ve středu");
    contact
}

struct Desk {
    world: World,
}

impl Desk {
    /// A releaser's computer with reviewed cases in the first quarters of 2025.
    fn new(quarters: usize, children: usize) -> Self {
        let world = World::new();
        world.found_line();
        let desk = Self { world };
        let (mut casebook, _) = desk.open();
        let anonymiser = Anonymiser::new(&Lists::shipped());
        for quarter in 0..quarters {
            let mut changes = Vec::new();
            for n in 0..children {
                let opened = YEAR + (quarter as u64 * 91 + 3 + n as u64 % 80) * DAY_MS;
                let contact = contact(n, opened);
                changes.extend(decided(&anonymiser, &contact));
                changes.push(Change::Contact(Box::new(contact)));
            }
            casebook.save(changes, YEAR).expect("saved");
        }
        desk
    }

    fn open(&self) -> (Casebook, Keys) {
        let folder = self.world.path("data/opora");
        let (keys, file) =
            vault::open(&folder.join("vault"), &Passphrase::new(PASSPHRASE)).expect("the vault");
        let (casebook, _) =
            Casebook::open(&folder.join("casebook"), file.casebook_id(), &keys.casebook, &mut |_, _| {})
                .expect("the casebook");
        (casebook, keys)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.world.opora();
        command
            .env("TZ", "UTC")
            .current_dir(self.world.path(""))
            .args(["--lang", "en"])
            .args(arguments)
            .arg("--passphrase-file")
            .arg(self.world.path("passphrase"));
        command
    }

    fn run(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().expect("opora runs");
        assert!(output.status.success(), "{arguments:?}: {}", errors(&output));
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    fn refused(&self, arguments: &[&str], code: i32) -> String {
        let output = self.command(arguments).output().expect("opora runs");
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", errors(&output));
        errors(&output)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.world.path(name)
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.world.path(""))
            .expect("a folder")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .filter(|name| name.contains("out"))
            .collect();
        names.sort();
        names
    }
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A reviewer's decision: everything doubtful goes.
fn decided(anonymiser: &Anonymiser, contact: &Contact) -> Option<Change> {
    let mut review = summary::review(anonymiser, contact, None, summary::note("cs", 0));
    while let Some(at) = review.next_open(0) {
        review.decide(at, Choice::Mask);
    }
    Some(Change::Reviewed(Box::new(summary::decided(&review, contact, "Eva", YEAR))))
}

fn table(file: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(file).expect("a table");
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

/// Whether a value that left may be this one.
fn may_be(shown: &str, known: &str) -> bool {
    let coarse = match known {
        "a9_11" => "a0_11",
        "a12_14" | "a15_17" => "a12_18",
        _ => known,
    };
    shown == known
        || shown == "*"
        || shown == "CZ"
        || shown == coarse
        || known.split_once('.').is_some_and(|(family, _)| family == shown)
}

/// How many share each of a child's facts by the table in a folder: as shown, or, where that is hidden, as is left of
/// the whole when all other cells of the section are taken from it.
fn groups_of(folder: &Path, facts: &[&str; 8]) -> Vec<usize> {
    let count = |row: &BTreeMap<String, String>, column: &str| row[column].parse::<usize>().ok();
    let mut groups = Vec::new();
    let mut group = |cells: Vec<(&str, Option<usize>)>, whole: Option<usize>| {
        let Some((_, own)) = cells.iter().find(|(code, _)| facts.contains(code)) else { return };
        let shown: usize = cells.iter().filter_map(|(_, count)| *count).sum();
        groups.extend(own.or(whole.map(|whole| whole.saturating_sub(shown))));
    };
    let insafe = folder.join("insafe_quarter.csv");
    if insafe.exists() {
        let rows = table(&insafe);
        let whole = rows.iter().find(|row| row["section"] == "total").and_then(|row| count(row, "count"));
        for section in ["gender", "channel", "person"] {
            let own = rows.iter().filter(|row| row["section"] == section);
            group(own.map(|row| (row["code"].as_str(), count(row, "count"))).collect(), whole);
        }
        // A child may be in several of these, so that nothing is left over.
        let places = rows.iter().filter(|row| row["section"] == "where");
        group(places.map(|row| (row["code"].as_str(), count(row, "count"))).collect(), None);
        return groups;
    }
    const GENDERS: [(&str, &str); 4] =
        [("girl", "girls"), ("boy", "boys"), ("non_binary", "non_binary"), ("unknown", "unknown")];
    let rows = table(&folder.join("chi_year.csv"));
    let all = rows.iter().find(|row| row["family"] == "all").expect("the sums");
    group(GENDERS.map(|(code, column)| (code, count(all, column))).to_vec(), count(all, "total"));
    for section in ["age", "channel"] {
        let own = rows.iter().filter(|row| row["family"] == section);
        group(
            own.map(|row| (row["sub_category"].as_str(), count(row, "total"))).collect(),
            count(all, "total"),
        );
    }
    groups
}

/// Every file of a folder is whole: `release.json` and `datapackage.json` name the digests of the others.
fn is_whole(folder: &Path) -> bool {
    let read = |name: &str| fs::read_to_string(folder.join(name)).ok();
    let Some(package) = read("datapackage.json") else { return false };
    let Ok(package) = serde_json::from_str::<Value>(&package) else { return false };
    let resources = package["resources"].as_array().cloned().unwrap_or_default();
    resources.len() > 2
        && resources.iter().all(|resource| {
            let bytes =
                fs::read(folder.join(resource["path"].as_str().unwrap_or_default())).unwrap_or_default();
            let digest: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
            resource["hash"] == format!("sha256:{digest}") && resource["bytes"] == bytes.len()
        })
}

#[test]
fn nobody_is_found_by_five_facts_and_no_word_leaves() {
    let desk = Desk::new(2, CHILDREN);
    let said = desk.run(&["export", "--quarter", "2025-Q1", "--check"]);
    assert!(said.contains("finds at least") && said.contains("cannot be computed"), "{said}");
    assert!(desk.names().is_empty(), "--check writes nothing");
    desk.run(&["export", "--quarter", "2025-Q1", "--out", "out-partner", "--to", "a university"]);
    desk.run(&["export", "--quarter", "2025-Q2", "--class", "public", "--out", "out-public"]);
    assert_eq!(desk.names(), ["out-partner", "out-public"]);

    const COLUMNS: [&str; 8] =
        ["region", "age_band", "gender", "person", "channel", "topic_primary", "online", "where"];
    for (folder, k) in [("out-partner", 5), ("out-public", 10)] {
        let rows = table(&desk.path(folder).join("case_summaries.csv"));
        assert!(rows.len() > CHILDREN * 9 / 10, "{}", rows.len());
        for n in 0..PLANTED {
            let known = facts(n);
            // For each fact, the rows it fits, a bit a row.
            let fits: Vec<Vec<bool>> = COLUMNS
                .iter()
                .zip(known)
                .map(|(column, known)| {
                    let known = if *column == "where" && facts(n)[6] == "offline" { "" } else { known };
                    rows.iter().map(|row| may_be(&row[*column], known)).collect()
                })
                .collect();
            for chosen in (0_u32..256).filter(|chosen| chosen.count_ones() == 5) {
                let found = (0..rows.len())
                    .filter(|row| (0..8).all(|fact| chosen & 1 << fact == 0 || fits[fact][*row]))
                    .take(k)
                    .count();
                assert!(found == 0 || found == k, "{folder}: child {n} is one of {found} by {chosen:08b}");
            }
        }
        for entry in fs::read_dir(desk.path(folder)).expect("a folder") {
            let text = fs::read_to_string(entry.expect("a file").path()).expect("UTF-8");
            for canary in CANARIES {
                assert!(!text.contains(canary), "{folder}: {canary}");
            }
        }
        assert!(is_whole(&desk.path(folder)));
    }
    // Free text goes to partners only, and a spreadsheet runs nothing of it.
    let partner = table(&desk.path("out-partner").join("case_summaries.csv"));
    let public = table(&desk.path("out-public").join("case_summaries.csv"));
    assert!(
        partner.iter().all(|row| row["summary"].chars().count() <= 601) && !public[0].contains_key("summary")
    );
    assert!(partner.iter().flat_map(|row| row.values()).all(|cell| !cell.starts_with(['=', '+', '-', '@'])));
    let release: Value = serde_json::from_str(
        &fs::read_to_string(desk.path("out-partner").join("release.json")).expect("release.json"),
    )
    .expect("JSON");
    assert_eq!((&release["k"], &release["class"]), (&Value::from(5), &Value::from("partner")));
    assert!(release["masks"]["phone"].as_u64() > Some(100) && release["masks"]["name"].as_u64() > Some(100));

    // A case leaves once to an audience.
    let said = desk.refused(&["export", "--quarter", "2025-Q1", "--out", "out-again"], 3);
    assert!(said.contains("left before to the same audience"), "{said}");
    let said = desk.refused(&["export", "--quarter", "2025-Q2", "--out", "out-public"], 3);
    assert!(said.contains("is there already") || said.contains("would tell of"), "{said}");
}

#[test]
fn the_same_casebook_gives_the_same_bytes_and_a_kill_leaves_nothing_that_looks_whole() {
    let desk = Desk::new(1, 400);
    let data = desk.path("data");
    let copy = |to: &str| {
        let done = Command::new("cp").arg("-a").arg(&data).arg(desk.path(to)).status().expect("cp");
        assert!(done.success());
    };
    copy("before");
    let arguments = |out: &'static str| ["export", "--quarter", "2025-Q1", "--out", out];
    desk.run(&arguments("out-one"));
    fs::remove_dir_all(&data).expect("removed");
    let done = Command::new("cp").arg("-a").arg(desk.path("before")).arg(&data).status().expect("cp");
    assert!(done.success());
    desk.run(&arguments("out-two"));
    for entry in fs::read_dir(desk.path("out-one")).expect("a folder") {
        let name = entry.expect("a file").file_name();
        let read = |folder: &str| fs::read(desk.path(folder).join(&name)).expect("a file");
        assert!(read("out-one") == read("out-two"), "{name:?} differs");
    }

    // Killed as soon as it writes: its name is not there, or all of it is.
    for _ in 0..3 {
        fs::remove_dir_all(&data).expect("removed");
        let done = Command::new("cp").arg("-a").arg(desk.path("before")).arg(&data).status().expect("cp");
        assert!(done.success());
        let mut child = desk
            .command(&arguments("out-killed"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("opora");
        let part = desk.path(".out-killed.part");
        while !part.exists() && child.try_wait().expect("a state").is_none() {
            std::thread::yield_now();
        }
        _ = child.kill();
        _ = child.wait();
        let out = desk.path("out-killed");
        assert!(!out.exists() || is_whole(&out), "half of it has the name");
        if out.exists() {
            fs::remove_dir_all(&out).expect("removed");
        } else {
            // The next run takes away what was left and goes on, or knows that it was released.
            let output = desk.command(&arguments("out-killed")).output().expect("opora");
            if output.status.success() {
                assert!(is_whole(&out));
                fs::remove_dir_all(&out).expect("removed");
            } else {
                assert_eq!(output.status.code(), Some(3), "{}", errors(&output));
            }
        }
    }
}

#[test]
fn hostile_notes_and_arguments_do_no_harm() {
    let desk = Desk::new(1, 60);
    let (mut casebook, _) = desk.open();
    let anonymiser = Anonymiser::new(&Lists::shipped());
    let mut huge = contact(61, YEAR + 5 * DAY_MS);
    huge.note.set("data", &"Xaverie 731 372 028 \u{202e}\u{0}<script> ".repeat(1 << 15));
    let changes = decided(&anonymiser, &huge).into_iter().chain([Change::Contact(Box::new(huge))]);
    casebook.save(changes.collect(), YEAR).expect("saved");
    drop(casebook);
    for quarter in ["../../etc", "2025", "2025-02", "=1+1", ""] {
        let said = desk.refused(&["export", "--quarter", quarter], 2);
        assert!(said.contains("is no quarter"), "{said}");
    }
    // The quarter after the one that holds today is not over in any year this is run.
    let open = format!("{}-Q4", 2200);
    assert!(!desk.refused(&["export", "--quarter", &open], 3).is_empty());
    let said = desk.refused(&["export", "--quarter", "2025-Q1", "--out", "data"], 3);
    assert!(said.contains("is there already") || said.contains("stand out"), "{said}");
    let output = desk.command(&["export", "--quarter", "2025-Q1", "--out", "out"]).output().expect("opora");
    if output.status.success() {
        let rows = fs::read_to_string(desk.path("out/case_summaries.csv")).expect("rows");
        assert!(!rows.contains("Xaverie") && !rows.contains("731 372") && !rows.contains('\u{202e}'));
    } else {
        assert_eq!(output.status.code(), Some(3), "{}", errors(&output));
    }
}

#[test]
fn candidates_of_several_casebooks_leave_together() {
    let desk = Desk::new(1, 90);
    let (casebook, keys) = desk.open();
    let anonymiser = Anonymiser::new(&Lists::shipped());
    drop(casebook);
    // A colleague's casebook: other cases of the same quarter.
    let candidates = (100..220)
        .map(|n| {
            let contact = contact(n, YEAR + 9 * DAY_MS);
            let Some(Change::Reviewed(reviewed)) = decided(&anonymiser, &contact) else { panic!("decided") };
            let texts = [0, 1, 2, 3].map(|variant| {
                summary::masked(&anonymiser, &contact, Some(&reviewed), variant).expect("decided").0
            });
            let mut one = summary::candidate("2025-Q1", contact.case, &listed(&contact), 1);
            one.text = Some(texts);
            one
        })
        .collect();
    let handover = Handover { period: "2025-Q1".into(), by: "Petr".into(), candidates };
    let key = keys.house_keys.last().expect("a house key");
    let file = handover.seal(key, &mut rand::rng()).expect("sealed");
    fs::write(desk.path("petr.opora"), &file).expect("written");
    fs::write(desk.path("cut.opora"), &file[..file.len() - 9]).expect("written");
    let said = desk.refused(&["export", "merge", "cut.opora"], 6);
    assert!(said.contains("was changed on the way"), "{said}");
    desk.run(&["export", "merge", "petr.opora", "petr.opora", "--out", "out-all"]);
    let rows = table(&desk.path("out-all/case_summaries.csv"));
    assert!(rows.len() > 190 && rows.len() <= 210, "{} rows", rows.len());
    for canary in CANARIES {
        assert!(rows.iter().all(|row| !row["summary"].contains(canary)), "{canary}");
    }
    desk.refused(&["export", "merge", "petr.opora", "--out", "out-more"], 3);
}

fn listed(contact: &Contact) -> opora::casebook::record::ContactSummary {
    opora::casebook::record::ContactSummary {
        id: contact.id,
        case: contact.case,
        conv: None,
        handle: contact.handle.clone(),
        by: contact.by.clone(),
        opened: contact.opened,
        taken: contact.taken,
        ended: contact.ended,
        facets: contact.facets.clone(),
        kept: contact.kept,
        finished: true,
        due: None,
    }
}

#[test]
fn a_review_decides_what_is_doubtful_and_only_then_it_leaves() {
    use std::io::Write as _;
    let desk = Desk::new(1, 30);
    let (mut casebook, _) = desk.open();
    let mut doubtful = contact(40, YEAR + 5 * DAY_MS);
    doubtful.note.set("data", "Xantipka přišla domů.");
    casebook.save(vec![Change::Contact(Box::new(doubtful))], YEAR).expect("saved");
    drop(casebook);
    let said = desk.refused(&["export", "--quarter", "2025-Q1", "--out", "out"], 3);
    assert!(said.contains("1 summary is not decided yet"), "{said}");
    let review = |answers: &str| {
        let mut child = desk
            .command(&["export", "review", "--quarter", "2025-Q1"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("opora");
        child.stdin.take().expect("stdin").write_all(answers.as_bytes()).expect("answers");
        let output = child.wait_with_output().expect("an end");
        assert!(output.status.success(), "{}", errors(&output));
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let said = review("s\n");
    assert!(said.contains("[?Xantipka]") && said.contains("1 left"), "{said}");
    let said = review("k\nk her cat\n\n");
    assert!(said.contains("say why") && said.contains("(Xantipka)") && said.contains("none left"), "{said}");
    let said = desk.run(&["export", "review", "--quarter", "2025-Q1"]);
    assert!(said.contains("none left"), "{said}");
}

#[test]
fn tables_hide_few_and_the_ledger_remembers_them() {
    let desk = Desk::new(0, 0);
    let rows = |more: usize| {
        let row = |n: usize| {
            let [region, age, mut gender, person, channel, mut topic, mut online, place] = facts(n);
            if (297..300).contains(&n) {
                (topic, gender, online) = ("peers.partner", "boy", "online");
            }
            let places: Vec<&str> = if online == "offline" { Vec::new() } else { vec![place] };
            let at = YEAR + 5 * DAY_MS;
            serde_json::json!({
                "contact": {"channel": channel, "opened": at, "ended": at, "reason": "", "lang": "cs"},
                "facets": {"kind": "counselling", "channel": channel, "person": person, "age_band": age, "gender": gender,
                    "region": region, "topics": [topic], "online": online, "where": places, "risk4c": [], "risk": 1,
                    "outcomes": ["listened"], "repeat": false, "language": "cs"},
            })
        };
        // One child more is a girl who is bullied online.
        let bullied = (0..).filter(|n| facts(*n)[5] == "violence.bullying" && facts(*n)[6] == "online");
        let lines = (0..300).chain(bullied.take(more)).map(|n| row(n).to_string() + "\n");
        lines.collect::<String>()
    };
    fs::write(desk.path("rows"), rows(0)).expect("rows");
    fs::write(desk.path("more"), rows(1)).expect("rows");
    let insafe = |rows: &'static str, out: &'static str, class: &'static str| {
        [
            "export",
            "--quarter",
            "2025-Q1",
            "--table",
            "insafe",
            "--rows",
            rows,
            "--class",
            class,
            "--out",
            out,
        ]
    };
    desk.run(&insafe("rows", "out-insafe", "partner"));
    desk.run(&[
        "export",
        "--quarter",
        "2025-Q1",
        "--table",
        "chi",
        "--rows",
        "rows",
        "--class",
        "public",
        "--out",
        "out-chi",
    ]);
    for (file, k) in [("out-insafe/insafe_quarter.csv", 5), ("out-chi/chi_year.csv", 10)] {
        let rows = table(&desk.path(file));
        for row in &rows {
            for column in ["count", "girls", "boys", "non_binary", "unknown", "total"] {
                if let Some(count) = row.get(column).and_then(|count| count.parse::<u64>().ok()) {
                    assert!(count == 0 || count >= k, "{file}: {row:?}");
                }
            }
        }
        assert!(rows.iter().any(|row| row.values().any(|cell| cell == "<k")), "{file} hides nothing");
    }
    desk.run(&["export", "--quarter", "2025-Q1", "--table", "queue", "--rows", "rows", "--out", "out-queue"]);
    // Whoever knows all facts of a child finds it in no group of few, shown or left over when all that is shown is taken
    // from the whole.
    let mut groups = 0;
    for (place, k) in [("out-insafe", 5), ("out-chi", 10)] {
        for n in 0..PLANTED {
            for group in groups_of(&desk.path(place), &facts(n)) {
                groups += 1;
                assert!(group >= k, "{place}: child {n} is one of {group}");
            }
        }
    }
    assert!(groups > PLANTED * 6, "only {groups} groups were tried");
    for row in table(&desk.path("out-queue/queue_intervals.csv")) {
        let offered: usize = row["offered"].parse().expect("a count");
        assert!(offered == 0 || offered >= 5, "{row:?}");
    }
    // One child more, to partners again or to the public: the difference is that child.
    for class in ["partner", "public"] {
        let said = desk.refused(&insafe("more", "out-more", class), 3);
        assert!(said.contains("would tell of 1 child."), "{said}");
    }
    desk.run(&insafe("rows", "out-same", "partner"));
}

#[test]
fn the_queue_leaves_in_spans_and_a_brief_is_made_of_public_releases_only() {
    let desk = Desk::new(0, 0);
    let row = |n: usize| {
        let at = YEAR + (n as u64 % 80) * DAY_MS;
        let mut contact = serde_json::json!(
            {"channel": "chat", "opened": at, "ended": at + 600_000, "reason": "leave", "lang": "cs"});
        if !n.is_multiple_of(5) {
            contact["taken"] = (at + 20_000).into();
        }
        let topic = ["violence.bullying", "mental.mood"][n % 2];
        serde_json::json!({"contact": contact, "facets": {"kind": "counselling", "channel": "chat", "person": "child",
            "age_band": "a12_14", "gender": "girl", "region": "CZ-10", "topics": [topic], "online": "online",
            "where": ["social"], "risk4c": [], "risk": 1, "outcomes": ["listened"], "repeat": false, "language": "cs"}})
    };
    fs::write(desk.path("rows"), (0..400).map(|n| row(n).to_string() + "\n").collect::<String>())
        .expect("rows");
    let release = |table: &'static str, class: &'static str, out: &'static str| {
        let what = ["export", "--quarter", "2025-Q1", "--rows", "rows", "--format", "csv,json"];
        desk.run(&[&what[..], &["--table", table, "--class", class, "--out", out]].concat());
    };
    release("queue", "public", "out-queue");
    let rows = table(&desk.path("out-queue/queue_intervals.csv"));
    let offered: Vec<u64> = rows.iter().map(|row| row["offered"].parse().expect("a count")).collect();
    // Five come each day, so that only weeks hide nobody; twelve begin in the quarter.
    assert!(offered.len() > 10 && offered.iter().all(|count| *count >= 10 && count % 5 == 0), "{offered:?}");
    assert!(rows.iter().all(|row| row["wait_sum_s"].is_empty()), "the public gets no sums of time");
    let package = fs::read_to_string(desk.path("out-queue/datapackage.json")).expect("a package");
    let package: Value = serde_json::from_str(&package).expect("JSON");
    for resource in package["resources"].as_array().expect("resources") {
        let name = resource["name"].as_str().expect("a name");
        let fits =
            |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-._/".contains(letter);
        assert!(name.chars().all(fits), "the standard takes no such name: {name}");
    }
    release("insafe", "public", "out-public");
    release("insafe", "partner", "out-partner");
    let brief = |folder: &str, out: &str| desk.command(&["export", "brief", folder, "--out", out]).output();
    let made = brief("out-public", "page.html").expect("opora runs");
    assert!(made.status.success(), "{}", errors(&made));
    let page = fs::read_to_string(desk.path("page.html")).expect("a page");
    assert!(
        page.contains("About 400 talks") && page.contains("Cyberbullying") && !page.contains("<script"),
        "{page}"
    );
    let refused = brief("out-partner", "page-partner.html").expect("opora runs");
    assert_eq!(refused.status.code(), Some(3), "{}", errors(&refused));
    assert!(!desk.path("page-partner.html").exists());
}

/// Figures for whoever asks: `OPORA_CASES=100000 cargo test --release --test release -- --ignored --nocapture many`.
/// `OPORA_BINARY` names another program to measure.
#[test]
#[ignore = "measures"]
#[expect(clippy::print_stdout, reason = "a program that measures and prints")]
fn the_way_out_of_many_cases() {
    let cases = std::env::var("OPORA_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(10_000);
    let desk = Desk::new(0, 0);
    let (mut casebook, _) = desk.open();
    let anonymiser = Anonymiser::new(&Lists::shipped());
    let begun = std::time::Instant::now();
    for from in (0..cases).step_by(256) {
        let some = (from..(from + 256).min(cases)).map(|n| contact(n, YEAR + (3 + n as u64 % 80) * DAY_MS));
        let changes = some
            .flat_map(|one| decided(&anonymiser, &one).into_iter().chain([Change::Contact(Box::new(one))]));
        casebook.save(changes.collect(), YEAR).expect("saved");
    }
    drop(casebook);
    println!("{cases} cases written and reviewed in {:.1} s", begun.elapsed().as_secs_f64());
    let mut command = desk.command(&["export", "--quarter", "2025-Q1", "--out", "out-many"]);
    if let Some(binary) = std::env::var_os("OPORA_BINARY") {
        let mut other = Command::new(binary);
        other.args(command.get_args()).current_dir(desk.path(""));
        command.get_envs().for_each(|(name, value)| _ = value.map(|value| other.env(name, value)));
        command = other;
    }
    let begun = std::time::Instant::now();
    let mut child = command.stdout(Stdio::null()).spawn().expect("opora");
    let (mut most, mut halfway) = (0, 0);
    while child.try_wait().expect("a state").is_none() {
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        most = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(most);
        halfway = if halfway == 0 && begun.elapsed().as_secs() >= 2 { most } else { halfway };
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    println!(
        "left the house in {:.1} s; {} MiB after 2 s, {} MiB at most",
        begun.elapsed().as_secs_f64(),
        halfway / 1024,
        most / 1024
    );
    assert!(is_whole(&desk.path("out-many")));
}

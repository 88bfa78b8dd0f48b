//! Whole vaults on disk, at the floor of their cost: some tenths of a second for each try.

use super::*;
use crate::conversation::Account;
use crate::sealing::line::LineSeed;
use crate::sealing::tests::Bytes;

fn phrase(text: &str) -> Passphrase {
    Passphrase::new(text)
}

fn keys() -> Keys {
    let keeper = Account::parse("Klára").expect("an account");
    let rng = &mut Bytes::new(&(0..=250).collect::<Vec<u8>>());
    found("Linka", keeper, "wss://relay.example.org", "116111", 1_700_000_000_000, rng).0
}

/// All that the keys hold, for comparing.
fn all(keys: &Keys) -> Vec<u8> {
    let mut all = keys.written().expect("written").to_vec();
    all.extend_from_slice(keys.casebook.expose());
    all
}

struct Home {
    path: PathBuf,
    _folder: tempfile::TempDir,
}

fn home() -> Home {
    let folder = tempfile::tempdir().expect("a folder");
    Home { path: folder.path().join("opora/vault"), _folder: folder }
}

#[test]
fn a_vault_opens_with_its_passphrase_and_saves_without() {
    let (home, mut keys) = (home(), keys());
    let file = create(&home.path, &phrase("šest slov žlutě"), &keys, Cost::floor()).expect("created");
    assert!(matches!(open(&home.path, &phrase("sest slov zlute")), Err(VaultError::WrongPassphrase)));
    assert!(matches!(recover(&home.path, &RecoveryCode::random(&mut random())), Err(VaultError::NoRecovery)));

    keys.line_seeds.push(crate::sealing::line::LineSeed::new([7; 32]));
    keys.house_keys.push(crate::sealing::house::HouseKey::new([8; 32]));
    keys.least_serial = 9;
    file.save(&keys).expect("saved");
    let (back, again) = open(&home.path, &phrase("s\u{30c}est slov z\u{30c}lute\u{30c}")).expect("opened");
    assert_eq!(all(&back), all(&keys));
    assert_eq!(again.casebook_id(), file.casebook_id());
    assert!(back.root.is_some() && !again.has_recovery());

    assert!(matches!(create(&home.path, &phrase("x"), &keys, Cost::floor()), Err(VaultError::Exists)));
    assert!(matches!(open(&home.path.with_file_name("other"), &phrase("x")), Err(VaultError::Missing)));
}

#[test]
fn a_new_passphrase_rewrites_one_slot() {
    let (home, keys) = (home(), keys());
    let mut file = create(&home.path, &phrase("the first one"), &keys, Cost::floor()).expect("created");
    let code = file.set_recovery(&keys, &phrase("the first one")).expect("the passphrase");
    let before = std::fs::read(&home.path).expect("read");
    file.set_passphrase(&keys, &phrase("the second one"), Cost::floor()).expect("set");
    let after = std::fs::read(&home.path).expect("read");
    assert_eq!(before[..27 + 101], after[..27 + 101], "the slot of the recovery code is as it was");

    assert!(matches!(open(&home.path, &phrase("the first one")), Err(VaultError::WrongPassphrase)));
    assert_eq!(all(&open(&home.path, &phrase("the second one")).expect("opened").0), all(&keys));
    let code = RecoveryCode::parse(&code.to_text()).expect("as on paper");
    let (back, mut file) = recover(&home.path, &code).expect("opened");
    assert_eq!(all(&back), all(&keys));

    // Forgotten: the paper opens it, a new passphrase is set, and both go on.
    file.set_passphrase(&back, &phrase("the third one"), Cost::floor()).expect("set");
    assert!(recover(&home.path, &code).is_ok() && open(&home.path, &phrase("the third one")).is_ok());

    // A new code: the old one opens nothing.
    assert!(matches!(file.set_recovery(&back, &phrase("not it")), Err(VaultError::WrongPassphrase)));
    let new = file.set_recovery(&back, &phrase("the third one")).expect("set");
    assert!(matches!(recover(&home.path, &code), Err(VaultError::WrongPassphrase)));
    assert!(recover(&home.path, &new).is_ok() && open(&home.path, &phrase("the third one")).is_ok());
}

#[test]
fn an_old_passphrase_cannot_be_put_back() {
    let (home, keys) = (home(), keys());
    let mut file = create(&home.path, &phrase("the stolen one"), &keys, Cost::floor()).expect("created");
    let old = std::fs::read(&home.path).expect("read");
    file.set_passphrase(&keys, &phrase("the new one"), Cost::floor()).expect("set");
    let mut new = std::fs::read(&home.path).expect("read");
    // A thief who knows the old passphrase puts its slot into the new file, checksum and all.
    new.truncate(new.len() - 32);
    new[27..27 + 101].copy_from_slice(&old[27..27 + 101]);
    checked(&mut new);
    std::fs::write(&home.path, &new).expect("written");
    assert!(matches!(open(&home.path, &phrase("the stolen one")), Err(VaultError::Damaged)));
}

#[test]
fn after_a_rekey_the_old_key_opens_nothing() {
    let (home, mut keys) = (home(), keys());
    let mut file = create(&home.path, &phrase("the first one"), &keys, Cost::floor()).expect("created");
    let paper = file.set_recovery(&keys, &phrase("the first one")).expect("set");
    let old = *keys.casebook.expose();
    let code = file.rekey(&mut keys, &phrase("the second one"), Cost::floor()).expect("done");
    let code = code.expect("a new code, as there was one");
    assert_ne!(keys.casebook.expose(), &old);
    assert!(matches!(recover(&home.path, &paper), Err(VaultError::WrongPassphrase)));

    // A crash now: what the casebook still has under the old key can be opened.
    let (mut back, mut file) = recover(&home.path, &code).expect("opened");
    assert_eq!(all(&back), all(&keys));
    assert_eq!(back.former.as_ref().map(|former| *former.expose()), Some(old));
    let mut again = open(&home.path, &phrase("the second one")).expect("opened").1;
    let second = again.rekey(&mut back, &phrase("x"), Cost::floor());
    assert!(matches!(second, Err(VaultError::RekeyUnfinished)));

    file.finish_rekey(&mut back).expect("saved");
    assert!(open(&home.path, &phrase("the second one")).expect("opened").0.former.is_none());
}

#[test]
fn a_failed_write_changes_nothing() {
    let (home, mut keys) = (home(), keys());
    let mut file = create(&home.path, &phrase("the first one"), &keys, Cost::floor()).expect("created");
    let before = all(&keys);
    // A folder in the way of the new file fails for everybody, root too.
    std::fs::create_dir(home.path.with_file_name(".vault.new")).expect("made");
    assert!(matches!(file.rekey(&mut keys, &phrase("x"), Cost::floor()), Err(VaultError::Io { .. })));
    assert!(file.set_passphrase(&keys, &phrase("x"), Cost::floor()).is_err());
    assert_eq!(all(&keys), before);
    std::fs::remove_dir(home.path.with_file_name(".vault.new")).expect("removed");
    file.save(&keys).expect("saved");
    assert_eq!(all(&open(&home.path, &phrase("the first one")).expect("opened").0), before);
}

/// A vault in memory, with recovery, always the same bytes.
fn bytes() -> Vec<u8> {
    let (keys, mut rng) = (keys(), Bytes::new(&(0..=250).rev().collect::<Vec<u8>>()));
    let code = RecoveryCode::random(&mut rng);
    let phrase = phrase("kolo trava hrnek okno sova most");
    format::Head::sealed([5; 16], &keys.casebook, &phrase, Cost::floor(), Some(&code), &mut rng)
        .and_then(|head| head.with_keys(&keys, &mut rng))
        .expect("sealed")
}

fn checked(bytes: &mut Vec<u8>) {
    use sha2::{Digest as _, Sha256};
    let checksum = Sha256::digest(&bytes[..]);
    bytes.extend_from_slice(&checksum);
}

fn error_of(bytes: &[u8]) -> Option<VaultError> {
    format::Head::parse(bytes).err()
}

/// Golden files only grow: whoever changes the format adds a version and a file, and this one still opens.
#[test]
fn every_version_is_its_golden_file() {
    if std::env::var_os("OPORA_WRITE").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/vault/golden/vault-2.bin");
        std::fs::write(path, bytes()).expect("written");
    }
    for golden in [&include_bytes!("golden/vault-1.bin")[..], include_bytes!("golden/vault-2.bin")] {
        let home = home();
        file::create(&home.path, golden).expect("written");
        let (back, file) = open(&home.path, &phrase("kolo trava hrnek okno sova most")).expect("opened");
        assert_eq!(all(&back), all(&keys()));
        assert_eq!(file.casebook_id(), [5; 16]);
    }
    assert_eq!(bytes(), include_bytes!("golden/vault-2.bin"), "one way to write it");
}

#[test]
fn two_programs_of_one_person_lose_nothing_of_each_other() {
    let (home, mut keys) = (home(), keys());
    let mut file = create(&home.path, &phrase("the first one"), &keys, Cost::floor()).expect("created");
    let (mut others, mut other) = open(&home.path, &phrase("the first one")).expect("opened");
    other.set_passphrase(&others, &phrase("the second one"), Cost::floor()).expect("set");
    other.amend(&mut others, |keys| keys.line_seeds.push(LineSeed::new([7; 32]))).expect("written");
    file.amend(&mut keys, |keys| keys.line_seeds.push(LineSeed::new([8; 32]))).expect("written");
    assert_eq!(keys.line_seeds.len(), 3, "both seeds, and the passphrase of the other");
    assert_eq!(all(&open(&home.path, &phrase("the second one")).expect("opened").0), all(&keys));

    // After a theft the vault has another key: the program that still has the former one changes nothing.
    other.rekey(&mut others, &phrase("the third one"), Cost::floor()).expect("done");
    assert_eq!(others.line_seeds.len(), 3);
    assert!(file.amend(&mut keys, |keys| keys.line_seeds.clear()).is_err());
    assert_eq!(all(&open(&home.path, &phrase("the third one")).expect("opened").0), all(&others));
}

#[test]
fn a_file_cut_anywhere_is_damaged() {
    let whole = include_bytes!("golden/vault-1.bin");
    for end in 0..whole.len() {
        assert!(matches!(error_of(&whole[..end]), Some(VaultError::Damaged)), "{end}");
    }
    let mut longer = whole.to_vec();
    longer.push(0);
    assert!(matches!(error_of(&longer), Some(VaultError::Damaged)));
}

#[test]
fn a_flipped_bit_is_noticed_before_any_work() {
    let whole = include_bytes!("golden/vault-1.bin");
    for at in 0..whole.len() {
        let mut flipped = whole.to_vec();
        flipped[at] ^= 1 << (at % 8);
        let error = error_of(&flipped).expect("refused");
        let newer = matches!(error, VaultError::Newer(_)) && (8..10).contains(&at);
        assert!(newer || matches!(error, VaultError::Damaged), "{at}: {error}");
    }
}

#[test]
fn a_hand_made_file_is_refused_for_what_it_is() {
    let golden = include_bytes!("golden/vault-1.bin");
    let (slot, cost) = (27 + 101, 27 + 101 + 1);
    for (case, at, value, expected) in [
        ("too much memory", cost, 0x7f, "the cost of the vault is outside its bounds"),
        ("too little memory", cost + 1, 0, "the cost of the vault is outside its bounds"),
        ("too many passes", cost + 4, 1, "the cost of the vault is outside its bounds"),
        ("too few passes", cost + 7, 2, "the cost of the vault is outside its bounds"),
        ("two lanes", cost + 11, 2, "the cost of the vault is outside its bounds"),
        ("another slot", slot, 3, "the vault is damaged"),
        ("no slots", 26, 0, "the vault is damaged"),
        ("three slots", 26, 3, "the vault is damaged"),
        ("a cost for recovery", 28, 1, "the vault is damaged"),
        ("another length", 27 + 202 + 24, 1, "the vault is damaged"),
        ("version 0", 9, 0, "the vault is damaged"),
        ("version 2", 9, 2, "the vault is of version 2, which this opora does not know"),
    ] {
        let mut bytes = golden[..golden.len() - 32].to_vec();
        bytes[at] = value;
        checked(&mut bytes);
        assert_eq!(error_of(&bytes).map(|error| error.to_string()).as_deref(), Some(expected), "{case}");
    }
}

/// Every byte is authenticated by what is sealed after it, not only by the checksum, which anybody can make.
#[test]
fn no_part_of_the_file_can_be_changed_by_who_makes_a_new_checksum() {
    let golden = include_bytes!("golden/vault-1.bin");
    let keys = keys();
    // V is known here, so that each case costs no second: what the slots are bound to is shown with the keys.
    for at in (10..golden.len() - 32).step_by(7) {
        let mut bytes = golden[..golden.len() - 32].to_vec();
        bytes[at] ^= 1;
        checked(&mut bytes);
        let Ok((head, sealed)) = format::Head::parse(&bytes) else { continue };
        assert!(sealed.open(&keys.casebook, head.casebook_id()).is_err(), "{at}");
    }
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_no_vault_and_no_panic(bytes in proptest::collection::vec(proptest::arbitrary::any::<u8>(), 0..400)) {
        let mut made = b"oporavlt\x00\x01".to_vec();
        made.extend_from_slice(&bytes);
        checked(&mut made);
        for bytes in [&bytes, &made] {
            if let Ok((head, sealed)) = format::Head::parse(bytes) {
                proptest::prop_assert!(sealed.open(&Secret::new([0; 32]), head.casebook_id()).is_err());
            }
        }
        _ = Keys::read(&bytes, &Secret::new([0; 32]));
    }
}

#[test]
fn every_refusal_has_its_sentence_in_both_languages() {
    use crate::sealing::card::CardError;
    let vault = [
        VaultError::Missing,
        VaultError::Exists,
        VaultError::WrongPassphrase,
        VaultError::NoRecovery,
        VaultError::RekeyUnfinished,
        VaultError::Damaged,
        VaultError::Newer(2),
        VaultError::Bounds,
        VaultError::NoMemory,
        VaultError::Io { doing: "", path: PathBuf::new(), source: std::io::ErrorKind::Other.into() },
    ];
    let card = [
        CardError::Signature,
        CardError::Form,
        CardError::Expired,
        CardError::TooLong,
        CardError::Older,
        CardError::Relay,
        CardError::NoKey,
    ];
    let keeper = [KeeperError::NotKeeper, KeeperError::OldCard, KeeperError::NoRelay];
    let ids = vault.iter().map(VaultError::text_id).chain(card.map(CardError::text_id));
    let ids =
        ids.chain(keeper.map(KeeperError::text_id)).chain([Weak::Short(1), Weak::Common].map(Weak::text_id));
    let (english, czech) =
        (include_str!("../../locales/en/vault.ftl"), include_str!("../../locales/cs/vault.ftl"));
    for id in ids {
        let is_there = |text: &str| text.lines().any(|line| line.starts_with(&format!("{id} =")));
        assert!(is_there(english) && is_there(czech), "{id}");
    }
}

//! Ids that follow from other values by a labelled hash. None of them opens anything, so relay and journal make and
//! check them without naming `sealing`.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use super::chain::Hash;
use super::encoding::domain;
use super::id::{ConversationId, EntryId, KeyId};

/// Returns the id of a line key: SHA-256(D("line key") ‖ pub)[..16].
pub fn line_key_id(public: &[u8; 65]) -> KeyId {
    KeyId(first_16(&labelled("line key", public)))
}

/// Returns the id of a conversation's contact row: HMAC-SHA-256(storage key, D("contact") ‖ conv)[..16]. It dies with
/// the storage key, so that no transcript leads to a row.
pub fn contact_id(storage_key: &[u8; 32], conv: ConversationId) -> EntryId {
    // HMAC takes keys of any length, so this cannot fail.
    let mac = Hmac::<Sha256>::new_from_slice(storage_key).map(|mut mac| {
        mac.update(&domain("contact"));
        mac.update(conv.as_bytes());
        mac.finalize().into_bytes().into()
    });
    EntryId(first_16(&mac.unwrap_or_default()))
}

/// Returns the id of a quarter of an hour: SHA-256(D("interval") ‖ u64 start)[..16], `start` in milliseconds since 1970.
pub fn interval_id(start: u64) -> EntryId {
    EntryId(first_16(&labelled("interval", &start.to_be_bytes())))
}

/// Returns what the relay keeps of a resume token: SHA-256(D("token") ‖ token).
pub fn token_hash(token: &[u8; 32]) -> Hash {
    Hash(labelled("token", token))
}

fn labelled(label: &str, bytes: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(domain(label)).chain_update(bytes).finalize().into()
}

fn first_16(hash: &[u8; 32]) -> [u8; 16] {
    let mut id = [0; 16];
    id.copy_from_slice(&hash[..16]);
    id
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sealing::tests::{hex, hex_array, vectors};

    #[test]
    fn the_formulas_are_the_vectors() {
        let vectors = vectors();
        let contact = &vectors["house"]["contact"];
        let conv = ConversationId(hex_array(&contact["conv"]));
        let id = contact_id(&hex_array(&contact["storage_key"]), conv);
        assert_eq!(id.as_bytes(), hex(&contact["id"]));
        let interval = &vectors["house"]["interval"];
        let start = interval["start"].as_u64().expect("a time");
        assert_eq!(interval_id(start).as_bytes(), hex(&interval["id"]));
        let token = &vectors["token"];
        assert_eq!(token_hash(&hex_array(&token["token"])).as_bytes(), hex(&token["token_hash"]));
        let line = &vectors["line"];
        assert_eq!(line_key_id(&hex_array(&line["pub"])).as_bytes(), hex(&line["key_id"]));
    }
}

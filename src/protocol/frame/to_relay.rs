//! What a client may say to the relay.

use serde::{Deserialize, Serialize};

use crate::conversation::chain::Hash;
use crate::conversation::event::Seal;
use crate::conversation::event::data::{bytes48, bytes64, bytes65};
use crate::conversation::strict::{integer, present, present_integer};
use crate::conversation::{Account, ConversationId, EntryId, KeyId, Kind, Log, Role, Seq, Tag};

/// What a client may say to the relay: one JSON object in one text message of at most [`super::limits::MESSAGE`] bytes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "t", rename_all = "snake_case", deny_unknown_fields)]
pub enum ToRelay {
    /// A child begins; answered by `welcome` and entry 1. The same fields again give the same `welcome`.
    Open {
        /// Random, not zero.
        conv: ConversationId,
        /// SHA-256(D("token") ‖ token).
        token_hash: Hash,
        /// A language tag.
        lang: String,
        /// K, sealed to one or two line keys.
        seals: Vec<Seal>,
        /// The ticket of a talk that was left within 10 minutes.
        #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
        after: Option<EntryId>,
        /// The work that `hello` asked for.
        #[serde(default, deserialize_with = "present_integer", skip_serializing_if = "Option::is_none")]
        work: Option<u64>,
    },
    /// A child comes back.
    Resume {
        /// Its conversation.
        conv: ConversationId,
        /// Its token.
        token: Hash,
        /// The last talk number it holds.
        #[serde(deserialize_with = "integer")]
        have: Seq,
    },
    /// A child leaves; the relay says `goodbye`.
    Leave {
        /// Its conversation.
        conv: ConversationId,
    },
    /// A child wants its words erased.
    Forget {
        /// Its conversation.
        conv: ConversationId,
    },
    /// An account proves itself.
    Login {
        /// The name dialled.
        host: String,
        /// The identity key.
        key: Hash,
        /// Ed25519 over D("login") ‖ LP(host) ‖ nonce ‖ key.
        #[serde(with = "bytes64")]
        sig: [u8; 64],
    },
    /// A new account joins with an invitation's one-time key.
    Join {
        /// The name dialled.
        host: String,
        /// The invitation's public key.
        invite: Hash,
        /// The new identity key.
        key: Hash,
        /// The new box key.
        #[serde(rename = "box", with = "bytes65")]
        box_key: [u8; 65],
        /// Ed25519 by the invitation's key over D("join") ‖ LP(host) ‖ nonce ‖ key ‖ box.
        #[serde(with = "bytes64")]
        sig: [u8; 64],
    },
    /// Asks for the entries of a conversation after those held, then live.
    Watch {
        /// The conversation.
        conv: ConversationId,
        /// The last talk number held.
        #[serde(deserialize_with = "integer")]
        talk: Seq,
        /// The last desk number held.
        #[serde(deserialize_with = "integer")]
        desk: Seq,
    },
    /// Ends a watch.
    Unwatch {
        /// The conversation.
        conv: ConversationId,
    },
    /// Adds one event. `id` may come again with the same bytes; `expect` is the head on which the writer decided.
    Append {
        /// Random, the writer's.
        id: EntryId,
        /// The conversation.
        conv: ConversationId,
        /// Which log.
        log: Log,
        /// What kind.
        kind: Kind,
        /// JSON in a string.
        data: String,
        /// The head of that log the writer decided on.
        #[serde(default, deserialize_with = "present_integer", skip_serializing_if = "Option::is_none")]
        expect: Option<Seq>,
    },
    /// Something that need not last; a wrong one is dropped in silence.
    Signal {
        /// The conversation.
        conv: ConversationId,
        /// What.
        kind: ClientSignal,
    },
    /// A supervisor invites an account.
    Invite {
        /// The one-time public key.
        #[serde(rename = "pub")]
        public: Hash,
        /// The account's name.
        name: Account,
        /// Its role.
        role: Role,
        /// Until when, in milliseconds since 1970.
        #[serde(deserialize_with = "integer")]
        until: u64,
    },
    /// A supervisor hands a key to an account, sealed to its box.
    Grant {
        /// The account.
        account: Account,
        /// The key's id.
        key: KeyId,
        /// HPKE's encapsulated key.
        #[serde(with = "bytes65")]
        enc: [u8; 65],
        /// The sealed key.
        #[serde(with = "bytes48")]
        ct: [u8; 48],
    },
    /// A supervisor cuts an account or invitation off.
    Revoke {
        /// Its name.
        account: Account,
    },
    /// A supervisor brings a new line card.
    Card {
        /// Its text.
        card: String,
        /// The root's signature.
        #[serde(with = "bytes64")]
        sig: [u8; 64],
    },
    /// Asks what was agreed under a phrase's tag.
    Find {
        /// The tag.
        tag: Tag,
    },
    /// A supervisor asks for contact rows and intervals of a half-open time.
    Rows {
        /// From, in milliseconds since 1970.
        #[serde(deserialize_with = "integer")]
        from: u64,
        /// To, exclusive.
        #[serde(deserialize_with = "integer")]
        to: u64,
        /// The last `more`.
        #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
        after: Option<String>,
    },
    /// Asks for the whole queue again. Braces, because a tagged unit variant would let unknown fields through.
    Sync {},
    /// Asks for a `pong`.
    Ping {
        /// Comes back.
        #[serde(deserialize_with = "integer")]
        n: u64,
    },
}

/// What a client may signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum ClientSignal {
    Typing,
    Idle,
    Hidden,
}

impl ToRelay {
    /// Parses one message strictly.
    ///
    /// # Errors
    /// Returns the reason, which never echoes a value: the frame is a `bad_frame`.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        crate::conversation::strict::parse(text)
    }

    /// Returns its `t`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Open { .. } => "open",
            Self::Resume { .. } => "resume",
            Self::Leave { .. } => "leave",
            Self::Forget { .. } => "forget",
            Self::Login { .. } => "login",
            Self::Join { .. } => "join",
            Self::Watch { .. } => "watch",
            Self::Unwatch { .. } => "unwatch",
            Self::Append { .. } => "append",
            Self::Signal { .. } => "signal",
            Self::Invite { .. } => "invite",
            Self::Grant { .. } => "grant",
            Self::Revoke { .. } => "revoke",
            Self::Card { .. } => "card",
            Self::Find { .. } => "find",
            Self::Rows { .. } => "rows",
            Self::Sync {} => "sync",
            Self::Ping { .. } => "ping",
        }
    }

    /// Writes the message.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

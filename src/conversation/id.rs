//! The names of things: conversations, entries, keys, accounts. All cross the wire as strings.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::encoding::{b64, unb64};

/// Defines a fixed number of bytes that is b64 on the wire and shows only its first letters in logs.
macro_rules! bytes_newtype {
    ($(#[$doc:meta])* $name:ident, $length:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $length]);

        impl $name {
            /// Reads the b64 spelling; `None` if it is not exactly this many bytes in the one allowed spelling.
            pub fn parse(text: &str) -> Option<Self> {
                unb64(text)?.try_into().ok().map(Self)
            }

            /// Returns the bytes.
            pub fn as_bytes(&self) -> &[u8] {
                &self.0
            }

            /// Returns the b64 spelling, whole.
            pub fn to_b64(&self) -> String {
                b64(&self.0)
            }
        }

        impl fmt::Display for $name {
            /// Shows the first four letters only: full ids do not belong in logs.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.to_b64()[..4])
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({}…)"), self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.to_b64())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(&text).ok_or_else(|| de::Error::custom(concat!("not a ", stringify!($name))))
            }
        }
    };
}
pub(crate) use bytes_newtype;

bytes_newtype!(
    /// A conversation: 16 random bytes drawn by the page. Zero is the house.
    ConversationId, 16
);
bytes_newtype!(
    /// An entry's id: 16 random bytes drawn by its writer, the same in every repeat of the append.
    EntryId, 16
);
bytes_newtype!(
    /// The id of a line key or house key: the first 16 bytes of a labelled hash of it.
    KeyId, 16
);
bytes_newtype!(
    /// What an agreed phrase folds to under a house key.
    Tag, 16
);
bytes_newtype!(
    /// One run of one writer: 8 random bytes per page load or console run, within which `n` counts.
    Pen, 8
);

impl ConversationId {
    /// The house: the log of the team, which no child has.
    pub const HOUSE: Self = Self([0; 16]);

    /// Whether this is the house and not a child's conversation.
    pub fn is_house(&self) -> bool {
        *self == Self::HOUSE
    }
}

/// A counsellor's or supervisor's account: the name it was invited under, unique for ever, 1 to 64 bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Account(String);

impl Account {
    /// Accepts a name of 1 to 64 bytes without control characters and without space at its ends.
    pub fn parse(name: &str) -> Option<Self> {
        let fits = (1..=64).contains(&name.len()) && name.trim() == name && !name.contains(char::is_control);
        fits.then(|| Self(name.to_owned()))
    }

    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Account({})", self.0)
    }
}

impl<'de> Deserialize<'de> for Account {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("not an account name"))
    }
}

/// What an account may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Takes and answers children.
    Counsellor,
    /// Also sees every conversation, hands out children and keeps the house.
    Supervisor,
}

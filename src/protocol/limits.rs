//! Sizes that are part of the protocol itself. Rates, times and counts are settings with these defaults (`config`).

/// The HTTP head: 16 KiB and 64 headers, within 5 s of accept.
pub const HEAD_BYTES: usize = 16 * 1024;
/// How many headers a request may have.
pub const HEADERS: usize = 64;
/// A message to the relay before proof, fragments joined.
pub const MESSAGE_BEFORE_PROOF: usize = 4 * 1024;
/// A message to the relay after proof, fragments joined.
pub const MESSAGE: usize = 32 * 1024;
/// A message to a client.
pub const MESSAGE_TO_CLIENT: usize = 1024 * 1024;
/// One person's text, in bytes of UTF-8; in characters it is a setting that clients check.
pub const TEXT_BYTES: usize = 8000;
/// `data` of one entry, in bytes.
pub const DATA_BYTES: usize = 12_000;
/// Entries of one log of a conversation; the house has no limit.
pub const ENTRIES: u64 = 5000;
/// Names and codes, in bytes.
pub const NAME_BYTES: usize = 64;
/// How long an honest client stays silent: it pings every 20 s.
pub const PING: std::time::Duration = std::time::Duration::from_secs(20);
/// After this long without anything from the relay a client drops the socket.
pub const SILENCE: std::time::Duration = std::time::Duration::from_secs(45);
/// The most bits of work a relay asks for.
pub const WORK_BITS: u32 = 16;

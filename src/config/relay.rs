//! The relay's settings: `relay.toml`. Sizes, rates and times are those of the protocol's page; tests shorten them.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use super::address::is_host;
use super::read::{self, Reader, settings};
use super::value::{any, between, languages, one_of};
use super::{ConfigErrors, Hours, Layers, Loaded, Must, Rate, WebOrigin, WebUrl};

settings! {
    /// Settings of the relay.
    Relay at "" {
        /// The address and port it listens on.
        listen: SocketAddr = "127.0.0.1:8787", any();
        /// Scheme, host and port under which children reach it; nothing means the listening address.
        public_url: Option<WebOrigin> = "", any();
        /// Further names it answers to, beside those of `public_url` and `listen`.
        hosts: Vec<String> = "", any();
        /// Proxies whose `X-Forwarded-For` counts.
        behind_proxy: Vec<IpAddr> = "", any();
        /// The folder of journal and shelf.
        data: PathBuf = "/var/lib/opora", any();
        /// Certificate chain, PEM; with it the relay speaks TLS itself.
        tls_cert: Option<PathBuf> = "", any();
        /// The certificate's private key, PEM: the name of the file, never the key.
        tls_key: Option<PathBuf> = "", any();
        /// How much is written to the log, never words, handles or addresses.
        log_level: String = "info", one_of(&["error", "warn", "info", "debug", "trace"]);
        | page: Page;
        | queue: Queue;
        | limits: Limits;
        | keep: Keep;
        | hours: Hours;
        | metrics: Metrics;
    }
}

settings! {
    /// The child's page.
    Page at "page." {
        /// Languages of the page, the first being shown where the browser asks for another.
        languages: Vec<String> = "cs, en", languages();
        /// A folder with `LANGUAGE.ftl`, further languages or other words of the page, and `resources.toml`, other help.
        folder: Option<PathBuf> = "", any();
        /// What stands in the tab: nothing that tells.
        title: String = "Chat", any();
        /// The telephone number that is always in view.
        phone: String = "116 111", any();
        /// Pages from which children may connect; nothing means that of `public_url`, else of `listen`.
        origins: Vec<WebOrigin> = "", any();
        /// Where *Leave this page* leads: something everyday.
        exit_url: WebUrl = "https://www.chmi.cz/", any();
        /// Age bands that are offered, codes of the taxonomy.
        ages: Vec<String> = "a9_11, a12_14, a15_17, a18", any();
    }
}

settings! {
    /// The queue and its goals.
    Queue at "queue." {
        /// A child should be answered within this time.
        target: Duration = "5m", between("10s", "1h");
        /// So many of a hundred should be.
        goal: u8 = "80", between("1", "100");
        /// At most so many of a hundred should give up.
        abandoned: u8 = "8", between("0", "100");
        /// How many children one counsellor has at once.
        places: u8 = "3", between("1", "9");
        /// What a child may say (feeling or topic family) that counts as having waited longer by `urgent_ahead`.
        urgent: Vec<String> = "very_bad, violence, missing", any();
        /// How much longer the urgent count as waiting.
        urgent_ahead: Duration = "15m", between("0s", "2h");
        /// How much longer a child counts as waiting that was released, moved up or came back by ticket.
        returned_ahead: Duration = "1d", between("0s", "7d");
        /// At most so often a child is told its place.
        place_every: Duration = "15s", between("100ms", "5m");
    }
}

settings! {
    /// Limits on sizes, rates and times of connections; a refusal names the one it met.
    Limits at "limits." {
        /// Head of an HTTP request, bytes.
        head_bytes: usize = "16384", between("1024", "65536");
        /// Headers of an HTTP request.
        head_fields: usize = "64", between("8", "256");
        /// Time for the head, from accept.
        head_time: Duration = "5s", between("100ms", "1m");
        /// One text, Unicode scalar values; clients check.
        message_chars: usize = "2000", between("100", "8000");
        /// One text, bytes.
        message_bytes: usize = "8000", between("400", "8000");
        /// One websocket message before proof, its fragments joined, bytes.
        unproven_bytes: usize = "4096", between("1024", "32768");
        /// One websocket message after proof, its fragments joined, bytes.
        frame_bytes: usize = "32768", between("16384", "65536");
        /// One websocket message to a client, bytes.
        client_bytes: usize = "1048576", between("65536", "1048576");
        /// A websocket's read buffer, bytes.
        read_buffer: usize = "1024", between("1024", "65536");
        /// A websocket's write buffer, bytes.
        write_buffer: usize = "16384", between("1024", "65536");
        /// The most a websocket's write buffer may hold, bytes.
        max_write: usize = "1048576", between("65536", "4194304");
        /// The data of one entry, bytes.
        data_bytes: usize = "12000", between("9000", "12000");
        /// Entries of one log of a conversation; the house has no limit.
        log_entries: usize = "5000", between("10", "5000");
        /// Time to prove oneself after the upgrade.
        proof_time: Duration = "10s", between("100ms", "1m");
        /// The same while work is asked for.
        work_time: Duration = "60s", between("100ms", "5m");
        /// Refused tries before proof, after which the next closes the socket.
        tries: u32 = "5", between("1", "20");
        /// Appends of a child, repeats too.
        child_appends: Rate = "1/s, burst 10", any();
        /// Appends of a desk connection, repeats too.
        desk_appends: Rate = "10/s, burst 40", any();
        /// Signals of a child; what is more is dropped.
        child_signals: Rate = "1/2s", any();
        /// Conversations one connection watches.
        watched: usize = "40", between("1", "200");
        /// Sockets of children from one address (a /64 in IPv6); a school is one address.
        sockets_per_address: usize = "60", between("1", "1000");
        /// Conversations opened from one address.
        opens: Rate = "10/min, burst 20", any();
        /// Children waiting at once.
        waiting: usize = "500", between("1", "10000");
        /// Sockets in all.
        sockets: usize = "4000", between("10", "50000");
        /// Of these, so many only for the desk.
        desk_sockets: usize = "200", between("1", "5000");
        /// Sockets of one account.
        sockets_per_account: usize = "3", between("1", "10");
        /// Failed logins from one address.
        failed_logins: Rate = "10/min", any();
        /// How long such an address is put off.
        failed_pause: Duration = "60s", between("100ms", "1h");
        /// `bad_frame` and `not_allowed` on one socket before it is closed.
        refusals: Rate = "20/min", any();
        /// Websocket pings on one socket before it is closed.
        pings: Rate = "10/s", any();
        /// Conversations opened in all, above which work is asked for.
        work_above: Rate = "60/min", any();
        /// Bits of work, at most.
        work_bits: u8 = "16", between("1", "16");
        /// How long an address is asked for work after a talk was closed as misuse.
        misuse_time: Duration = "1h", between("0s", "1d");
        /// A socket without any message for so long is closed.
        silence: Duration = "60s", between("500ms", "10m");
        /// An account without sockets for so long is away.
        away: Duration = "30s", between("100ms", "10m");
        /// After so long without sockets anybody may claim its children.
        takeover: Duration = "2m", between("200ms", "1h");
        /// Live messages that wait for one slow socket.
        live_frames: usize = "256", between("16", "4096");
        /// The same in bytes.
        live_bytes: usize = "1048576", between("65536", "4194304");
        /// Entries read from the journal at a time in a replay.
        replay_batch: usize = "64", between("1", "512");
        /// Rows or entries in one answer to `find` or `rows`.
        answer_rows: usize = "500", between("1", "500");
        /// How long an append waits for others to share its fsync.
        gather: Duration = "2ms", between("0s", "20ms");
        /// How long the lock of a dying relay is waited for.
        lock_wait: Duration = "5s", between("0s", "1m");
    }
}

settings! {
    /// How long things are kept; shorter is safer.
    Keep at "keep." {
        /// Words after `archived`, or after a child left unclaimed.
        words: Duration = "24h", between("1s", "30d");
        /// Ended talks nobody archived: supervisors are told after this time.
        told: Duration = "72h", between("1s", "30d");
        /// Ended talks nobody archived: erased after this time.
        longest: Duration = "30d", between("1s", "30d");
        /// Contact rows without words.
        rows: Duration = "2y", between("1d", "5y");
        /// A child that is gone so long has left.
        absence: Duration = "10m", between("200ms", "1h");
        /// After the end a child may rate or delete for so long.
        feedback: Duration = "30m", between("200ms", "1d");
        /// After leaving, a child that comes back in the same tab is taken first for so long.
        ticket: Duration = "10m", between("200ms", "1h");
        /// A talk in which life was in danger waits for its holder so long before it is erased.
        danger: Duration = "30d", between("1s", "30d");
        /// Consoles are told so long that a talk was forgotten.
        erased: Duration = "30d", between("1d", "90d");
        /// What was agreed with a child who may return.
        agreed: Duration = "1y", between("1d", "2y");
        /// Announcements and hand-over notes, at most.
        notes: Duration = "7d", between("1h", "30d");
        /// After a restart, times that were running have at least so long left.
        restart: Duration = "2m", between("0s", "1h");
    }
}

settings! {
    /// Numbers for machines.
    Metrics at "metrics." {
        /// Addresses that may read `/metrics`.
        allow: Vec<IpAddr> = "127.0.0.1", any();
    }
}

impl Relay {
    /// Lays the layers over each other.
    pub fn load(layers: &Layers) -> Result<Loaded<Relay>, ConfigErrors> {
        read::load(layers, Relay::read_whole)
    }

    fn read_whole(reader: &mut Reader<'_>) -> Relay {
        let relay = Relay::read(reader);
        let both = relay.tls_cert.is_some() == relay.tls_key.is_some();
        let key = if relay.tls_cert.is_some() { "tls_key" } else { "tls_cert" };
        if !both {
            reader.refuse(key, Must::Be("path"));
        }
        if relay.hosts.iter().any(|host| !is_host(host)) {
            reader.refuse("hosts", Must::Be("host"));
        }
        if relay.limits.desk_sockets >= relay.limits.sockets {
            reader.refuse(
                "limits.desk_sockets",
                Must::Between("1".to_owned(), (relay.limits.sockets - 1).to_string()),
            );
        }
        relay
    }

    /// Returns the origins from which children may connect, once the listening address is known.
    pub fn origins(&self, bound: SocketAddr) -> BTreeSet<WebOrigin> {
        let mut origins: BTreeSet<WebOrigin> = self.page.origins.iter().cloned().collect();
        if !origins.is_empty() {
            return origins;
        }
        match &self.public_url {
            Some(public) => {
                origins.insert(public.clone());
            }
            None => {
                let plain = WebOrigin::plain(bound);
                if bound.ip().is_loopback() {
                    origins.extend(LOOPBACK.map(|host| plain.with_host(host)));
                }
                origins.insert(plain);
            }
        }
        origins
    }

    /// Returns the names this relay answers to, once the listening address is known.
    pub fn host_names(&self, bound: SocketAddr) -> BTreeSet<String> {
        let mut names: BTreeSet<String> = self.hosts.iter().cloned().collect();
        names.extend(self.public_url.iter().map(|public| public.host().to_owned()));
        if bound.ip().is_loopback() {
            names.extend(LOOPBACK.map(str::to_owned));
        } else if !bound.ip().is_unspecified() {
            names.insert(bound.ip().to_string());
        }
        names
    }
}

/// What a relay on loopback also answers to.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

//! Addresses in settings, parsed once so that comparing them later is comparing values.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

/// Scheme, host and port of a page: what a browser sends as `Origin`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WebOrigin {
    is_secure: bool,
    host: String,
    port: u16,
}

impl WebOrigin {
    /// Returns the origin of a page that this machine serves without TLS at an address.
    pub fn plain(address: SocketAddr) -> WebOrigin {
        WebOrigin { is_secure: false, host: address.ip().to_string(), port: address.port() }
    }

    /// Returns the same origin under another host name.
    pub fn with_host(&self, host: &str) -> WebOrigin {
        WebOrigin { host: host.to_owned(), ..self.clone() }
    }

    /// Reads the value of an `Origin` header: exact, with nothing behind it. `null` is none.
    pub fn from_header(header: &str) -> Option<WebOrigin> {
        let (is_secure, rest) = match (header.strip_prefix("https://"), header.strip_prefix("http://")) {
            (Some(rest), _) => (true, rest),
            (_, Some(rest)) => (false, rest),
            _ => return None,
        };
        let (host, port) = host_and_port(rest)?;
        Some(WebOrigin { is_secure, host, port: port.unwrap_or(if is_secure { 443 } else { 80 }) })
    }

    /// Whether it is reached by TLS.
    pub fn is_secure(&self) -> bool {
        self.is_secure
    }

    /// Returns the host: a name in lower case or an address, without brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Returns the port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Returns the address under which a websocket of this host is reached: `wss://chat.example.cz`.
    pub fn socket(&self) -> String {
        format!("{}://{}", if self.is_secure { "wss" } else { "ws" }, self.authority())
    }

    fn authority(&self) -> String {
        let usual = if self.is_secure { 443 } else { 80 };
        authority(&self.host, (self.port != usual).then_some(self.port))
    }
}

impl FromStr for WebOrigin {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        WebOrigin::from_header(text.strip_suffix('/').unwrap_or(text)).ok_or(())
    }
}

impl fmt::Display for WebOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", if self.is_secure { "https" } else { "http" }, self.authority())
    }
}

/// A page elsewhere that may be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebUrl(String);

impl WebUrl {
    /// Returns the address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for WebUrl {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let rest = text.strip_prefix("https://").ok_or(())?;
        let (host, _) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '\'' | '<' | '>' | '\\' | '`');
        match host_and_port(host).is_some() && rest.chars().all(plain) {
            true => Ok(WebUrl(text.to_owned())),
            false => Err(()),
        }
    }
}

impl fmt::Display for WebUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A relay as a console dials it: `wss://host[:port]`, without TLS only on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelayUrl {
    is_secure: bool,
    host: String,
    port: Option<u16>,
}

impl RelayUrl {
    /// Whether it is dialled by TLS.
    pub fn is_secure(&self) -> bool {
        self.is_secure
    }

    /// Returns the host dialled: a name in lower case or an address, without brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Returns the port dialled.
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(if self.is_secure { 443 } else { 80 })
    }

    /// Whether the relay runs on this machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.host)
    }
}

impl FromStr for RelayUrl {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let text = text.strip_suffix('/').unwrap_or(text);
        let (is_secure, rest) = match (text.strip_prefix("wss://"), text.strip_prefix("ws://")) {
            (Some(rest), _) => (true, rest),
            (_, Some(rest)) => (false, rest),
            _ => return Err(()),
        };
        let (host, port) = host_and_port(rest).ok_or(())?;
        if is_secure || is_loopback(&host) { Ok(RelayUrl { is_secure, host, port }) } else { Err(()) }
    }
}

impl fmt::Display for RelayUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", if self.is_secure { "wss" } else { "ws" }, authority(&self.host, self.port))
    }
}

/// Whether a name of this kind can be one of a relay's own: lower-case ASCII without port, brackets or final dot.
pub(super) fn is_host(host: &str) -> bool {
    if host.parse::<IpAddr>().is_ok() {
        return true;
    }
    let fits = |label: &str| {
        let inside = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        !label.is_empty()
            && label.len() <= 63
            && label.chars().all(inside)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    host.len() <= 253 && host.split('.').all(fits)
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn authority(host: &str, port: Option<u16>) -> String {
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    port.map_or_else(|| host.clone(), |port| format!("{host}:{port}"))
}

/// Reads `host`, `host:port`, `[::1]:port`; nothing may stand behind.
fn host_and_port(text: &str) -> Option<(String, Option<u16>)> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, behind) = rest.split_once(']')?;
            host.parse::<std::net::Ipv6Addr>().ok()?;
            let port = if behind.is_empty() { None } else { Some(behind.strip_prefix(':')?) };
            (host, port)
        }
        None => match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        },
    };
    let digits = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit()).then(|| port.parse().ok())?;
    let port = match port {
        None => None,
        Some(port) => Some(digits(port)?),
    };
    is_host(host).then(|| (host.to_owned(), port))
}

//! Where a relay is, as a person writes it.

/// Where a relay is: what is dialled, and the name that logins and cards are held to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// `ws` or `wss`.
    pub is_tls: bool,
    /// The name, lower case, without port, brackets or final dot.
    pub host: String,
    /// The port.
    pub port: u16,
}

/// An address that no relay can have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadAddress {
    /// Not `ws://…` or `wss://…`.
    #[error("an address begins with wss:// (or ws:// on this computer)")]
    Scheme,
    /// Something after the host and port, or none of them.
    #[error("an address is a name and a port, nothing more")]
    Shape,
    /// `ws://` to another computer.
    #[error("without TLS a relay is only reached on this computer")]
    NoTls,
}

impl Address {
    /// Reads `wss://host[:port]`, or `ws://` to loopback.
    ///
    /// # Errors
    /// Fails for every other address.
    pub fn parse(text: &str) -> Result<Self, BadAddress> {
        let text = text.trim();
        let (is_tls, rest) = match (text.strip_prefix("wss://"), text.strip_prefix("ws://")) {
            (Some(rest), _) => (true, rest),
            (None, Some(rest)) => (false, rest),
            (None, None) => return Err(BadAddress::Scheme),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (host, port) = match rest.strip_prefix('[') {
            Some(rest) => {
                let (host, port) = rest.split_once(']').ok_or(BadAddress::Shape)?;
                host.parse::<std::net::Ipv6Addr>().map_err(|_| BadAddress::Shape)?;
                (host, port.strip_prefix(':').or(port.is_empty().then_some("")))
            }
            None => match rest.split_once(':') {
                Some((host, port)) => (host, Some(port).filter(|port| !port.is_empty())),
                None => (rest, Some("")),
            },
        };
        let port = match port.ok_or(BadAddress::Shape)? {
            "" if is_tls => 443,
            "" => 80,
            port => port.parse().map_err(|_| BadAddress::Shape)?,
        };
        let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-.:_".contains(&byte);
        if host.is_empty() || !host.bytes().all(is_name) {
            return Err(BadAddress::Shape);
        }
        let address = Self { is_tls, host, port };
        if is_tls || address.is_loopback() { Ok(address) } else { Err(BadAddress::NoTls) }
    }

    /// Returns whether it is this computer.
    pub fn is_loopback(&self) -> bool {
        let ip = self.host.parse::<std::net::IpAddr>();
        self.host == "localhost" || ip.is_ok_and(|ip| ip.is_loopback())
    }

    /// Returns the host as it stands in an address, and the port unless it is the scheme's own.
    pub fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        match (self.is_tls, self.port) {
            (true, 443) | (false, 80) => host,
            (_, port) => format!("{host}:{port}"),
        }
    }

    /// Returns the address as a line card names it; none on loopback, where the card does not matter.
    pub fn on_card(&self) -> Option<String> {
        (!self.is_loopback()).then(|| format!("wss://{}", self.authority()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_name_and_a_port() {
        for (text, result) in [
            ("wss://chat.example.cz", Ok(("chat.example.cz", 443, "chat.example.cz"))),
            ("wss://Chat.Example.cz.:8443/", Ok(("chat.example.cz", 8443, "chat.example.cz:8443"))),
            ("ws://127.0.0.1:8787", Ok(("127.0.0.1", 8787, "127.0.0.1:8787"))),
            ("ws://[::1]:8787", Ok(("::1", 8787, "[::1]:8787"))),
            ("ws://localhost", Ok(("localhost", 80, "localhost"))),
            ("ws://chat.example.cz", Err(BadAddress::NoTls)),
            ("https://chat.example.cz", Err(BadAddress::Scheme)),
            ("wss://", Err(BadAddress::Shape)),
            ("wss://a b", Err(BadAddress::Shape)),
            ("wss://host/path", Err(BadAddress::Shape)),
            ("wss://host:", Err(BadAddress::Shape)),
            ("wss://host:99999", Err(BadAddress::Shape)),
            ("wss://me@host", Err(BadAddress::Shape)),
        ] {
            let parsed = Address::parse(text);
            let seen = parsed.as_ref().map(|address| (&*address.host, address.port, address.authority()));
            let expected = result.as_ref().map(|(host, port, name)| (*host, *port, (*name).to_owned()));
            assert_eq!(seen, expected, "{text}");
        }
        let card = |text| Address::parse(text).ok().and_then(|address| address.on_card());
        assert_eq!(card("wss://chat.example.cz:443").as_deref(), Some("wss://chat.example.cz"));
        assert_eq!(card("ws://127.0.0.1:8787"), None);
    }
}

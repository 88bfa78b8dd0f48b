//! Fetches the child's page over HTTP, as a browser would get it: one request, nothing followed, nothing kept. It looks
//! at no word of it.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use hyper::client::conn::http1;
use hyper::header::HOST;
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::address::{Address, BadAddress};

/// No page of opora is larger.
const MOST_BYTES: usize = 1024 * 1024;
/// Longer than any honest answer takes.
const TIME: Duration = Duration::from_secs(15);

/// Where a page is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageAddress {
    /// The server.
    pub address: Address,
    /// What is asked of it.
    pub path: String,
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// Nobody answers, or not in time.
    #[error("nobody answers: {0}")]
    Nobody(String),
    /// The connection is not to be trusted.
    #[error("no safe connection: {0}")]
    Tls(String),
    /// Something else than a page comes.
    #[error("it answers {0}")]
    Status(u16),
    /// What comes is no answer, or too large.
    #[error("the answer breaks off or is too large")]
    Broken,
}

impl PageAddress {
    /// Reads `https://host[:port][/path]`, or `http://` to this computer.
    ///
    /// # Errors
    /// Fails for every other address.
    pub fn parse(url: &str) -> Result<Self, BadAddress> {
        let url = url.trim();
        let (scheme, rest) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
            (Some(rest), _) => ("wss", rest),
            (None, Some(rest)) => ("ws", rest),
            (None, None) => return Err(BadAddress::Scheme),
        };
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let address = Address::parse(&format!("{scheme}://{authority}"))?;
        if !path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#') {
            return Err(BadAddress::Shape);
        }
        Ok(Self { address, path: if path.is_empty() { "/" } else { path }.to_owned() })
    }

    /// Returns where a relay serves its page.
    pub fn of_relay(address: &Address) -> Self {
        Self { address: address.clone(), path: "/".to_owned() }
    }
}

/// Fetches a page.
///
/// # Errors
/// Fails as [`FetchError`] says.
pub async fn fetch(page: &PageAddress) -> Result<Vec<u8>, FetchError> {
    let late = |_| FetchError::Nobody("it takes too long".to_owned());
    tokio::time::timeout(TIME, try_fetch(page)).await.map_err(late)?
}

async fn try_fetch(page: &PageAddress) -> Result<Vec<u8>, FetchError> {
    let address = &page.address;
    let nobody = |error: std::io::Error| FetchError::Nobody(error.to_string());
    let stream = TcpStream::connect((address.host.as_str(), address.port)).await.map_err(nobody)?;
    if !address.is_tls {
        return ask(stream, page).await;
    }
    let tls = |error: &dyn std::fmt::Display| FetchError::Tls(error.to_string());
    let name = rustls_pki_types::ServerName::try_from(address.host.clone()).map_err(|error| tls(&error))?;
    let connector = TlsConnector::from(Arc::new(trusting_the_system().map_err(|error| tls(&error))?));
    let stream = connector.connect(name, stream).await.map_err(|error| tls(&error))?;
    ask(stream, page).await
}

/// Trusts whom the system trusts, as the link does.
fn trusting_the_system() -> Result<rustls::ClientConfig, rustls::Error> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config =
        rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

async fn ask<S>(stream: S, page: &PageAddress) -> Result<Vec<u8>, FetchError>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let (mut sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|_| FetchError::Broken)?;
    let request = Request::get(page.path.as_str()).header(HOST, page.address.authority());
    let request = request.body(Body::empty()).map_err(|_| FetchError::Broken)?;
    let answer = async {
        let answer = sender.send_request(request).await.map_err(|_| FetchError::Broken)?;
        if answer.status() != StatusCode::OK {
            return Err(FetchError::Status(answer.status().as_u16()));
        }
        let bytes = to_bytes(Body::new(answer.into_body()), MOST_BYTES).await;
        bytes.map(|bytes| bytes.to_vec()).map_err(|_| FetchError::Broken)
    };
    // The connection is driven beside the answer and goes with it: no task is left behind.
    let driving = async {
        // An error there is one of the answer too.
        _ = connection.await;
        std::future::pending::<()>().await;
    };
    tokio::select! {
        answer = answer => answer,
        () = driving => Err(FetchError::Broken),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_an_address_that_is_safe() {
        for (url, result) in [
            ("https://chat.example.cz", Ok(("wss://chat.example.cz:443", "/"))),
            ("https://chat.example.cz:8443/help/?x=1", Ok(("wss://chat.example.cz:8443", "/help/?x=1"))),
            ("http://127.0.0.1:8787/", Ok(("ws://127.0.0.1:8787", "/"))),
            ("http://chat.example.cz/", Err(BadAddress::NoTls)),
            ("wss://chat.example.cz", Err(BadAddress::Scheme)),
            ("chat.example.cz", Err(BadAddress::Scheme)),
            ("https://", Err(BadAddress::Shape)),
            ("https://a/b c", Err(BadAddress::Shape)),
        ] {
            let parsed = PageAddress::parse(url).map(|page| {
                let scheme = if page.address.is_tls { "wss" } else { "ws" };
                (format!("{scheme}://{}:{}", page.address.host, page.address.port), page.path)
            });
            let parsed = parsed.as_ref().map(|(address, path)| (address.as_str(), path.as_str()));
            assert_eq!(parsed, result.as_ref().map(|(address, path)| (*address, *path)), "{url}");
        }
    }
}

//! How connections are made: the proxy, TLS, and what ureq's own connector leaves out.

mod connect;
mod not_connected;
mod proxy;
mod url;

use ureq::Agent;

use crate::error::{Error, Result};

use super::exchange::Settings;

pub(super) use not_connected::NotConnected;
pub(crate) use proxy::{ProxySetting, environment_variable};
pub(crate) use url::{base_url, same_url, wrapping};

/// Whether this build supports TLS.
const HAS_TLS: bool = cfg!(any(feature = "rustls", feature = "native-tls"));

/// What errors say about a setting that needs TLS.
const NO_TLS: &str = "and this build has no TLS: enable the feature `rustls` (or \
                                 `native-tls`) of mistral-connectors";

/// Up to this many threads can share a client without a new connection for every call.
const IDLE_CONNECTIONS: usize = 16;

/// An agent with these settings.
pub(super) fn agent(settings: &Settings) -> Result<Agent> {
    // Plain http is for loopback addresses, unless it is allowed. A proxy is another machine.
    let proxy = if settings.base_url.starts_with("http:") && !settings.allow_insecure_http {
        None
    } else {
        settings.proxy.find()?
    };
    let config = Agent::config_builder()
        .http_status_as_error(false)
        // A redirect would get the API key, and a POST would become a GET.
        .max_redirects(0)
        .max_idle_connections(IDLE_CONNECTIONS)
        .max_idle_connections_per_host(IDLE_CONNECTIONS)
        .user_agent(&settings.user_agent)
        .proxy(proxy);
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    let config = config.tls_config(tls(&settings.root_certificates)?);
    if !HAS_TLS && !settings.root_certificates.is_empty() {
        return Err(Error::config(format!(
            "root_certificate_pem is set, {NO_TLS}"
        )));
    }
    Ok(connect::agent(config.build()))
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
fn tls(root_certificates: &[Vec<u8>]) -> Result<ureq::tls::TlsConfig> {
    use ureq::tls::{PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};

    let invalid = || Error::config("root_certificate_pem contains no valid certificate");
    let mut roots = Vec::new();
    for pem in root_certificates {
        let before = roots.len();
        for item in parse_pem(pem) {
            if let PemItem::Certificate(certificate) = item.map_err(|_| invalid())? {
                roots.push(certificate);
            }
        }
        if roots.len() == before {
            return Err(invalid());
        }
    }
    let roots = if !roots.is_empty() {
        RootCerts::from(roots)
    } else if cfg!(any(feature = "native-tls", feature = "platform-verifier")) {
        RootCerts::PlatformVerifier
    } else {
        RootCerts::WebPki
    };
    let provider = if cfg!(feature = "native-tls") {
        TlsProvider::NativeTls
    } else {
        TlsProvider::Rustls
    };
    Ok(TlsConfig::builder()
        .provider(provider)
        .root_certs(roots)
        .build())
}

//! The proxy that requests go through: the builder's, the environment's, or none.

use std::env::{self, VarError};

use ureq::{Proxy, ProxyProtocol};

use crate::error::{Error, Result};
use crate::secret::Secret;

use super::{HAS_TLS, NO_TLS, url};

/// The first of these that is not empty counts. The order is that of ureq.
const VARIABLES: [&str; 6] = [
    "ALL_PROXY",
    "all_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
];

/// Where the proxy comes from.
#[derive(Clone, Debug, Default)]
pub(crate) enum ProxySetting {
    #[default]
    Environment,
    Url(Secret),
    NoProxy,
}

impl ProxySetting {
    /// The proxy to use. One that cannot be used is an error, because ureq would bypass it.
    pub(super) fn find(&self) -> Result<Option<Proxy>> {
        let (name, url, no_proxy) = match self {
            ProxySetting::NoProxy => return Ok(None),
            ProxySetting::Url(url) => ("proxy", url.expose().to_owned(), None),
            ProxySetting::Environment => match first(&VARIABLES)? {
                Some((name, url)) => (name, url, first(&["NO_PROXY", "no_proxy"])?),
                None => return Ok(None),
            },
        };
        let no_proxy = no_proxy.map_or(String::new(), |(_, hosts)| hosts);
        match parse(&url, &no_proxy) {
            Ok(proxy) => Ok(Some(proxy)),
            // The URL is not shown, because it can contain a password.
            Err(why) => Err(Error::config(format!("{name} {why}"))),
        }
    }
}

/// The first of these variables that is not empty.
fn first(names: &[&'static str]) -> Result<Option<(&'static str, String)>> {
    for name in names {
        if let Some(value) = environment_variable(name)? {
            return Ok(Some((name, value)));
        }
    }
    Ok(None)
}

/// The value of an environment variable that is set and not empty.
pub(crate) fn environment_variable(name: &str) -> Result<Option<String>> {
    match env::var(name) {
        Ok(value) => Ok(Some(value).filter(|value| !value.is_empty())),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(Error::config(format!(
            "the environment variable {name} is not valid Unicode"
        ))),
    }
}

fn parse(url: &str, no_proxy: &str) -> std::result::Result<Proxy, String> {
    let not_a_url = || {
        "is not a proxy URL: write http://host:port or http://user:password@host:port, with \
         percent-encoding for special characters in the user name and the password"
            .to_owned()
    };
    if let Some(why) = url::wrapping(url) {
        return Err(why.to_owned());
    }
    let proxy = Proxy::new(url).map_err(|_| not_a_url())?;
    let authority = proxy.uri().authority().ok_or_else(not_a_url)?;
    // With an unencoded `/` or `#` in the password, the user name would be the host.
    let is_cut = url.contains('@') && !authority.as_str().contains('@');
    if is_cut || proxy.host().is_empty() || url::port(authority).is_err() {
        return Err(not_a_url());
    }
    match proxy.protocol() {
        ProxyProtocol::Http => {}
        ProxyProtocol::Https if HAS_TLS => {}
        ProxyProtocol::Https => return Err(format!("is https, {NO_TLS}")),
        _ if cfg!(feature = "socks") => {}
        _ => {
            let needed = "is a SOCKS proxy: enable the feature `socks` of mistral-connectors";
            return Err(needed.to_owned());
        }
    }
    // Only ureq's builder takes a list of hosts.
    let mut builder = Proxy::builder(proxy.protocol())
        .host(proxy.host())
        .port(proxy.port());
    if let Some(user) = proxy.username() {
        builder = builder.username(user);
    }
    if let Some(password) = proxy.password() {
        builder = builder.password(password);
    }
    let hosts = no_proxy.split(|c: char| c == ',' || c.is_whitespace());
    for host in hosts.filter(|host| !host.is_empty()) {
        builder = builder.no_proxy(host);
    }
    builder.build().map_err(|_| not_a_url())
}

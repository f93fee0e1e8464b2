//! URLs: what is wrong with one, and which are the same.

use std::net::IpAddr;

use ureq::http::Uri;
use ureq::http::uri::Authority;

use crate::secret::one_line;

use super::{HAS_TLS, NO_TLS};

/// Says what is wrong with a value in whitespace or quotes. It usually comes from an environment
/// file that no shell has read.
pub(crate) fn wrapping(value: &str) -> Option<&'static str> {
    const QUOTES: [char; 2] = ['"', '\''];
    if value.trim() != value {
        Some("has whitespace around it: remove the spaces or line breaks")
    } else if value.starts_with(QUOTES) || value.ends_with(QUOTES) {
        Some("has quotes around it: remove them")
    } else {
        None
    }
}

/// The port in `authority`, if there is one. `Uri` accepts any text in its place.
pub(crate) fn port(authority: &Authority) -> Result<Option<u16>, ()> {
    let host = match authority.as_str().rsplit_once('@') {
        Some((_, host)) => host,
        None => authority.as_str(),
    };
    match host.strip_prefix(authority.host()) {
        None | Some("") => Ok(None),
        Some(port) => match port.strip_prefix(':') {
            // A number can begin with `+`, a port cannot.
            Some(port) if !port.starts_with('+') => port.parse().map(Some).map_err(|_| ()),
            _ => Err(()),
        },
    }
}

/// The base URL without a slash or `/v1` at its end. Otherwise says what is wrong with it, and
/// shows it if it cannot contain a password.
pub(crate) fn base_url(url: &str, allow_insecure_http: bool) -> Result<String, String> {
    check_base_url(url, allow_insecure_http).map_err(|why| {
        if url.contains(['@', '?', '#']) {
            why
        } else {
            format!("({:?}) {why}", one_line(url))
        }
    })
}

fn check_base_url(url: &str, allow_insecure_http: bool) -> Result<String, String> {
    let not_a_url = "must be a URL that begins with https:// (or http:// for a loopback address)";
    if let Some(why) = wrapping(url) {
        return Err(why.to_owned());
    }
    if url.contains(['?', '#']) {
        return Err("must not have a query or a fragment".to_owned());
    }
    let uri = Uri::try_from(url).map_err(|_| not_a_url)?;
    let scheme = uri.scheme_str().ok_or(not_a_url)?;
    let authority = uri.authority().ok_or(not_a_url)?;
    if authority.as_str().contains('@') {
        return Err("must not have a user name or a password".to_owned());
    }
    if authority.host().is_empty() {
        return Err("must name a host".to_owned());
    }
    port(authority).map_err(|()| "has an invalid port")?;
    match scheme {
        "https" if HAS_TLS => {}
        "https" => return Err(format!("is https, {NO_TLS}")),
        "http" if allow_insecure_http || is_loopback(authority.host()) => {}
        "http" => {
            return Err(
                "would send the API key over plain http to another machine: use https, or allow \
                 it with allow_insecure_http(true)"
                    .to_owned(),
            );
        }
        _ => return Err(not_a_url.to_owned()),
    }
    let path = uri.path().trim_end_matches('/');
    // The base URLs of other clients end with `/v1`. With `/v1/v1` every request would get a 404.
    let path = path.strip_suffix("/v1").unwrap_or(path);
    let path = path.trim_end_matches('/');
    Ok(format!("{scheme}://{authority}{path}"))
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    let address = address.parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

/// Whether both URLs lead to the same place. Scheme and host are case-insensitive; the default port, an
/// empty path and a fragment do not matter.
pub(crate) fn same_url(one: &str, other: &str) -> bool {
    one == other || normal(one).is_some_and(|one| normal(other) == Some(one))
}

/// `url` in its normal form, or `None` if it is not an absolute URL.
fn normal(url: &str) -> Option<String> {
    let uri = Uri::try_from(url).ok()?;
    let scheme = uri.scheme_str()?.to_ascii_lowercase();
    let authority = uri.authority()?;
    let user = match authority.as_str().rsplit_once('@') {
        Some((user, _)) => format!("{user}@"),
        None => String::new(),
    };
    let host = authority.host().to_ascii_lowercase();
    let port = match (port(authority).ok()?, scheme.as_str()) {
        (None, _) | (Some(80), "http") | (Some(443), "https") => String::new(),
        (Some(port), _) => format!(":{port}"),
    };
    let path = uri.path_and_query()?;
    Some(format!("{scheme}://{user}{host}{port}{path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_that_servers_write_differently_are_the_same() {
        for (one, other) in [
            ("https://docs.example", "https://docs.example/"),
            ("HTTPS://Docs.Example:443", "https://docs.example/"),
            ("http://docs.example:80/A?B#C", "http://docs.example/A?B"),
            ("https://docs.example?q", "https://docs.example/?q"),
            ("https://Me:Pw@H/", "https://Me:Pw@h/"),
            ("https://[::1]:443/", "https://[::1]/"),
            ("docs.example", "docs.example"),
        ] {
            assert!(same_url(one, other), "{one} {other}");
        }
    }

    #[test]
    fn urls_that_lead_elsewhere_are_not_the_same() {
        for (one, other) in [
            ("https://h/a", "https://h/A"),
            ("https://h/a", "https://h/a/"),
            ("https://h/", "http://h/"),
            ("https://h:80/", "https://h/"),
            ("https://h:99999/", "https://h/"),
            ("https://h/?q", "https://h/"),
            ("https://h/?", "https://h/"),
            ("https://me@h/", "https://Me@h/"),
            ("docs.example", "Docs.example"),
            ("", "/"),
        ] {
            assert!(!same_url(one, other), "{one} {other}");
        }
    }

    #[test]
    fn a_port_is_a_number() {
        for (authority, want) in [
            ("h", Ok(None)),
            ("h:1", Ok(Some(1))),
            ("me:80@h:65535", Ok(Some(65_535))),
            ("[::1]:8", Ok(Some(8))),
            ("[::1]", Ok(None)),
            ("h:", Err(())),
            ("h:65536", Err(())),
            ("h:+1", Err(())),
            ("h:port", Err(())),
            ("[::1]443", Err(())),
        ] {
            assert_eq!(
                port(&Authority::from_static(authority)),
                want,
                "{authority}"
            );
        }
    }

    #[test]
    fn base_urls_are_normalized() {
        for (url, want) in [
            ("https://api.mistral.ai", "https://api.mistral.ai"),
            ("https://api.mistral.ai/", "https://api.mistral.ai"),
            ("https://api.mistral.ai/v1", "https://api.mistral.ai"),
            ("https://api.mistral.ai//v1//", "https://api.mistral.ai"),
            ("https://h/mistral/v1/", "https://h/mistral"),
            ("https://h/mistral-v1", "https://h/mistral-v1"),
            ("https://h/v1/connectors", "https://h/v1/connectors"),
            ("https://v1", "https://v1"),
            (
                "HTTPS://proxy.example:8443/a/b//",
                "https://proxy.example:8443/a/b",
            ),
            ("http://127.0.0.1:1234", "http://127.0.0.1:1234"),
            ("http://127.8.9.1", "http://127.8.9.1"),
            (
                "http://LocalHost:1234/prefix/",
                "http://LocalHost:1234/prefix",
            ),
            ("http://[::1]", "http://[::1]"),
            ("http://[::1]:1234", "http://[::1]:1234"),
        ] {
            if url.to_lowercase().starts_with("https:") && !HAS_TLS {
                assert!(base_url(url, false).is_err_and(|why| why.contains("TLS")));
                continue;
            }
            assert_eq!(base_url(url, false).unwrap(), want, "{url}");
        }
    }
}

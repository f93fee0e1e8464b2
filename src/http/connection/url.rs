//! URLs: what is wrong with one, and which are the same.

use ureq::http::Uri;
use ureq::http::uri::Authority;

/// What surrounds a value that has to stand alone. Files of variables that no shell reads are the usual
/// source.
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
    let Some(port) = host
        .strip_prefix(authority.host())
        .filter(|port| !port.is_empty())
    else {
        return Ok(None);
    };
    let port = port.strip_prefix(':').ok_or(())?;
    match port.bytes().all(|byte| byte.is_ascii_digit()) {
        true => port.parse().map(Some).map_err(|_| ()),
        false => Err(()),
    }
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
    let port = match (authority.port_u16(), scheme.as_str()) {
        (None, _) | (Some(80), "http") | (Some(443), "https") => String::new(),
        (Some(port), _) => format!(":{port}"),
    };
    let query = uri
        .query()
        .map_or(String::new(), |query| format!("?{query}"));
    Some(format!(
        "{scheme}://{user}{host}{port}{}{query}",
        uri.path()
    ))
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
            ("https://docs.example:/", "https://docs.example/"),
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
}

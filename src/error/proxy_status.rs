//! The header `Proxy-Status` (RFC 9209), in which the connectors gateway says why it failed.

/// The errors of other proxies are ignored.
const GATEWAY: &str = "connectors-gateway";

/// `http_request_error (connector_protocol_mismatch)`: the error of the gateway, and its details.
pub(crate) fn gateway_error(header: &str) -> Option<String> {
    split(header, ',').into_iter().find_map(error_of)
}

fn error_of(member: &str) -> Option<String> {
    let parts = split(member, ';');
    let (name, parameters) = parts.split_first()?;
    if unquote(name)? != GATEWAY {
        return None;
    }
    let value = |name: &str| {
        let mut pairs = parameters.iter().filter_map(|pair| pair.split_once('='));
        // The last one counts.
        let (_, value) = pairs.rfind(|(own, _)| own.trim() == name)?;
        unquote(value).filter(|value| !value.is_empty())
    };
    let error = value("error")?;
    Some(match value("details") {
        Some(details) => format!("{error} ({details})"),
        None => error,
    })
}

/// Splits at a separator that is not in quotes.
fn split(text: &str, separator: char) -> Vec<&str> {
    let (mut quoted, mut escaped) = (false, false);
    let parts = text.split(|c| {
        if escaped {
            escaped = false;
        } else if quoted && c == '\\' {
            escaped = true;
        } else if c == '"' {
            quoted = !quoted;
        }
        c == separator && !quoted
    });
    parts.collect()
}

/// The text of a token or of a quoted string.
fn unquote(text: &str) -> Option<String> {
    let text = text.trim();
    let Some(quoted) = text.strip_prefix('"') else {
        return Some(text.to_owned());
    };
    let mut said = String::new();
    let mut chars = quoted.strip_suffix('"')?.chars();
    while let Some(c) = chars.next() {
        said.push(if c == '\\' { chars.next()? } else { c });
    }
    Some(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_error_of_the_gateway_itself_counts() {
        for (header, want) in [
            (
                r#"connectors-gateway; error=http_request_error; status-code=400; details="connector_protocol_mismatch""#,
                Some("http_request_error (connector_protocol_mismatch)"),
            ),
            (
                r#"edge; error=x, "connectors-gateway";details="a, \"b\"; \\c" ; error=connection_timeout;received-status=1"#,
                Some("connection_timeout (a, \"b\"; \\c)"),
            ),
            (
                "connectors-gateway;error=proxy_internal_error",
                Some("proxy_internal_error"),
            ),
            (r#"connectors-gateway;error="quoted""#, Some("quoted")),
            ("connectors-gateway;error=a;error=b", Some("b")),
            ("connectors-gateway; next-hop=error", None),
            ("connectors-gateway;received-status=502", None),
            ("connectors-gateway", None),
            (
                "connectors-gateway2;error=x, my-connectors-gateway;error=y",
                None,
            ),
            (
                r#"edge; details="connectors-gateway;error=x, connectors-gateway;error=y""#,
                None,
            ),
            (r#""connectors-gateway;error=x"#, None),
            ("connectors-gateway;error=", None),
            (r#"connectors-gateway;error="x"#, None),
            ("", None),
        ] {
            assert_eq!(gateway_error(header).as_deref(), want, "{header}");
        }
    }
}

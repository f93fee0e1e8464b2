//! A connector as a tool of a conversation: its JSON, and its secrets.

use crate::support::with_response;
use mistral_connectors::{Method, UseConnector};
use serde_json::json;

fn wiki() -> UseConnector {
    UseConnector::new("my_deepwiki")
}

#[test]
fn exactly_what_was_set_is_written() {
    let none: [&str; 0] = [];
    for (tool, fields) in [
        (wiki(), json!({})),
        (
            wiki().exclude(vec!["ask".to_owned()]),
            json!({"tool_configuration": {"exclude": ["ask"]}}),
        ),
        // An empty list allows no tool. Without a list, all are allowed.
        (
            wiki().include(none),
            json!({"tool_configuration": {"include": []}}),
        ),
        // The last value counts.
        (
            wiki().include(["a"]).include(["b"]),
            json!({"tool_configuration": {"include": ["b"]}}),
        ),
        (
            wiki().oauth2_token("t").api_key("k"),
            json!({"authorization": {"type": "api-key", "value": "k"}}),
        ),
        (
            wiki()
                .api_key("k")
                .oauth2_token("t")
                .skip_confirmation(["d"])
                .requires_confirmation(["c"])
                .exclude(none)
                .include(["a", "b"]),
            json!({
                "authorization": {"type": "oauth2-token", "value": "t"},
                "tool_configuration": {
                    "include": ["a", "b"], "exclude": [], "requires_confirmation": ["c"],
                    "skip_confirmation": ["d"],
                },
            }),
        ),
    ] {
        let mut want = fields;
        want["type"] = json!("connector");
        want["connector_id"] = json!("my_deepwiki");
        assert_eq!(serde_json::to_value(&tool).unwrap(), want);
    }
}

#[test]
fn its_secret_is_neither_printed_nor_shown_in_errors() {
    for tool in [
        wiki().api_key("not-to-be-shown"),
        wiki().oauth2_token("not-to-be-shown"),
    ] {
        let debug = format!("{tool:?}");
        assert!(!debug.contains("not-to-be-shown"), "{debug}");
        for shown in ["UseConnector", "my_deepwiki", "authorization"] {
            assert!(debug.contains(shown), "{shown}: {debug}");
        }
        let echo = r#"{"detail": "bad login: not-to-be-shown"}"#;
        let conversation = with_response(422, echo, |client| {
            let body = json!({"model": "m", "inputs": "why?", "tools": [tool]});
            assert!(body.to_string().contains("not-to-be-shown"), "it is sent");
            let request = client.request(Method::Post, ["v1", "conversations"]);
            request.json(&body).send()
        });
        let error = conversation.unwrap_err();
        let text = format!("{error} {error:?}");
        assert!(text.contains("bad login"), "{text}");
        assert!(!text.contains("not-to-be-shown"), "{text}");
    }
}

//! A connector as a tool of a conversation: the JSON of it, and that its login is not shown.

use crate::support::client;
use crate::support::wire::{Act, Wire, response};
use mistral_connectors::{Method, UseConnector};
use serde_json::json;

fn wiki() -> UseConnector {
    UseConnector::new("my_deepwiki")
}

#[test]
fn what_is_set_is_written_and_nothing_else() {
    let nobody: [&str; 0] = [];
    for (tool, fields) in [
        (wiki(), json!({})),
        (
            wiki().include(["read"]),
            json!({"tool_configuration": {"include": ["read"]}}),
        ),
        (
            wiki().exclude(vec!["ask".to_owned()]),
            json!({"tool_configuration": {"exclude": ["ask"]}}),
        ),
        (
            wiki().requires_confirmation(["delete", "write"]),
            json!({"tool_configuration": {"requires_confirmation": ["delete", "write"]}}),
        ),
        // An empty list allows no tool; leaving it out would allow all.
        (
            wiki().include(nobody),
            json!({"tool_configuration": {"include": []}}),
        ),
        (
            wiki()
                .include(nobody)
                .exclude(nobody)
                .requires_confirmation(nobody),
            json!({"tool_configuration": {"include": [], "exclude": [], "requires_confirmation": []}}),
        ),
        // The last word counts.
        (
            wiki().include(["a"]).include(["b"]),
            json!({"tool_configuration": {"include": ["b"]}}),
        ),
        (
            wiki().api_key("k"),
            json!({"authorization": {"type": "api-key", "value": "k"}}),
        ),
        (
            wiki().oauth2_token("t"),
            json!({"authorization": {"type": "oauth2-token", "value": "t"}}),
        ),
        (
            wiki().api_key("k").oauth2_token("t"),
            json!({"authorization": {"type": "oauth2-token", "value": "t"}}),
        ),
        (
            wiki().oauth2_token("t").api_key("k"),
            json!({"authorization": {"type": "api-key", "value": "k"}}),
        ),
        (
            wiki()
                .oauth2_token("t")
                .requires_confirmation(["c"])
                .exclude(["b"])
                .include(["a"]),
            json!({
                "authorization": {"type": "oauth2-token", "value": "t"},
                "tool_configuration": {
                    "include": ["a"], "exclude": ["b"], "requires_confirmation": ["c"],
                },
            }),
        ),
    ] {
        let mut want = json!({"type": "connector", "connector_id": "my_deepwiki"});
        let fields = fields.as_object().unwrap().clone();
        want.as_object_mut().unwrap().extend(fields);
        assert_eq!(serde_json::to_value(&tool).unwrap(), want);
        assert_eq!(serde_json::to_string(&tool).unwrap(), want.to_string());
    }
}

#[test]
fn it_prints_what_it_is_but_not_its_login() {
    for tool in [
        wiki().api_key("not-to-be-shown"),
        wiki().oauth2_token("not-to-be-shown"),
    ] {
        let tool = tool.include(["read"]);
        for text in [format!("{tool:?}"), format!("{tool:#?}")] {
            assert!(!text.contains("not-to-be-shown"), "{text}");
            for shown in ["UseConnector", "my_deepwiki", "read", "authorization"] {
                assert!(text.contains(shown), "{shown}: {text}");
            }
        }
    }
}

#[test]
fn its_login_is_sent_in_a_conversation_but_not_shown_in_its_errors() {
    for tool in [
        wiki().api_key("not-to-be-shown"),
        wiki().oauth2_token("not-to-be-shown"),
    ] {
        let echo = r#"{"detail": "bad login: not-to-be-shown"}"#;
        let wire = Wire::script([Act::Send(response(422, echo))]);
        let body = json!({"model": "m", "inputs": "why?", "tools": [tool]});
        let request = client(wire.base_url()).request(Method::Post, ["v1", "conversations"]);
        let error = request.json(&body).send().unwrap_err();
        assert_eq!(wire.seen()[0].body, body.to_string());
        let text = format!("{error} {error:?} {error:#?}");
        assert!(
            text.contains("bad login") && !text.contains("not-to-be-shown"),
            "{text}"
        );
    }
}

//! A listing of tools is complete, ends, and its memory is limited.

use std::time::Duration;

use crate::support::wire::{Act, Incoming, Wire, response, response_with_headers};
use crate::support::{KEY, assert_retried, builder, client, exchange};
use mistral_connectors::{Error, ListTools, Result, Tool};
use serde_json::{Value, json};

/// A server with these pages, and an empty one after them.
fn pages(pages: &[Value]) -> Wire {
    let end = json!([]);
    let pages = pages.iter().chain([&end]);
    Wire::script(pages.map(|page| Act::Send(response(200, &page.to_string()))))
}

/// A server with this many tools, in pages of this size.
fn numbered(count: usize, page_size: usize) -> Wire {
    Wire::serve(move |_, request| {
        let first = (page_of(request) - 1) * page_size;
        let numbers = first..count.min(first + page_size);
        Act::Send(response(200, &tools(numbers).to_string()))
    })
}

fn tools(numbers: impl Iterator<Item = usize>) -> Value {
    let tools = numbers.map(|number| json!({"name": format!("tool-{number}")}));
    Value::Array(tools.collect())
}

fn page_of(request: &Incoming) -> usize {
    let (_, page) = request.line().split_once("page=").unwrap_or(("", "1"));
    page.split('&').next().unwrap().parse().unwrap()
}

fn list(wire: &Wire, options: &ListTools) -> Result<Vec<Tool>> {
    client(wire.base_url()).list_tools_with("docs", options)
}

fn of_size(page_size: u32) -> ListTools {
    ListTools::new().page_size(page_size)
}

fn names(tools: &[Tool]) -> Vec<&str> {
    tools.iter().map(|tool| &*tool.name).collect()
}

#[track_caller]
fn assert_numbered(tools: Result<Vec<Tool>>, count: usize) {
    let want: Vec<_> = (0..count).map(|number| format!("tool-{number}")).collect();
    assert_eq!(names(&tools.unwrap()), want);
}

/// The queries of all requests.
fn queries(wire: &Wire) -> Vec<String> {
    let path = "GET /v1/connectors/docs/tools";
    let seen = wire.seen().into_iter();
    seen.map(|request| request.line().replace(path, ""))
        .collect()
}

// --- requests

#[test]
fn a_listing_requests_what_was_set_and_nothing_else() {
    let options = ListTools::new;
    for (options, query) in [
        (options(), ""),
        (options().page(3), "?page=3"),
        (options().page_size(7), "?page_size=7"),
        (options().refresh(false), "?refresh=false"),
        (
            options().credentials_name("a&b=c/d é").page(3),
            "?credentials_name=a%26b%3Dc%2Fd%20%C3%A9&page=3",
        ),
    ] {
        let path = format!("/v1/connectors/docs/tools{query}");
        let tools = exchange(("GET", &path), None, &tools(0..1), |client| {
            client.list_tools_with("docs", &options)
        });
        assert_eq!(tools[0].name, "tool-0", "{query}");
    }
}

#[test]
fn a_listing_is_retried() {
    assert_retried("list_tools", &tools(0..1), |client| {
        client.list_tools("docs")
    });
}

#[test]
fn a_full_page_is_followed_by_the_next() {
    for (count, want) in [(0, 1), (1, 1), (2, 2), (3, 2), (5, 3)] {
        let wire = numbered(count, 2);
        assert_numbered(list(&wire, &of_size(2)), count);
        assert_eq!(wire.seen().len(), want, "{count}");
        assert_eq!(wire.connections(), 1);
    }
}

#[test]
fn without_a_page_size_a_page_is_full_with_a_hundred_tools() {
    for (count, want) in [
        (99, vec![""]),
        (100, vec!["", "?page=2"]),
        (250, vec!["", "?page=2", "?page=3"]),
    ] {
        let wire = numbered(count, 100);
        assert_numbered(list(&wire, &ListTools::new()), count);
        assert_eq!(queries(&wire), want, "{count}");
    }
}

#[test]
fn all_pages_have_the_same_options_but_only_the_first_is_refreshed() {
    let wire = numbered(3, 2);
    let options = of_size(2).refresh(true).credentials_name("mine");
    list(&wire, &options).unwrap();
    assert_eq!(
        queries(&wire),
        [
            "?page_size=2&refresh=true&credentials_name=mine",
            "?page_size=2&credentials_name=mine&page=2"
        ]
    );
}

#[test]
fn a_page_that_the_caller_names_is_the_only_one() {
    let wire = numbered(9, 2);
    let tools = list(&wire, &of_size(2).page(2)).unwrap();
    assert_eq!(names(&tools), ["tool-2", "tool-3"]);
    assert_eq!(wire.seen().len(), 1);
}

// --- the end

#[test]
fn an_api_without_pages_is_asked_at_most_twice() {
    for (count, want) in [(99, 1), (100, 2), (150, 2)] {
        let wire = Wire::serve(move |_, _| Act::Send(response(200, &tools(0..count).to_string())));
        assert_numbered(list(&wire, &ListTools::new()), count);
        assert_eq!(wire.seen().len(), want, "{count}");
    }
}

#[test]
fn a_listing_ends_only_if_a_whole_page_comes_again() {
    let wire = pages(&[
        json!([{"name": "search"}, {"name": "read"}]),
        json!([{"name": "search"}, {"name": "write"}]),
        json!([{"name": "search"}, {"name": "write"}, {"name": "delete"}]),
        json!([{"name": "search"}]),
    ]);
    assert_eq!(
        names(&list(&wire, &of_size(2)).unwrap()),
        [
            "search", "read", "search", "write", "search", "write", "delete", "search"
        ]
    );
    assert_eq!(wire.seen().len(), 4);
    // Spaces and the order of fields do not matter.
    let wire = Wire::script([
        Act::Send(response(
            200,
            r#"[{"name": "a", "title": "A"}, {"name": "b"}]"#,
        )),
        Act::Send(response(
            200,
            r#"[ {"title":"A","name":"a"},{"name":"b"} ]"#,
        )),
        Act::Send(response(200, r#"[{"name": "c"}]"#)),
    ]);
    assert_eq!(names(&list(&wire, &of_size(2)).unwrap()), ["a", "b"]);
    assert_eq!(wire.seen().len(), 2);
}

#[test]
fn tools_with_the_same_name_are_all_listed_if_anything_else_differs() {
    let wire = pages(&[
        json!([{"name": "search", "description": "Searches documents"}]),
        json!([{"name": "search", "description": "Searches the web"}]),
        json!([{"name": "search", "description": "Searches the web", "of_2027": 1}]),
    ]);
    let tools = list(&wire, &of_size(1)).unwrap();
    assert_eq!(names(&tools), ["search", "search", "search"]);
    assert_eq!(tools[1].description.as_deref(), Some("Searches the web"));
}

#[test]
fn items_that_are_left_out_count_for_a_full_page() {
    let wire = pages(&[
        json!([{"name": "a"}, 5]),
        json!([null, "b"]),
        json!([[], 7]),
        json!([{"name": "c"}]),
    ]);
    assert_eq!(names(&list(&wire, &of_size(2)).unwrap()), ["a", "c"]);
    assert_eq!(wire.seen().len(), 4);
}

// --- limits and errors

#[test]
fn a_thousand_full_pages_are_an_error() {
    let wire = numbered(usize::MAX, 1);
    let error = list(&wire, &of_size(1)).unwrap_err();
    assert!(matches!(error, Error::Pagination(_)), "{error}");
    assert!(error.to_string().contains("1000 full pages"), "{error}");
    assert_eq!(wire.seen().len(), 1000);
}

#[test]
fn all_pages_together_are_limited_to_four_responses() {
    let large =
        |number: usize| json!([{"name": number.to_string(), "description": "x".repeat(900)}]);
    let list = |wire: &Wire| {
        let client = builder(wire.base_url()).max_response_bytes(1000).build();
        client.unwrap().list_tools_with("docs", &of_size(1))
    };
    let wire = Wire::serve(move |number, _| Act::Send(response(200, &large(number).to_string())));
    let error = list(&wire).unwrap_err();
    assert!(matches!(error, Error::Pagination(_)), "{error}");
    let text = error.to_string();
    assert!(text.contains("four times `max_response_bytes`"), "{text}");
    assert_eq!(wire.seen().len(), 5);

    // An API key in place of the name is not shown.
    let wire = Wire::serve(move |number, _| Act::Send(response(200, &large(number).to_string())));
    let client = builder(wire.base_url()).max_response_bytes(1000).build();
    let error = client
        .unwrap()
        .list_tools_with(KEY, &of_size(1))
        .unwrap_err();
    assert!(matches!(error, Error::Pagination(_)), "{error}");
    assert!(!error.to_string().contains(KEY), "{error}");

    let wire = pages(&[0, 1, 2, 3].map(large));
    assert_eq!(list(&wire).unwrap().len(), 4);
}

#[test]
fn all_pages_share_one_deadline() {
    // Each page takes 300 ms, so only one fits.
    let wait = Act::Send(response_with_headers(429, "retry-after-ms: 300\r\n", "{}"));
    let page = |number| Act::Send(response(200, &tools(number..number + 1).to_string()));
    let wire = Wire::script([wait.clone(), page(0), wait, page(1), page(2)]);
    let client = client(wire.base_url()).with_timeout(Duration::from_millis(500));
    client.list_tools_with("docs", &of_size(1)).unwrap_err();
    assert!(wire.seen().len() <= 3, "{:?}", queries(&wire));
}

#[test]
fn an_error_on_any_page_fails_the_listing() {
    let page = Act::Send(response(200, r#"[{"name": "read"}]"#));
    for (failure, status) in [(response(404, "{}"), 404), (response(200, "{}"), 200)] {
        let wire = Wire::script([page.clone(), Act::Send(failure)]);
        let error = list(&wire, &of_size(1)).unwrap_err();
        assert_eq!(error.status(), Some(status), "{error}");
    }
}

#[test]
fn a_response_that_is_not_a_list_of_tools_is_an_error_that_says_so() {
    for body in ["{}", "null", "", r#"{"tools": []}"#] {
        let wire = Wire::script([Act::Send(response(200, body))]);
        let error = list(&wire, &ListTools::new()).unwrap_err();
        assert!(matches!(error, Error::Decode(_)), "{body}: {error}");
        assert!(error.to_string().contains("a tool"), "{body}: {error}");
    }
}

//! How a listing walks from page to page: lazily, in order, to its end, and never for ever.

use std::sync::{Arc, Mutex};

use crate::support::{self, page};
use mistral_connectors::testing::FakeServer;
use mistral_connectors::{Connector, ConnectorsClient, Error, ListConnectors, Result};
use mockito::{Matcher, Server, ServerGuard};
use serde_json::{Value, json};

/// A server whose pages are made by a function of the cursor, and that keeps what it was asked.
struct Pages {
    server: ServerGuard,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Pages {
    fn new(body: impl Fn(Option<&str>) -> Value + Send + Sync + 'static) -> Self {
        Pages::with_status(move |cursor| (200, body(cursor)))
    }

    fn with_status(
        respond: impl Fn(Option<&str>) -> (usize, Value) + Send + Sync + 'static,
    ) -> Self {
        let mut server = Server::new();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (seen, body) = (Arc::clone(&asked), Arc::new(Mutex::new(Value::Null)));
        let kept = Arc::clone(&body);
        // mockito asks for the status and then for the body, with no other request in between.
        server
            .mock("GET", Matcher::Any)
            .with_status_code_from_request(move |request| {
                let target = request.path_and_query();
                seen.lock().unwrap().push(target.to_owned());
                let cursor = target
                    .split(['?', '&'])
                    .find_map(|pair| pair.strip_prefix("cursor="));
                let (status, body) = respond(cursor);
                *kept.lock().unwrap() = body;
                status
            })
            .with_body_from_request(move |_| body.lock().unwrap().to_string().into_bytes())
            .create();
        Pages { server, asked }
    }

    fn client(&self) -> ConnectorsClient {
        support::client(self.server.url())
    }

    /// The requests so far, without what they have in common.
    fn asked(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        asked
            .iter()
            .map(|target| target.replace("/v1/connectors", ""))
            .collect()
    }

    /// The names in a listing from the beginning, up to the end or the first error.
    #[track_caller]
    fn names(&self) -> Vec<String> {
        let connectors = self.client().list();
        connectors
            .map(|connector| connector.unwrap().name)
            .collect()
    }
}

/// Three pages: a and b, c and d, e.
fn three_pages(cursor: Option<&str>) -> Value {
    match cursor {
        None => page(&["a", "b"], Some("2")),
        Some("2") => page(&["c", "d"], Some("3")),
        Some("3") => page(&["e"], None),
        Some(other) => panic!("{other}"),
    }
}

// --- lazy and in order

#[test]
fn building_a_listing_sends_nothing() {
    let server = Pages::new(three_pages);
    let connectors = server
        .client()
        .list_with(&ListConnectors::new().page_size(2));
    let pages = connectors.pages();
    drop(pages);
    assert!(server.asked().is_empty());
}

#[test]
fn no_page_is_asked_for_that_is_not_used() {
    let server = FakeServer::start();
    for _ in 0..250 {
        server.add(json!({}));
    }
    let connectors = server.client().list();
    assert_eq!(connectors.take(5).count(), 5);
    assert_eq!(server.requests().len(), 1);
    let connectors = server.client().list();
    assert_eq!(connectors.take(100).count(), 100);
    assert_eq!(server.requests().len(), 2);
    let connectors = server.client().list();
    assert_eq!(connectors.take(101).count(), 101);
    assert_eq!(server.requests().len(), 4);
}

#[test]
fn connectors_come_in_the_servers_order_over_all_pages() {
    let server = Pages::new(three_pages);
    assert_eq!(server.names(), ["a", "b", "c", "d", "e"]);
    assert_eq!(server.asked(), ["", "?cursor=2", "?cursor=3"]);
}

#[test]
fn pages_come_one_by_one_as_the_server_gives_them() {
    let server = Pages::new(three_pages);
    let mut sizes = Vec::new();
    for page in server.client().list().pages() {
        sizes.push(page.unwrap().items.len());
        assert_eq!(server.asked().len(), sizes.len());
    }
    assert_eq!(sizes, [2, 2, 1]);
}

#[test]
fn a_listing_outlives_the_client_it_came_from_and_goes_to_another_thread() {
    let server = Pages::new(three_pages);
    let connectors = server.client().list();
    let count = std::thread::spawn(move || connectors.count())
        .join()
        .unwrap();
    assert_eq!(count, 5);
}

// --- where the end is

#[test]
fn an_empty_page_in_the_middle_is_not_the_end() {
    let server = Pages::new(|cursor| match cursor {
        None => page(&[], Some("2")),
        Some("2") => page(&["a"], Some("3")),
        Some("3") => page(&[], Some("4")),
        _ => page(&["b"], None),
    });
    assert_eq!(server.names(), ["a", "b"]);
    let pages = server.client().list().pages();
    let sizes: Vec<_> = pages.map(|page| page.unwrap().items.len()).collect();
    assert_eq!(sizes, [0, 1, 0, 1]);
}

#[test]
fn a_missing_null_or_empty_cursor_is_the_end() {
    let item = json!({"id": "1", "name": "a"});
    for pagination in [
        json!({"page_size": 100}),
        json!({"next_cursor": null, "page_size": 100}),
        json!({"next_cursor": ""}),
        json!({}),
        json!(null),
    ] {
        let answer = json!({"items": [item], "pagination": pagination});
        let server = Pages::new(move |_| answer.clone());
        assert_eq!(server.names(), ["a"], "{pagination}");
        assert_eq!(server.asked().len(), 1, "{pagination}");
    }
    let server = Pages::new(move |_| json!({"items": [item]}));
    assert_eq!(server.names(), ["a"]);
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn a_page_without_items_is_an_empty_page() {
    for answer in [
        json!({"pagination": {"next_cursor": null}}),
        json!({"items": null, "pagination": {"next_cursor": null}}),
        json!({"items": null, "pagination": null}),
        json!({"items": []}),
        json!({"pagination": {}}),
    ] {
        let server = Pages::new({
            let answer = answer.clone();
            move |_| answer.clone()
        });
        assert!(server.names().is_empty(), "{answer}");
        let page = server.client().list_page(&ListConnectors::new()).unwrap();
        assert!(page.items.is_empty(), "{answer}");
    }
}

#[test]
fn a_page_without_items_can_have_a_next_one() {
    let server = Pages::new(|cursor| match cursor {
        None => json!({"pagination": {"next_cursor": "2"}}),
        Some("2") => json!({"items": null, "pagination": {"next_cursor": "3"}}),
        _ => page(&["a"], None),
    });
    assert_eq!(server.names(), ["a"]);
}

#[test]
fn after_the_end_nothing_more_comes_and_nothing_is_sent() {
    let server = Pages::new(three_pages);
    let mut connectors = server.client().list();
    assert_eq!(connectors.by_ref().count(), 5);
    assert!((0..3).all(|_| connectors.next().is_none()));
    let mut pages = server.client().list().pages();
    assert_eq!(pages.by_ref().count(), 3);
    assert!((0..3).all(|_| pages.next().is_none()));
    assert_eq!(server.asked().len(), 6);
}

// --- what every page is asked with

#[test]
fn a_filter_goes_with_every_page_in_both_spellings() {
    let filters: [(ListConnectors, &str); 5] = [
        (
            ListConnectors::new().active(true),
            "active=true&query_filters=%7B%22active%22%3Atrue%7D",
        ),
        (
            ListConnectors::new().active(false),
            "active=false&query_filters=%7B%22active%22%3Afalse%7D",
        ),
        (
            ListConnectors::new().supports_mcp(true),
            "supports_mcp=true&query_filters=%7B%22supports_mcp%22%3Atrue%7D",
        ),
        (
            ListConnectors::new().supports_mcp(false),
            "supports_mcp=false&query_filters=%7B%22supports_mcp%22%3Afalse%7D",
        ),
        (
            ListConnectors::new().active(true).supports_mcp(false),
            "active=true&supports_mcp=false&query_filters=\
             %7B%22active%22%3Atrue%2C%22supports_mcp%22%3Afalse%7D",
        ),
    ];
    for (options, filter) in filters {
        let server = Pages::new(three_pages);
        assert_eq!(server.client().list_with(&options).count(), 5, "{filter}");
        let want = [
            format!("?{filter}"),
            format!("?cursor=2&{filter}"),
            format!("?cursor=3&{filter}"),
        ];
        assert_eq!(server.asked(), want);
    }
}

#[test]
fn the_page_size_goes_with_every_page_as_it_was_set() {
    for page_size in [0, 1, 10, 1000, u32::MAX] {
        let server = Pages::new(three_pages);
        let options = ListConnectors::new().page_size(page_size);
        assert_eq!(server.client().list_with(&options).count(), 5);
        let want = [
            format!("?page_size={page_size}"),
            format!("?page_size={page_size}&cursor=2"),
            format!("?page_size={page_size}&cursor=3"),
        ];
        assert_eq!(server.asked(), want);
    }
}

#[test]
fn without_options_only_the_cursor_is_sent() {
    let server = Pages::new(three_pages);
    server.client().list_page(&ListConnectors::new()).unwrap();
    assert_eq!(server.asked(), [""]);
}

#[test]
fn a_cursor_comes_back_to_the_server_as_it_was_given() {
    let odd = "a b+c/d=e&f?g#h%20é\"'";
    let server = FakeServer::start();
    let options = ListConnectors::new().cursor(odd);
    // The fake server does not know this cursor, but records it decoded.
    server.client().list_page(&options).unwrap_err();
    let want = [("cursor".to_owned(), odd.to_owned())];
    assert_eq!(server.requests()[0].query, want);
}

#[test]
fn a_listing_can_begin_at_a_cursor() {
    let server = Pages::new(three_pages);
    let connectors = server
        .client()
        .list_with(&ListConnectors::new().cursor("2"));
    let names: Vec<_> = connectors
        .map(|connector| connector.unwrap().name)
        .collect();
    assert_eq!(names, ["c", "d", "e"]);
    assert_eq!(server.asked(), ["?cursor=2", "?cursor=3"]);
}

#[test]
fn an_empty_cursor_means_the_beginning() {
    let server = Pages::new(three_pages);
    let options = ListConnectors::new().cursor("2").cursor("");
    assert_eq!(server.client().list_with(&options).count(), 5);
    assert_eq!(server.asked()[0], "");
}

#[test]
fn pages_can_be_fetched_one_at_a_time_by_hand() {
    let server = Pages::new(three_pages);
    let mut options = ListConnectors::new();
    let mut names = Vec::new();
    loop {
        let page = server.client().list_page(&options).unwrap();
        names.extend(page.items.into_iter().map(|connector| connector.name));
        match page.pagination.next_cursor {
            Some(cursor) => options = options.cursor(cursor),
            None => break,
        }
    }
    assert_eq!(names, ["a", "b", "c", "d", "e"]);
}

// --- errors

/// The second page fails the first time it is asked for.
fn stumbling() -> Pages {
    let stumbled = Mutex::new(false);
    Pages::with_status(move |cursor| {
        let first_time = !std::mem::replace(&mut *stumbled.lock().unwrap(), cursor == Some("2"));
        match (cursor, first_time) {
            (Some("2"), true) => (403, json!({"detail": "not now"})),
            _ => (200, three_pages(cursor)),
        }
    })
}

#[test]
fn an_error_is_the_last_thing_a_listing_yields() {
    let server = stumbling();
    let mut connectors = server.client().list();
    assert_eq!(connectors.by_ref().take(2).filter(Result::is_ok).count(), 2);
    let error = connectors.next().unwrap().unwrap_err();
    assert_eq!(error.status(), Some(403));
    assert!((0..3).all(|_| connectors.next().is_none()));
    assert_eq!(server.asked().len(), 2);
}

#[test]
fn an_error_is_the_last_page_of_a_listing() {
    let server = stumbling();
    let mut pages = server.client().list().pages();
    assert!(pages.next().unwrap().is_ok());
    assert!(pages.next().unwrap().is_err());
    assert!((0..3).all(|_| pages.next().is_none()));
    assert_eq!(server.asked().len(), 2);
}

#[test]
fn after_an_error_a_listing_resumes_where_it_failed() {
    let server = stumbling();
    let mut connectors = server.client().list();
    let before = connectors.by_ref().filter(Result::is_ok).count();
    let rest = connectors.remaining().unwrap();
    assert_eq!(rest, ListConnectors::new().cursor("2"));
    let rest = server.client().list_with(&rest);
    assert_eq!(before + rest.map(Result::unwrap).count(), 5);

    let server = stumbling();
    let mut pages = server.client().list().pages();
    let before = pages.by_ref().filter(Result::is_ok).count();
    let rest = pages.remaining().unwrap();
    assert_eq!(rest, ListConnectors::new().cursor("2"));
    let rest = server.client().list_with(&rest).pages();
    assert_eq!(before + rest.map(Result::unwrap).count(), 3);
}

#[test]
fn an_error_on_the_first_page_is_reported_and_ends_the_listing() {
    let server = Pages::with_status(|_| (401, json!({"detail": "Unauthorized"})));
    let mut connectors = server.client().list();
    assert!(connectors.next().unwrap().unwrap_err().is_unauthorized());
    assert!(connectors.next().is_none());
    assert_eq!(connectors.remaining(), Some(ListConnectors::new()));

    let options = ListConnectors::new().cursor("2");
    let mut connectors = server.client().list_with(&options);
    assert!(connectors.next().unwrap().is_err());
    assert_eq!(connectors.remaining(), Some(options));
}

#[test]
fn a_connector_without_an_identity_fails_its_page_and_says_so() {
    for item in [
        json!({"name": "nameless"}),
        json!({"id": "1"}),
        json!({"id": 1, "name": "a"}),
        json!({"id": null, "name": "a"}),
        json!(null),
        json!("a"),
        json!([]),
    ] {
        let answer = json!({"items": [{"id": "1", "name": "a"}, item]});
        let server = Pages::new(move |_| answer.clone());
        let error = server.client().list().next().unwrap().unwrap_err();
        assert!(matches!(error, Error::Decode(_)), "{item}: {error}");
        assert!(error.to_string().contains("a connector"), "{item}: {error}");
    }
}

#[test]
fn what_decides_where_a_listing_ends_is_not_guessed_at() {
    for answer in [
        json!({"items": [], "pagination": {"next_cursor": 7}}),
        json!({"items": [], "pagination": {"next_cursor": {"after": "a"}}}),
        json!({"items": [], "pagination": {"next_cursor": false}}),
        json!({"items": [], "pagination": "none"}),
        json!({"items": [], "pagination": []}),
        json!({"items": {}}),
        json!({"items": {}, "pagination": {}}),
        json!({"items": "none", "pagination": {}}),
        json!([]),
        json!("nothing"),
        json!(null),
    ] {
        let body = answer.clone();
        let server = Pages::new(move |_| body.clone());
        let error = server
            .client()
            .list_page(&ListConnectors::new())
            .unwrap_err();
        assert!(matches!(error, Error::Decode(_)), "{answer}: {error}");
        assert!(
            error.to_string().contains("is not a page of connectors"),
            "{answer}: {error}"
        );
    }
}

// --- pages

#[test]
fn pages_of_a_listing_already_begun_go_on_with_the_next_page() {
    let server = Pages::new(three_pages);
    let mut connectors = server.client().list();
    assert_eq!(connectors.next().unwrap().unwrap().name, "a");
    let mut pages = connectors.pages();
    assert_eq!(pages.next().unwrap().unwrap().items[0].name, "c");
}

// --- remaining()

/// The rest of a listing as another process finds it.
#[track_caller]
fn kept(listing: Option<ListConnectors>) -> ListConnectors {
    let listing = listing.unwrap();
    let text = serde_json::to_string(&listing).unwrap();
    let read: ListConnectors = serde_json::from_str(&text).unwrap();
    assert_eq!(read, listing, "{text}");
    read
}

/// The names in a listing, up to the end.
#[track_caller]
fn names(listing: impl Iterator<Item = Result<Connector>>) -> Vec<String> {
    listing.map(|connector| connector.unwrap().name).collect()
}

#[test]
fn a_listing_not_yet_begun_remains_as_it_is() {
    let server = Pages::new(three_pages);
    for options in [
        ListConnectors::new(),
        ListConnectors::new().page_size(2).active(true).cursor("2"),
    ] {
        let connectors = server.client().list_with(&options.clone());
        assert_eq!(connectors.remaining(), Some(options.clone()));
        assert_eq!(connectors.pages().remaining(), Some(options));
    }
    assert!(server.asked().is_empty());
}

#[test]
fn what_remains_of_a_listing_goes_on_behind_the_last_one_seen_wherever_it_was_left() {
    let all = ["a", "b", "c", "d", "e"];
    for taken in 0..5 {
        let server = Pages::new(three_pages);
        let mut connectors = server.client().list();
        let before = names(connectors.by_ref().take(taken));
        assert_eq!(before, all[..taken]);
        let rest = kept(connectors.remaining());
        drop(connectors);
        assert_eq!(
            names(server.client().list_with(&rest)),
            all[taken..],
            "after {taken}"
        );
    }
}

#[test]
fn nothing_remains_of_a_listing_that_was_seen_whole() {
    let server = Pages::new(three_pages);
    let mut connectors = server.client().list();
    assert_eq!(connectors.by_ref().take(5).count(), 5);
    // The last one was seen, and its page names no other: nobody need ask.
    assert_eq!(connectors.remaining(), None);
    assert!(connectors.next().is_none());
    assert_eq!(connectors.remaining(), None);
    let mut pages = server.client().list().pages();
    assert_eq!(pages.by_ref().count(), 3);
    assert_eq!(pages.remaining(), None);

    let empty = Pages::new(|_| page(&[], None));
    let mut connectors = empty.client().list();
    assert!(connectors.next().is_none());
    assert_eq!(connectors.remaining(), None);
}

#[test]
fn what_remains_of_a_listing_can_be_left_again_and_again() {
    let server = Pages::new(three_pages);
    let (mut rest, mut seen) = (Some(ListConnectors::new()), Vec::new());
    while rest.is_some() {
        let mut connectors = server.client().list_with(&kept(rest));
        // Left before the first one, too.
        let mut connectors = server
            .client()
            .list_with(&kept(connectors.by_ref().remaining()));
        seen.extend(names(connectors.by_ref().take(1)));
        rest = connectors.remaining();
    }
    assert_eq!(seen, ["a", "b", "c", "d", "e"]);
}

#[test]
fn what_remains_of_pages_begins_with_the_next_one() {
    let server = Pages::new(three_pages);
    let mut pages = server
        .client()
        .list_with(&ListConnectors::new().page_size(2))
        .pages();
    pages.next().unwrap().unwrap();
    let rest = kept(pages.remaining());
    assert_eq!(rest, ListConnectors::new().page_size(2).cursor("2"));
    let sizes = server
        .client()
        .list_with(&rest)
        .pages()
        .map(|page| page.unwrap().items.len());
    assert_eq!(sizes.collect::<Vec<_>>(), [2, 1]);
}

#[test]
fn after_an_error_the_page_that_failed_remains() {
    let server = stumbling();
    let mut connectors = server
        .client()
        .list_with(&ListConnectors::new().active(true));
    let before = connectors.by_ref().map_while(Result::ok).count();
    let rest = kept(connectors.remaining());
    assert_eq!(rest, ListConnectors::new().active(true).cursor("2"));
    assert!(connectors.next().is_none());
    assert_eq!(connectors.remaining(), Some(rest.clone()));
    assert_eq!(before + names(server.client().list_with(&rest)).len(), 5);

    let server = stumbling();
    let mut pages = server.client().list().pages();
    assert_eq!(pages.by_ref().map_while(Result::ok).count(), 1);
    let rest = kept(pages.remaining());
    assert_eq!(rest, ListConnectors::new().cursor("2"));

    // An error on the page in hand of a process before: its place is kept.
    let server = Pages::with_status({
        let asked = Mutex::new(0);
        move |cursor| {
            *asked.lock().unwrap() += 1;
            match *asked.lock().unwrap() {
                2 => (403, json!({"detail": "not now"})),
                _ => (200, three_pages(cursor)),
            }
        }
    });
    let mut connectors = server.client().list();
    connectors.next().unwrap().unwrap();
    let mut connectors = server.client().list_with(&kept(connectors.remaining()));
    assert!(connectors.next().unwrap().is_err());
    let rest = kept(connectors.remaining());
    assert_eq!(
        names(server.client().list_with(&rest)),
        ["b", "c", "d", "e"]
    );
}

#[test]
fn what_remains_is_listed_by_pages_and_page_by_page_too() {
    let server = Pages::new(three_pages);
    let mut connectors = server.client().list();
    assert_eq!(names(connectors.by_ref().take(3)), ["a", "b", "c"]);
    let rest = kept(connectors.remaining());
    let pages = server.client().list_with(&rest.clone()).pages();
    let by_pages = pages
        .flat_map(|page| page.unwrap())
        .map(|connector| connector.name);
    assert_eq!(by_pages.collect::<Vec<_>>(), ["d", "e"]);
    let page = server.client().list_page(&rest).unwrap();
    assert_eq!(page.items[0].name, "d");
    // Another cursor is another place, and a page is seen from its beginning.
    let page = server.client().list_page(&rest.cursor("2")).unwrap();
    assert_eq!(page.items[0].name, "c");
}

#[test]
fn the_filter_and_the_page_size_remain() {
    let server = Pages::new(three_pages);
    let options = ListConnectors::new()
        .page_size(7)
        .supports_mcp(false)
        .filter("new", "x y");
    let mut connectors = server.client().list_with(&options);
    connectors.next().unwrap().unwrap();
    let rest = kept(connectors.remaining());
    assert_eq!(names(server.client().list_with(&rest)).len(), 4);
    let asked = server.asked();
    assert_eq!(asked.len(), 4, "{asked:?}");
    assert_eq!(asked[0], asked[1]);
    assert_eq!(
        asked[2],
        asked[0].replace("page_size=7", "page_size=7&cursor=2")
    );
    // What was seen is the client's to know, and not sent.
    assert!(
        asked.iter().all(|target| !target.contains("id-of")),
        "{asked:?}"
    );
}

/// A server with these connectors, in pages of two; a cursor names the last one of its page.
struct Changing {
    names: Arc<Mutex<Vec<&'static str>>>,
    server: Pages,
}

impl Changing {
    fn new() -> Self {
        let names = Arc::new(Mutex::new(vec!["b", "d", "f", "h", "j"]));
        let shared = Arc::clone(&names);
        let server = Pages::new(move |cursor| {
            let names = shared.lock().unwrap();
            let rest: Vec<_> = names
                .iter()
                .copied()
                .filter(|name| Some(*name) > cursor)
                .collect();
            let shown = &rest[..rest.len().min(2)];
            page(shown, shown.last().copied().filter(|_| rest.len() > 2))
        });
        Changing { names, server }
    }
}

#[test]
fn nothing_is_missed_whatever_happens_in_front_of_what_remains() {
    type Change = fn(&mut Vec<&'static str>);
    let changes: [(&str, Change, &[&str]); 6] = [
        ("nothing happens", |_| {}, &["h", "j"]),
        (
            "the last one seen is deleted",
            |names| names.retain(|name| *name != "f"),
            &["h", "j"],
        ),
        (
            "the one before is deleted",
            |names| names.retain(|name| *name != "d"),
            &["h", "j"],
        ),
        (
            "all that were seen are deleted",
            |names| names.retain(|name| *name > "f"),
            &["h", "j"],
        ),
        (
            "one is created in front",
            |names| names.insert(0, "a"),
            &["h", "j"],
        ),
        (
            "one is created right in front",
            |names| names.insert(2, "e"),
            &["h", "j"],
        ),
    ];
    for (case, change, want) in changes {
        let Changing { names: all, server } = Changing::new();
        let mut connectors = server.client().list();
        // In the middle of the second page.
        assert_eq!(names(connectors.by_ref().take(3)), ["b", "d", "f"]);
        let rest = kept(connectors.remaining());
        change(&mut all.lock().unwrap());
        assert_eq!(names(server.client().list_with(&rest)), want, "{case}");
    }
}

#[test]
fn where_the_last_one_seen_is_gone_the_page_in_hand_is_seen_again() {
    let server = Changing::new();
    let client = server.server.client();
    let mut connectors = client.list();
    assert_eq!(names(connectors.by_ref().take(1)), ["b"]);
    let rest = kept(connectors.remaining());
    *server.names.lock().unwrap() = vec!["a", "d", "f"];
    assert_eq!(names(client.list_with(&rest)), ["a", "d", "f"]);
}

#[test]
fn a_listing_is_kept_as_what_was_set_of_it() {
    for (listing, want) in [
        (ListConnectors::new(), json!({})),
        (
            ListConnectors::new().page_size(2).cursor("c"),
            json!({"page_size": 2, "cursor": "c"}),
        ),
        (
            ListConnectors::new().active(false).supports_mcp(true),
            json!({"active": false, "supports_mcp": true}),
        ),
        (
            ListConnectors::new()
                .filter("new", json!({"a": [null]}))
                .active(true),
            json!({"active": true, "filter": {"new": {"a": [null]}}}),
        ),
        // Said of a flag what no flag can be.
        (
            ListConnectors::new().filter("active", "yes"),
            json!({"filter": {"active": "yes"}}),
        ),
        (
            ListConnectors::new().filter("active", Value::Null),
            json!({"filter": {"active": null}}),
        ),
        // Names that mean something else beside the filter.
        (
            ListConnectors::new().filter("after", "x"),
            json!({"filter": {"after": "x"}}),
        ),
    ] {
        assert_eq!(serde_json::to_value(&listing).unwrap(), want);
        assert_eq!(kept(Some(listing.clone())), listing);
        assert_eq!(
            serde_json::from_value::<ListConnectors>(want).unwrap(),
            listing
        );
    }
    let nulls =
        json!({"page_size": null, "cursor": null, "after": null, "active": null, "filter": null});
    let listing: ListConnectors = serde_json::from_value(nulls).unwrap();
    assert_eq!(listing, ListConnectors::new());
    let listing: ListConnectors = serde_json::from_value(json!({"cursor": ""})).unwrap();
    assert_eq!(listing, ListConnectors::new());
}

#[test]
fn a_listing_with_a_field_nobody_knows_is_refused_and_the_field_named() {
    for (text, why) in [
        (r#"{"page_size": 2, "cursr": "c"}"#, "unknown field `cursr`"),
        (r#"{"new": true}"#, "unknown field `new`"),
        (r#"{"page_size": "2"}"#, "invalid type: string"),
        (r#"{"page_size": -1}"#, "invalid value"),
        (r#"{"active": "yes"}"#, "invalid type: string"),
        (r#"{"filter": []}"#, "invalid type: sequence"),
        ("[]", "a listing"),
    ] {
        let error = serde_json::from_str::<ListConnectors>(text).unwrap_err();
        assert!(error.to_string().contains(why), "{text}: {error}");
    }
}

#[test]
fn a_filter_nobody_knows_yet_goes_in_both_encodings() {
    for (value, plain, in_json) in [
        (json!("a b&c"), "a b&c", r#"{"new":"a b&c"}"#),
        (json!("7"), "7", r#"{"new":"7"}"#),
        (json!(""), "", r#"{"new":""}"#),
        (json!(7), "7", r#"{"new":7}"#),
        (json!(1.5), "1.5", r#"{"new":1.5}"#),
        (json!(true), "true", r#"{"new":true}"#),
        (json!(null), "null", r#"{"new":null}"#),
        (json!(["a", 1]), r#"["a",1]"#, r#"{"new":["a",1]}"#),
        (
            json!({"in": {"a": "é"}}),
            r#"{"in":{"a":"é"}}"#,
            r#"{"new":{"in":{"a":"é"}}}"#,
        ),
    ] {
        let server = FakeServer::start();
        let options = ListConnectors::new().filter("new", value.clone());
        // Whatever the fake server responds.
        let _ = server.client().list_page(&options);
        let want = [("new", plain), ("query_filters", in_json)];
        let want = want.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(server.requests()[0].query, want, "{value}");
    }
    // The last word counts, also with those that have a method.
    let options = ListConnectors::new().filter("active", false).active(true);
    assert_eq!(options, ListConnectors::new().active(true));
}

// --- never for ever

/// Pages numbered from 0, of which the first `tail` come once and the next `length` in a circle.
fn circle(tail: usize, length: usize, items: &'static [&'static str]) -> Pages {
    Pages::new(move |cursor| {
        let at: usize = cursor.map_or(0, |cursor| cursor.parse().unwrap());
        let next = if at + 1 < tail + length { at + 1 } else { tail };
        page(items, Some(&next.to_string()))
    })
}

#[test]
fn a_circle_of_cursors_is_an_error_and_ends() {
    for tail in [1, 2, 7] {
        for length in [1, 2, 5] {
            let server = circle(tail, length, &["a"]);
            let mut connectors = server.client().list();
            let whole = connectors
                .by_ref()
                .take(1000)
                .collect::<Result<Vec<_>, _>>();
            let error = whole.unwrap_err();
            assert!(
                matches!(error, Error::Pagination(_)),
                "{length} after {tail}: {error}"
            );
            assert!(error.to_string().contains("circle"), "{error}");
            assert!(connectors.next().is_none());
            assert!(server.asked().len() >= tail + length);
            assert!(server.asked().len() <= 3 * (tail + length));

            let pages = circle(tail, length, &["a"]);
            let mut pages = pages.client().list().pages();
            let error = pages.find_map(Result::err).unwrap();
            assert!(matches!(error, Error::Pagination(_)), "{error}");
            assert!(pages.next().is_none());
        }
    }
}

#[test]
fn a_circle_of_empty_pages_is_found_as_a_circle() {
    let server = circle(1, 2, &[]);
    let mut connectors = server.client().list();
    let error = connectors.next().unwrap().unwrap_err();
    assert!(error.to_string().contains("circle"), "{error}");
    assert!(connectors.next().is_none());
}

#[test]
fn a_circle_through_the_cursor_it_begins_at_is_an_error() {
    let server = Pages::new(|_| page(&["a"], Some("here")));
    let connectors = server
        .client()
        .list_with(&ListConnectors::new().cursor("here"));
    let results: Vec<_> = connectors.take(10).collect();
    assert_eq!(results.len(), 2);
    assert!(matches!(results[1], Err(Error::Pagination(_))));
    assert_eq!(server.asked(), ["?cursor=here"]);
}

/// This many empty pages, then one with a connector.
fn after_empty_pages(empty: usize) -> Pages {
    Pages::new(move |cursor| {
        let at: usize = cursor.map_or(0, |cursor| cursor.parse().unwrap());
        match at < empty {
            true => page(&[], Some(&(at + 1).to_string())),
            false => page(&["a"], None),
        }
    })
}

#[test]
fn a_thousand_empty_pages_in_a_row_are_an_error() {
    let server = after_empty_pages(usize::MAX);
    let mut connectors = server.client().list();
    let error = connectors.next().unwrap().unwrap_err();
    assert!(matches!(error, Error::Pagination(_)), "{error}");
    assert!(error.to_string().contains("1000 empty pages"), "{error}");
    assert!(connectors.next().is_none());
    let rest = ListConnectors::new().cursor("1000");
    assert_eq!(connectors.remaining(), Some(rest));
    assert_eq!(server.asked().len(), 1000);
}

#[test]
fn pages_end_after_a_thousand_empty_ones_too() {
    let server = after_empty_pages(usize::MAX);
    let mut pages = server.client().list().pages();
    let good = pages.by_ref().take(1000).filter(Result::is_ok).count();
    assert_eq!(good, 1000);
    assert!(matches!(pages.next(), Some(Err(Error::Pagination(_)))));
    assert!(pages.next().is_none());
    assert_eq!(server.asked().len(), 1000);
}

#[test]
fn fewer_than_a_thousand_empty_pages_are_no_error() {
    let server = after_empty_pages(999);
    assert_eq!(server.names(), ["a"]);
    assert_eq!(server.asked().len(), 1000);
}

#[test]
fn empty_pages_are_counted_anew_after_one_that_is_not() {
    let server = Pages::new(|cursor| {
        let at: usize = cursor.map_or(0, |cursor| cursor.parse().unwrap());
        let items: &[&str] = if at % 700 == 699 { &["a"] } else { &[] };
        let next = (at + 1).to_string();
        page(items, (at < 1400).then_some(next.as_str()))
    });
    assert_eq!(server.names(), ["a", "a"]);
}

#[test]
fn a_listing_of_many_pages_is_no_circle() {
    let server = FakeServer::start();
    for _ in 0..300 {
        server.add(json!({}));
    }
    let options = ListConnectors::new().page_size(1);
    let connectors = server.client().list_with(&options);
    assert_eq!(connectors.map(Result::unwrap).count(), 300);
}

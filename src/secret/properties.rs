//! What the search promises for every secret and every text around it.

use super::{REDACTED, Redactor, Secret};

/// This many characters of a secret in a row are not shown.
const PIECE: usize = 12;

/// Random numbers that are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) as usize % end
    }

    fn text(&mut self, parts: &[&str], most: usize) -> String {
        let length = self.below(most + 1);
        (0..length)
            .map(|_| parts[self.below(parts.len())])
            .collect()
    }
}

/// The parts of secrets and of the texts around them. No letter is in both.
const SECRET: [&str; 24] = [
    "a", "b", "c", "d", "e", "F", "G", "1", "2", "3", "-", "_", "/", "+", " ", "\"", "\\", "&",
    "'", "%41", "&amp;", "\\n", "é", "😀",
];
const AROUND: [&str; 12] = [
    "x", "y", "Z", "7", "8", ":", ",", "(", ") ", "\u{fc}", "x y", "=",
];

fn by_char(text: &str, escape: impl Fn(char) -> Option<String>) -> String {
    let one = |c: char| escape(c).unwrap_or_else(|| c.to_string());
    text.chars().map(one).collect()
}

fn url(text: &str, space: &str) -> String {
    by_char(text, |c| match c {
        ' ' => Some(space.to_owned()),
        c if c.is_ascii_alphanumeric() || "-_.~".contains(c) => None,
        c => Some(
            c.to_string()
                .bytes()
                .map(|byte| format!("%{byte:02X}"))
                .collect(),
        ),
    })
}

fn json(text: &str) -> String {
    let quoted = serde_json::json!(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

type Encoding = (&'static str, fn(&str) -> String);

const ENCODINGS: [Encoding; 10] = [
    ("verbatim", |text| text.to_owned()),
    ("upper case", |text| text.to_uppercase()),
    ("lower case", |text| text.to_lowercase()),
    ("JSON", json),
    ("JSON in ASCII", |text| {
        by_char(text, |c| match c {
            '"' | '\\' | '/' => Some(format!("\\{c}")),
            c if c.is_ascii() => None,
            c => {
                let mut units = [0; 2];
                let units = c.encode_utf16(&mut units).iter();
                Some(units.map(|unit| format!("\\u{unit:04x}")).collect())
            }
        })
    }),
    ("Python", |text| {
        by_char(text, |c| match u32::from(c) {
            0x27 | 0x5c => Some(format!("\\{c}")),
            0..=0x7f => None,
            code @ 0..=0xff => Some(format!("\\x{code:02x}")),
            code @ 0..=0xffff => Some(format!("\\u{code:04x}")),
            code => Some(format!("\\U{code:08x}")),
        })
    }),
    ("URL", |text| url(text, "%20")),
    ("form", |text| url(text, "+")),
    ("HTML", |text| {
        by_char(text, |c| match c {
            '&' => Some("&amp;".into()),
            '\'' => Some("&#x27;".into()),
            '"' => Some("&quot;".into()),
            c if c.is_ascii() => None,
            c => Some(format!("&#{};", u32::from(c))),
        })
    }),
    ("JSON in JSON", |text| json(&json(text))),
];

#[test]
fn no_twelve_characters_of_any_secret_are_shown_and_nothing_else_is_changed() {
    let mut random = Random(1);
    for _ in 0..150 {
        // Texts are shown with one space between words.
        let secret = format!("dd{}dd", random.text(&SECRET, 40));
        let secret = secret.split_whitespace().collect::<Vec<_>>().join(" ");
        let redactor = Redactor::new(&[Secret::new(&secret)]);
        let (before, after) = (random.text(&AROUND, 9), random.text(&AROUND, 9));
        let chars: Vec<char> = secret.chars().collect();
        // The whole secret, or a piece of at least twelve characters.
        let length = match chars.len() {
            short @ 0..=12 => short,
            all => PIECE + random.below(all - PIECE + 1),
        };
        let begin = random.below(chars.len() - length + 1);
        let piece: String = chars[begin..begin + length].iter().collect();
        for (name, encode) in ENCODINGS {
            let text = format!("{before}{}{after}", encode(&piece));
            let shown = redactor.redact(&text);
            let case = format!("{name}: {secret:?} in {text:?}: {shown:?}");
            assert!(shown.contains(REDACTED), "{case}");
            for window in chars.windows(length.min(PIECE)) {
                let window: String = window.iter().collect();
                let window = encode(&window).to_lowercase();
                assert!(!shown.to_lowercase().contains(&window), "{case}");
            }
            // A space beside the piece can be the next character of the secret.
            let (before, after) = (before.trim_end(), after.trim_start());
            assert!(
                shown.starts_with(before) && shown.ends_with(after),
                "{case}"
            );
            let around = encode(&format!("{before}, {after}"));
            assert_eq!(redactor.redact(&around), around, "{name}: {secret:?}");
        }
    }
}

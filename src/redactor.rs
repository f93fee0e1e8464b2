//! The search for secrets in foreign text, which is shown in errors and log lines.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;

use crate::escapes::{escape, number};
use crate::secret::{REDACTED, Secret};

/// How many bytes of a server's text an error keeps.
const SHOWN: usize = 500;

/// How many bytes of it are searched for secrets: what is shown comes from its beginning.
const SEARCHED: usize = 65_536;

/// So many characters of a secret in a row are not shown, wherever they stand in it: its beginning,
/// its end, what a server leaves of it when it shortens.
const PIECE: usize = 12;

/// So many at the end of a text, and half of the secret, count as a secret that was cut off.
const SHORTEST_CUT: usize = 8;

/// A secret of fewer bytes is not searched for in other encodings.
const SHORTEST_ENCODED: usize = 8;

/// How many escapes around each other are seen through: JSON in a JSON string in HTML.
const DEPTH: usize = 3;

/// Finds secrets in text that came from elsewhere, however it is written: as it is or in other
/// case, in Base64 or hexadecimal, as a list of bytes, escaped as in JSON, URLs, HTML or a programming language, and in
/// these within each other.
#[derive(Clone, Default)]
pub(crate) struct Redactor {
    needles: Vec<Arc<Needles>>,
}

impl Redactor {
    pub(crate) fn new<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        Redactor::default().and(secrets)
    }

    /// The same with more secrets.
    pub(crate) fn and<'a>(&self, secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        let mut redactor = self.clone();
        let needles = Needles::new(secrets);
        if !needles.pieces.is_empty() {
            redactor.needles.push(Arc::new(needles));
        }
        redactor
    }

    /// `text` without any secret, nor a good part of one.
    pub(crate) fn text(&self, text: &str) -> String {
        if self.needles.is_empty() {
            return text.to_owned();
        }
        let mut black: Vec<Range<usize>> = Vec::new();
        let mut decoded = Decoded::plain(text);
        for _ in 0..=DEPTH {
            for needles in &self.needles {
                decoded.find(needles, &mut black);
            }
            for bytes in [decoded.bytes(10), decoded.bytes(16)] {
                for needles in &self.needles {
                    bytes.find_pieces(&needles.as_bytes, &mut black);
                }
            }
            match decoded.decode() {
                Some(deeper) => decoded = deeper,
                None => break,
            }
        }
        black.sort_by_key(|range| range.start);
        let (mut clean, mut at) = (String::new(), None);
        for range in black {
            if at.is_none_or(|at| range.start > at) {
                clean.push_str(text.get(at.unwrap_or(0)..range.start).unwrap_or_default());
                clean.push_str(REDACTED);
            }
            at = at.max(Some(range.end));
        }
        clean.push_str(text.get(at.unwrap_or(0)..).unwrap_or_default());
        clean
    }

    /// The start of a foreign text in one line, without secrets.
    pub(crate) fn show(&self, text: &str) -> String {
        shorten(&self.text(start(text, SEARCHED)))
    }
}

/// Hashes of pieces of secrets, sorted, by the length of the piece.
type Pieces = BTreeMap<usize, Vec<u64>>;

/// What is searched for.
#[derive(Default)]
struct Needles {
    pieces: Pieces,
    /// Those of the bytes of secrets, each as a character.
    as_bytes: Pieces,
    /// The beginnings of secrets, and how much of one is too much.
    heads: Vec<(Vec<char>, usize)>,
}

impl Needles {
    fn new<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        let mut needles = Needles::default();
        let secrets = secrets
            .into_iter()
            .filter(|secret| secret.is_searched_for());
        for text in secrets.map(Secret::expose) {
            needles.add(text);
            if text.len() >= SHORTEST_ENCODED {
                needles.add_encoded(text.as_bytes());
            }
        }
        let all = [&mut needles.pieces, &mut needles.as_bytes];
        for hashes in all.into_iter().flat_map(|pieces| pieces.values_mut()) {
            hashes.sort_unstable();
            hashes.dedup();
        }
        needles
    }

    fn add(&mut self, text: &str) {
        let chars: Vec<char> = text.chars().map(fold).collect();
        cut(&chars, &mut self.pieces);
        let enough = SHORTEST_CUT.max(chars.len().div_ceil(2));
        if enough < PIECE.min(chars.len()) {
            let head = chars.into_iter().take(PIECE).collect();
            self.heads.push((head, enough));
        }
    }

    fn add_encoded(&mut self, bytes: &[u8]) {
        let chars = bytes.iter().map(|byte| fold(char::from(*byte)));
        cut(&chars.collect::<Vec<_>>(), &mut self.as_bytes);
        let mut hex = String::new();
        for byte in bytes {
            let _ = write!(hex, "{byte:02x}");
        }
        self.add(&hex);
        // Base64 depends on where in three bytes the secret begins.
        for before in 0..3 {
            let standard = base64(bytes, before, b"+/");
            let for_urls = base64(bytes, before, b"-_");
            if for_urls != standard {
                self.add(&for_urls);
            }
            self.add(&standard);
        }
    }
}

/// Adds the pieces of a secret.
fn cut(secret: &[char], pieces: &mut Pieces) {
    let length = secret.len().min(PIECE);
    let pieces = pieces.entry(length).or_default();
    hashes(secret, length, |_, hash| pieces.push(hash));
}

/// What counts as the same character: case is easily changed, and forms write a space as `+`.
fn fold(c: char) -> char {
    match c {
        '+' => ' ',
        c if c.is_ascii() => c.to_ascii_lowercase(),
        // Some letters have two small forms for one capital.
        c => {
            let capital = c.to_uppercase().next().unwrap_or(c);
            capital.to_lowercase().next().unwrap_or(capital)
        }
    }
}

/// Calls `each` with the place and the hash of every piece of this length.
fn hashes(chars: &[char], length: usize, mut each: impl FnMut(usize, u64)) {
    const BASE: u64 = 0x9e37_79b9_7f4a_7c15;
    // What the first character of a piece counts for in its hash.
    let first = (1..length).fold(1_u64, |power, _| power.wrapping_mul(BASE));
    let mut hash = 0_u64;
    for (at, c) in chars.iter().enumerate() {
        if let Some(gone) = at.checked_sub(length).and_then(|at| chars.get(at)) {
            hash = hash.wrapping_sub(u64::from(*gone).wrapping_mul(first));
        }
        hash = hash.wrapping_mul(BASE).wrapping_add(u64::from(*c));
        if at + 1 >= length {
            each(at + 1 - length, hash);
        }
    }
}

/// What Base64 makes of `bytes` behind `before` unknown ones, as far as they alone decide it.
fn base64(bytes: &[u8], before: usize, last_two: &[u8; 2]) -> String {
    let digit = |value: u8| match value {
        0..=25 => b'A' + value,
        26..=51 => b'a' + value - 26,
        52..=61 => b'0' + value - 52,
        62 => last_two[0],
        _ => last_two[1],
    };
    let bits = bytes
        .iter()
        .flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1));
    // The rest of the digit that the last byte before has begun.
    let begun = match before % 3 {
        0 => 0,
        1 => 4,
        _ => 2,
    };
    let bits: Vec<u8> = bits.skip(begun).collect();
    let digits = bits.chunks_exact(6);
    let value = |bits: &[u8]| bits.iter().fold(0, |value, bit| value << 1 | bit);
    digits.map(|bits| char::from(digit(value(bits)))).collect()
}

/// The start of `text` in one line.
pub(crate) fn shorten(text: &str) -> String {
    // Line breaks would forge log lines, and marks of direction rearrange them.
    let breaks = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut line = String::new();
    for word in text.split(breaks).filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > SHOWN {
            return format!("{}…", start(&line, SHOWN));
        }
    }
    line
}

/// At most this many bytes from the start of `text`, in whole characters.
fn start(text: &str, bytes: usize) -> &str {
    match text.len() <= bytes {
        true => text,
        false => (0..=bytes)
            .rev()
            .find_map(|end| text.get(..end))
            .unwrap_or_default(),
    }
}

/// A text with some of its escapes resolved.
struct Decoded {
    chars: Vec<char>,
    /// Where each character stands in the text, in bytes.
    spans: Vec<Range<usize>>,
}

impl Decoded {
    fn plain(text: &str) -> Self {
        let spans = text.char_indices();
        Decoded {
            chars: text.chars().collect(),
            spans: spans.map(|(at, c)| at..at + c.len_utf8()).collect(),
        }
    }

    /// Adds where secrets stand, or good parts of them.
    fn find(&self, needles: &Needles, black: &mut Vec<Range<usize>>) {
        let chars = self.find_pieces(&needles.pieces, black);
        for (head, enough) in &needles.heads {
            let cut = (*enough..head.len()).rev();
            let mut cut = cut.filter_map(|length| head.get(..length));
            if let Some(cut) = cut.find(|cut| chars.ends_with(cut)) {
                black.extend(self.span(chars.len() - cut.len(), cut.len()));
            }
        }
    }

    /// Adds where these pieces stand, and returns what was searched.
    fn find_pieces(&self, pieces: &Pieces, black: &mut Vec<Range<usize>>) -> Vec<char> {
        let chars: Vec<char> = self.chars.iter().copied().map(fold).collect();
        for (&length, pieces) in pieces {
            hashes(&chars, length, |at, hash| {
                if pieces.binary_search(&hash).is_ok() {
                    black.extend(self.span(at, length));
                }
            });
        }
        chars
    }

    /// Where so many characters stand in the text.
    fn span(&self, at: usize, length: usize) -> Option<Range<usize>> {
        Some(self.spans.get(at)?.start..self.spans.get(at + length - 1)?.end)
    }

    /// With the bytes that it lists as numbers, each as a character: `[115, 101]`, `73:65`, `0x73 0x65`.
    fn bytes(&self, radix: u32) -> Self {
        let mut bytes = Decoded {
            chars: Vec::new(),
            spans: Vec::new(),
        };
        let mut at = 0;
        for word in self.chars.split(|c| !c.is_ascii_alphanumeric()) {
            let digits = match word {
                ['0', 'x' | 'X', digits @ ..] if radix == 16 => digits,
                digits => digits,
            };
            let byte = number(digits, radix).and_then(|number| u8::try_from(number).ok());
            let span = self.spans.get(at..at + word.len()).unwrap_or_default();
            if let ([first, ..], [.., last]) = (span, span) {
                // What is no byte ends the list: this character is none.
                let c = byte.map_or(char::REPLACEMENT_CHARACTER, char::from);
                bytes.chars.push(c);
                bytes.spans.push(first.start..last.end);
            }
            at += word.len() + 1;
        }
        bytes
    }

    /// With one more layer of escapes resolved; `None` if there is none.
    fn decode(&self) -> Option<Self> {
        let mut next = Decoded {
            chars: Vec::new(),
            spans: Vec::new(),
        };
        let mut rest = self.chars.as_slice();
        while let [first, others @ ..] = rest {
            let at = self.chars.len() - rest.len();
            let (chars, length) = escape(rest).unwrap_or_else(|| (vec![*first], 1));
            // The characters of one escape share its place.
            let span = self.spans.get(at)?.start..self.spans.get(at + length - 1)?.end;
            next.spans.extend(chars.iter().map(|_| span.clone()));
            next.chars.extend(chars);
            rest = rest.get(length..).unwrap_or(others);
        }
        (next.chars.len() < self.chars.len()).then_some(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redactor(secret: &str) -> Redactor {
        Redactor::new([&Secret::new(secret)])
    }

    #[test]
    fn a_secret_is_found_in_every_encoding() {
        let secret = "se-cr/et+\"€\" & <more>'\n\t😀";
        for text in [
            "se-cr/et+\"€\" & <more>'\n\t😀",
            "SE-CR/ET+\"€\" & <MORE>'\n\t😀",
            r#"se-cr/et+\"€\" & <more>'\n\t😀"#,
            r#"se-cr\/et+\"€\" & <more>'\u000a\u0009\ud83d\uDE00"#,
            r#"se-cr\u002fet+\u0022\u20AC\u0022 \u0026 <more>'\n\t\ud83d\ude00"#,
            r#"se-cr/et+\\\"€\\\" & <more>'\\n\\t😀"#,
            r#"se-cr/et+"\u20ac" & <more>\'\n\t\U0001f600"#,
            r#"se-cr/et+"\u{20ac}" & <more>\'\x0a\x09\u{1F600}"#,
            "se-cr%2Fet%2B%22%E2%82%AC%22%20%26%20%3Cmore%3E%27%0A%09%F0%9F%98%80",
            "se-cr%2fet%2b%22%e2%82%ac%22+%26+%3cmore%3e%27%0a%09%f0%9f%98%80",
            "%73e-cr%252Fet%2B%22€%22 %26 <more>'%0A\t😀",
            "se-cr/et+&quot;€&quot; &amp; &lt;more&gt;&#39;&#10;&#9;&#128512;",
            "se-cr&#x2F;et&#43;&quot;&#8364;&quot; &amp; &lt;more&gt;&apos;&#XA;&#x9;&#x1F600;",
            r#"se-cr/et+\&quot;€\&quot; &amp; <more>'\n\t😀"#,
            "c2UtY3IvZXQrIuKCrCIgJiA8bW9yZT4nCgnwn5iA",
            "73652d63722f65742b22e282ac222026203c6d6f72653e270a09f09f9880",
            "73652D63722F65742B22E282AC222026203C6D6F72653E270A09F09F9880",
            "73:65:2d:63:72:2f:65:74:2b:22:e2:82:ac:22:20:26:20:3c:6d:6f:72:65:3e:27:0a:09:f0:9f:98:80",
            "0x73, 0x65, 0x2D, 0x63, 0x72, 0x2F, 0x65, 0x74, 0x2B, 0x22, 0xE2, 0x82, 0xAC, 0x22, 0x20, 0x26, \
             0x20, 0x3C, 0x6D, 0x6F, 0x72, 0x65, 0x3E, 0x27, 0xA, 0x9, 0xF0, 0x9F, 0x98, 0x80",
            "115,101,45,99,114,47,101,116,43,34,226,130,172,34,32,38,32,60,109,111,114,101,62,39,10,9,\
             240,159,152,128",
        ] {
            let shown = redactor(secret).text(&format!("before {text} after"));
            assert_eq!(shown, "before [redacted] after", "{text}");
        }
    }

    #[test]
    fn marks_that_are_no_escapes_do_not_hide_a_secret_in_an_escaped_text() {
        for (secret, text) in [
            ("ab\"\r\u{8}\u{c}cd", r#"ab\"\r\b\fcd"#),
            ("ab\"&#;cdef", r#"ab\"&#;cdef"#),
            ("ab\"&#x;cdef", r#"ab\"&#x;cdef"#),
            ("ab\"%zz\\q&bad;", r#"ab\"%zz\\q&bad;"#),
        ] {
            assert_eq!(redactor(secret).text(text), "[redacted]", "{text}");
        }
    }

    #[test]
    fn the_case_of_letters_does_not_hide_a_secret() {
        for text in ["gehe\u{ef}m-\u{e9}\u{3c9}", "GEHE\u{cf}M-\u{c9}\u{3a9}"] {
            assert_eq!(
                redactor("Gehe\u{ef}m-\u{c9}\u{3c9}").text(text),
                "[redacted]"
            );
        }
    }

    #[test]
    fn a_list_of_bytes_ends_at_what_is_no_byte() {
        for text in [
            "[48, 49, 50, 51, x, 52, 53, 54, 55]",
            "[48, 49, 50, 51, 256, 52, 53, 54, 55]",
            "[0x48, 0x49, 0x50, 0x51, 0x52, 0x53, 0x54, 0x55]",
            "[48, 49, 50, 51, 52, 53, 54]",
        ] {
            assert_eq!(redactor("01234567").text(text), text);
        }
        assert_eq!(
            redactor("01234567").text("[7, 48, 49, 50, 51, 52, 53, 54, 55, 7]"),
            "[7, [redacted], 7]"
        );
    }

    #[test]
    fn a_secret_is_found_in_the_base64_of_a_longer_text() {
        // Of `x…`, `xy…` and `user:…`, each with more behind; what the neighbours decide is left.
        for (text, left) in [
            ("eDAxMjM0NTY3ODlhYmNkZWYtLS0=", "eD[redacted]YtLS0="),
            ("eHkwMTIzNDU2Nzg5YWJjZGVmLS0t", "eHk[redacted]LS0t"),
            ("dXNlcjowMTIzNDU2Nzg5YWJjZGVmLS0t", "dXNlcjo[redacted]LS0t"),
        ] {
            assert_eq!(redactor("0123456789abcdef").text(text), left);
        }
        // Both alphabets.
        for text in ["Pz8/Pj4+Pz8/Pj4+", "Pz8_Pj4-Pz8_Pj4-"] {
            assert_eq!(redactor("???>>>???>>>").text(text), "[redacted]");
        }
    }

    #[test]
    fn what_only_looks_like_an_escape_is_left_alone() {
        for text in [
            "100%",
            "%",
            "%zz",
            "%f",
            "%+1",
            "\\",
            "\\u12",
            "\\uD800",
            "\\uD800\\u0041",
            "\\q",
            "\\x4",
            "\\U1",
            "\\u{}",
            "\\u{12345678}",
            "&",
            "&#",
            "&#;",
            "&#x;",
            "&#xFFFFFFF;",
            "&bad;",
        ] {
            assert_eq!(redactor("secret").text(text), text);
            let shown = redactor("secret").text(&format!("{text}secret{text}"));
            assert_eq!(shown, format!("{text}[redacted]{text}"));
        }
    }

    #[test]
    fn every_occurrence_is_found_and_overlaps_are_one() {
        let redactor = Redactor::new([&Secret::new("abcd"), &Secret::new("cdef")]);
        assert_eq!(
            redactor.text("abcd-cdef abcdef."),
            "[redacted]-[redacted] [redacted]."
        );
        assert_eq!(redactor.text("abcdabcd"), "[redacted]");
    }

    #[test]
    fn a_good_part_of_a_secret_is_not_shown_either() {
        let secret = "0123456789abcdefghijklmnopqrstuvwxyz0123456789";
        let redactor = redactor(secret);
        for (text, want) in [
            ("0123456789abcdefghijkl...ghij", "[redacted]...ghij"),
            ("\"0123456789ab\"", "\"[redacted]\""),
            ("...opqrstuvwxyz0123456789", "...[redacted]"),
            ("...56789abcdefg...", "...[redacted]..."),
            (
                "first 0123456789abc…z0123456789x",
                "first [redacted]…z0123456789x",
            ),
            (r"567\u0038\u0039abcdefg", "[redacted]"),
            ("0123456789a", "0123456789a"),
            ("0123456789-abcdefghij", "0123456789-abcdefghij"),
        ] {
            assert_eq!(redactor.text(text), want, "{text}");
        }
    }

    #[test]
    fn a_secret_that_breaks_off_is_not_shown_either() {
        let secret = "0123456789abcdefghij";
        assert_eq!(redactor(secret).text("key: 0123456789"), "key: [redacted]");
        assert_eq!(redactor(secret).text("key: 012345678"), "key: 012345678");
        assert_eq!(
            redactor(secret).text("key: 0123456789 and more"),
            "key: 0123456789 and more"
        );
        assert_eq!(
            redactor("0123456789").text("key: 01234567"),
            "key: [redacted]"
        );
        assert_eq!(redactor("0123456789").text("key: 0123456"), "key: 0123456");
        assert_eq!(redactor("01234567").text("0123456"), "0123456");
    }

    #[test]
    fn values_too_short_to_be_secrets_are_not_searched_for() {
        assert_eq!(redactor("1").text("11 of 12"), "11 of 12");
        assert_eq!(redactor("abc").text("abc"), "abc");
        assert_eq!(redactor("abcd").text("abcd"), "[redacted]");
        // Too short to be told from ordinary text in another encoding.
        for text in [
            "61626364656667",
            "61 62 63 64 65 66 67",
            "97, 98, 99, 100, 101, 102, 103",
        ] {
            assert_eq!(redactor("abcdefg").text(text), text);
        }
    }

    #[test]
    fn ordinary_words_in_headers_stay_readable() {
        let header = |value: &str| Redactor::new([&Secret::header(value)]);
        assert_eq!(header("docs").text("no docs here"), "no docs here");
        assert_eq!(header("planner").text("planner"), "planner");
        assert_eq!(header("planners").text("planners"), "[redacted]");
    }
}

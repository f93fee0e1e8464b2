//! Server-sent events: the part of the format that matters for MCP.

use std::io::{BufRead, BufReader, Read, Result};
use std::mem;

/// Reads the messages in a stream of events as they come.
pub(super) struct EventStream<R> {
    input: BufReader<R>,
    /// The last line ended with a CR, so a LF that follows belongs to it.
    after_cr: bool,
}

impl<R: Read> EventStream<R> {
    pub(super) fn new(input: R) -> Self {
        EventStream {
            input: BufReader::new(input),
            after_cr: false,
        }
    }

    /// The data of the next message, each line with a LF. `None` at the end, where an unfinished event
    /// does not count. Events without data and those of other types are not messages.
    pub(super) fn next_message(&mut self) -> Result<Option<Vec<u8>>> {
        let (mut data, mut kind) = (Vec::new(), Vec::new());
        while let Some(line) = self.next_line()? {
            // A stream can begin with a byte order mark.
            let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line);
            if line.is_empty() {
                let is_message = kind.is_empty() || kind == b"message";
                if is_message && !data.trim_ascii().is_empty() {
                    return Ok(Some(data));
                }
                (data, kind) = (Vec::new(), Vec::new());
                continue;
            }
            // A comment is a field without a name.
            let mut parts = line.splitn(2, |byte| *byte == b':');
            let (name, value) = (parts.next(), parts.next().unwrap_or_default());
            let value = value.strip_prefix(b" ").unwrap_or(value);
            match name {
                Some(b"data") => {
                    data.extend_from_slice(value);
                    data.push(b'\n');
                }
                Some(b"event") => kind = value.to_vec(),
                _ => {}
            }
        }
        Ok(None)
    }

    /// The next line, which ends with LF, CR or CRLF. `None` at the end.
    fn next_line(&mut self) -> Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        loop {
            let input = self.input.fill_buf()?;
            if input.is_empty() {
                return Ok(None);
            }
            if mem::take(&mut self.after_cr) && input.starts_with(b"\n") {
                self.input.consume(1);
                continue;
            }
            let is_break = |byte: &u8| matches!(byte, b'\n' | b'\r');
            let end = input.iter().position(is_break);
            let taken = end.map_or(input.len(), |end| end + 1);
            let input = input.get(..taken).unwrap_or_default();
            self.after_cr = input.ends_with(b"\r");
            line.extend_from_slice(input);
            self.input.consume(taken);
            if end.is_some() {
                line.pop();
                return Ok(Some(line));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::hash::{DefaultHasher, Hash, Hasher};
    use std::io::{Error, ErrorKind};

    use super::*;

    /// All messages in a stream whose bytes come in pieces of these lengths, in turn.
    fn messages(stream: &[u8], lengths: &[usize]) -> Vec<String> {
        let mut lengths = lengths.iter().cycle();
        let pieces = std::iter::from_fn({
            let mut rest = stream;
            move || {
                let (piece, after) = rest.split_at((*lengths.next()?).min(rest.len()));
                rest = after;
                Some(piece)
            }
        });
        struct Pieces<I>(I);
        impl<'a, I: Iterator<Item = &'a [u8]>> Read for Pieces<I> {
            fn read(&mut self, mut buffer: &mut [u8]) -> Result<usize> {
                std::io::Write::write(&mut buffer, self.0.next().unwrap_or_default())
            }
        }
        let mut events = EventStream::new(Pieces(pieces));
        let messages = std::iter::from_fn(|| events.next_message().unwrap());
        messages
            .map(|data| String::from_utf8_lossy(&data).into_owned())
            .collect()
    }

    #[test]
    fn messages_are_read_as_the_format_specifies() {
        for (stream, want) in [
            ("data: a\n\n", vec!["a\n"]),
            ("data:a\r\rdata:b\r\n\r\n", vec!["a\n", "b\n"]),
            ("data:  a \n\n", vec![" a \n"]),
            ("\u{feff}data: a\n\n", vec!["a\n"]),
            ("data: a\ndata:b\n\n", vec!["a\nb\n"]),
            ("data: a: b\n\n", vec!["a: b\n"]),
            (": comment\ndata: a\n: comment\n\n:\n\n", vec!["a\n"]),
            ("event: message\ndata: a\n\n", vec!["a\n"]),
            ("event: other\ndata: a\n\ndata: b\n\n", vec!["b\n"]),
            ("id: 1\nretry: 9\ndata: \n\nid: 2\ndata: a\n\n", vec!["a\n"]),
            ("data\n\ndata: \ndata:\n\n\n\ndata: a\n\n", vec!["a\n"]),
            ("datas: a\n data: b\nDATA: c\n\n", vec![]),
            ("data: a\u{2028}b\u{85}c\n\n", vec!["a\u{2028}b\u{85}c\n"]),
            ("data: a\n\ndata: b\n", vec!["a\n"]),
            ("data: a", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(messages(stream.as_bytes(), &[99]), want, "{stream:?}");
        }
    }

    #[test]
    fn a_message_is_there_as_soon_as_its_last_byte() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> Result<usize> {
                Err(Error::from(ErrorKind::TimedOut))
            }
        }
        for stream in ["data: a\n\n", "data: a\r\r", "data: a\r\n\r"] {
            let mut events = EventStream::new(stream.as_bytes().chain(Broken));
            let first = events.next_message().unwrap();
            assert_eq!(first.as_deref(), Some(&b"a\n"[..]), "{stream:?}");
            assert!(events.next_message().is_err(), "{stream:?}");
        }
    }

    #[test]
    fn any_cut_of_the_bytes_and_any_line_break_gives_the_same_messages() {
        const PARTS: [&str; 16] = [
            "data: ",
            "data:",
            "data",
            "event: message",
            "event:",
            "other",
            ":",
            " ",
            "\n",
            "\n",
            "\r",
            "\r\n",
            "\r\n\r\n",
            "é",
            "\u{feff}",
            "{\"a\":1}",
        ];
        let mut found = 0;
        for seed in 0..2000_u32 {
            let random = |at: u32| {
                let mut hasher = DefaultHasher::new();
                (seed, at).hash(&mut hasher);
                hasher.finish() as usize
            };
            let parts = (0..random(0) as u32 % 40).map(|at| PARTS[random(at + 1) % PARTS.len()]);
            let stream: String = parts.collect();
            let whole = messages(stream.as_bytes(), &[usize::MAX]);
            found += whole.len();
            let breaks = stream.replace("\r\n", "\n").replace('\r', "\n");
            assert_eq!(messages(breaks.as_bytes(), &[9]), whole, "{stream:?}");
            let cuts: Vec<usize> = (100..107).map(|at| random(at) % 7 + 1).collect();
            for cuts in [&[1], &[2], &[3], cuts.as_slice()] {
                let cut = messages(stream.as_bytes(), cuts);
                assert_eq!(cut, whole, "{stream:?} in pieces of {cuts:?}");
            }
        }
        assert!(found > 100, "only {found} messages");
    }
}

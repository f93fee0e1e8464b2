//! Reads HTTP/1 requests from one connection.

use std::io::{self, Read, Write};
use std::net::TcpStream;

use httparse::Status;

const MAX_HEAD: usize = 64 * 1024;
const MAX_HEADERS: usize = 100;
const MAX_BODY: usize = 64 * 1024 * 1024;
/// A chunk's length and its extensions.
const MAX_CHUNK_LINE: usize = 1024;

/// A request as it was received.
pub(in crate::testing) struct Request {
    pub(in crate::testing) method: String,
    pub(in crate::testing) target: String,
    pub(in crate::testing) headers: Vec<(String, String)>,
    pub(in crate::testing) body: Vec<u8>,
    /// Whether the client may send another request on the same connection.
    pub(in crate::testing) keep_alive: bool,
}

/// Why the connection has no further request.
pub(in crate::testing) enum ReadError {
    /// The client has closed the connection, or it broke.
    Closed,
    /// The client gets this status with this explanation, and the connection is closed.
    Refused(u16, String),
}

impl From<io::Error> for ReadError {
    fn from(_: io::Error) -> Self {
        ReadError::Closed
    }
}

type Result<T> = std::result::Result<T, ReadError>;

fn refused<T>(status: u16, reason: impl Into<String>) -> Result<T> {
    Err(ReadError::Refused(status, reason.into()))
}

/// How the end of a body is found.
enum Framing {
    Length(usize),
    Chunked,
}

pub(in crate::testing) struct Reader<'a> {
    stream: &'a TcpStream,
    /// Bytes that were received and are not used yet.
    buffer: Vec<u8>,
}

impl<'a> Reader<'a> {
    pub(in crate::testing) fn new(stream: &'a TcpStream) -> Self {
        Reader {
            stream,
            buffer: Vec::new(),
        }
    }

    /// Waits for the next request and reads all of it.
    pub(in crate::testing) fn next(&mut self) -> Result<Request> {
        let (mut request, version) = self.head()?;
        let framing = framing(&request.headers, version)?;
        let waits = version == 1 && has_token(&request.headers, "expect", "100-continue");
        if waits && self.buffer.is_empty() {
            self.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        request.body = match framing {
            Framing::Length(length) => self.take(length)?,
            Framing::Chunked => self.chunks()?,
        };
        Ok(request)
    }

    /// A request without its body, and the minor version of HTTP.
    fn head(&mut self) -> Result<(Request, u8)> {
        loop {
            let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
            let mut head = httparse::Request::new(&mut headers);
            match head.parse(&self.buffer) {
                Ok(Status::Complete(length)) => {
                    let version = head.version.unwrap_or(1);
                    let headers: Vec<_> = head.headers.iter().map(owned).collect();
                    let request = Request {
                        method: head.method.unwrap_or_default().to_owned(),
                        target: head.path.unwrap_or_default().to_owned(),
                        keep_alive: version == 1 && !has_token(&headers, "connection", "close"),
                        headers,
                        body: Vec::new(),
                    };
                    self.take(length)?;
                    return Ok((request, version));
                }
                Ok(Status::Partial) if self.buffer.len() > MAX_HEAD => {
                    return refused(431, "the request line and the headers are too long");
                }
                Ok(Status::Partial) if self.buffer.is_empty() => {
                    if !self.receive()? {
                        return Err(ReadError::Closed);
                    }
                }
                Ok(Status::Partial) => self.receive_more()?,
                Err(httparse::Error::TooManyHeaders) => {
                    return refused(431, format!("more than {MAX_HEADERS} headers"));
                }
                Err(error) => return refused(400, format!("not an HTTP/1 request: {error}")),
            }
        }
    }

    fn chunks(&mut self) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let length = self.chunk_length()?;
            if length == 0 {
                self.skip_trailers()?;
                return Ok(body);
            }
            if length > MAX_BODY - body.len() {
                return too_large();
            }
            body.extend(self.take(length)?);
            if self.take(2)? != b"\r\n" {
                return refused(400, "a chunk is longer than it says");
            }
        }
    }

    fn chunk_length(&mut self) -> Result<usize> {
        loop {
            match httparse::parse_chunk_size(&self.buffer) {
                Ok(Status::Complete((line, length))) => {
                    self.take(line)?;
                    return usize::try_from(length).or_else(|_| too_large());
                }
                Ok(Status::Partial) if self.buffer.len() <= MAX_CHUNK_LINE => {
                    self.receive_more()?;
                }
                _ => return refused(400, "a chunk has no valid length"),
            }
        }
    }

    /// Skips what follows the last chunk, up to an empty line.
    fn skip_trailers(&mut self) -> Result<()> {
        let mut skipped = 0;
        loop {
            match self.buffer.iter().position(|byte| *byte == b'\n') {
                Some(end) => {
                    skipped += end + 1;
                    if matches!(self.take(end + 1)?.as_slice(), b"\n" | b"\r\n") {
                        return Ok(());
                    }
                }
                None => self.receive_more()?,
            }
            if skipped + self.buffer.len() > MAX_HEAD {
                return refused(431, "the trailers are too long");
            }
        }
    }

    /// The next bytes, exactly this many.
    fn take(&mut self, length: usize) -> Result<Vec<u8>> {
        while self.buffer.len() < length {
            self.receive_more()?;
        }
        let rest = self.buffer.split_off(length);
        Ok(std::mem::replace(&mut self.buffer, rest))
    }

    /// Receives bytes in the middle of a request.
    fn receive_more(&mut self) -> Result<()> {
        if self.receive()? {
            Ok(())
        } else {
            refused(400, "the connection was closed in the middle of a request")
        }
    }

    /// Receives some bytes. `false` if the client sends no more.
    fn receive(&mut self) -> io::Result<bool> {
        let mut bytes = [0; 16 * 1024];
        loop {
            match self.stream.read(&mut bytes) {
                Ok(length) => {
                    self.buffer.extend(bytes.iter().take(length));
                    return Ok(length > 0);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

fn owned(header: &httparse::Header<'_>) -> (String, String) {
    let value = String::from_utf8_lossy(header.value);
    (header.name.to_owned(), value.into_owned())
}

fn values<'a>(headers: &'a [(String, String)], name: &str) -> Vec<&'a str> {
    let own = |header: &&(String, String)| header.0.eq_ignore_ascii_case(name);
    let own = headers.iter().filter(own);
    own.map(|(_, value)| value.trim()).collect()
}

fn has_token(headers: &[(String, String)], name: &str, token: &str) -> bool {
    let values = values(headers, name);
    let mut tokens = values.iter().flat_map(|value| value.split(','));
    tokens.any(|own| own.trim().eq_ignore_ascii_case(token))
}

fn framing(headers: &[(String, String)], version: u8) -> Result<Framing> {
    let lengths = values(headers, "content-length");
    let encodings = values(headers, "transfer-encoding");
    if let Some(encoding) = encodings.first() {
        if !lengths.is_empty() || version == 0 {
            return refused(400, "Transfer-Encoding is not allowed in this request");
        }
        if encodings.len() > 1 || !encoding.eq_ignore_ascii_case("chunked") {
            return refused(501, "the only Transfer-Encoding known here is chunked");
        }
        return Ok(Framing::Chunked);
    }
    let Some(length) = lengths.first() else {
        return Ok(Framing::Length(0));
    };
    let is_number = !length.is_empty() && length.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number || lengths.iter().any(|other| other != length) {
        return refused(400, "Content-Length is not a number");
    }
    match length.parse() {
        Ok(length) if length <= MAX_BODY => Ok(Framing::Length(length)),
        _ => too_large(),
    }
}

fn too_large<T>() -> Result<T> {
    refused(413, format!("the body is larger than {MAX_BODY} bytes"))
}

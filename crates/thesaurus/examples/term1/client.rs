//! Who asks: threads with one kept connection each.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    sync::Mutex,
    thread,
    time::{Duration, Instant as Stopwatch},
};

/// A kind of request to measure.
pub(crate) struct Travail {
    /// What it is called.
    pub(crate) nom: String,
    /// The paths to ask for, each with words that its answer must hold: a wrong answer counts for nothing.
    pub(crate) demandes: Vec<(String, String)>,
    /// The cookie of a session, where one is needed.
    pub(crate) cookie: String,
    /// Whether TERM-1 sets a bar on it.
    pub(crate) barre: bool,
}

/// Answers a second, with so many connections that each ask again as soon as they are answered.
pub(crate) fn debit(adresse: &str, travail: &Travail, connexions: usize) -> f64 {
    let clock = Stopwatch::now();
    thread::scope(|scope| {
        for mine in 0..connexions {
            scope.spawn(move || {
                let mut link = Lien::ouvre(adresse);
                for (path, expected) in travail.demandes.iter().skip(mine).step_by(connexions) {
                    link.demande(path, &travail.cookie, expected);
                }
            });
        }
    });
    travail.demandes.len() as f64 / clock.elapsed().as_secs_f64()
}

/// The times of answers to requests sent at a fixed rate, from the moment each ought to have left, sorted.
pub(crate) fn latence(adresse: &str, travail: &Travail, connexions: usize, rate: f64) -> Vec<Duration> {
    let times = Mutex::new(Vec::with_capacity(travail.demandes.len()));
    let start = Stopwatch::now() + Duration::from_millis(20);
    thread::scope(|scope| {
        for mine in 0..connexions {
            let times = &times;
            scope.spawn(move || {
                let mut link = Lien::ouvre(adresse);
                let mut own = Vec::new();
                for (i, (path, expected)) in
                    travail.demandes.iter().enumerate().skip(mine).step_by(connexions)
                {
                    let intended = start + Duration::from_secs_f64(i as f64 / rate);
                    thread::sleep(intended.saturating_duration_since(Stopwatch::now()));
                    link.demande(path, &travail.cookie, expected);
                    own.push(Stopwatch::now().saturating_duration_since(intended));
                }
                times.lock().unwrap().append(&mut own);
            });
        }
    });
    let mut times = times.into_inner().unwrap();
    times.sort_unstable();
    times
}

/// A connection that stays open.
struct Lien {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Lien {
    fn ouvre(adresse: &str) -> Self {
        let stream = TcpStream::connect(adresse).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, buffer: Vec::with_capacity(1 << 16) }
    }

    fn demande(&mut self, path: &str, cookie: &str, expected: &str) {
        let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\ncookie: {cookie}\r\n\r\n");
        self.stream.write_all(request.as_bytes()).unwrap();
        self.buffer.clear();
        let body = loop {
            let mut chunk = [0; 1 << 14];
            let read = self.stream.read(&mut chunk).unwrap();
            assert!(read > 0, "the server closed the connection at {path}");
            self.buffer.extend_from_slice(&chunk[..read]);
            let Some(head) = find(&self.buffer, b"\r\n\r\n") else { continue };
            let text = std::str::from_utf8(&self.buffer[..head]).unwrap();
            assert!(text.starts_with("HTTP/1.1 200"), "{path}: {text}");
            let length: usize = text
                .lines()
                .find_map(|l| l.strip_prefix("content-length: "))
                .and_then(|n| n.parse().ok())
                .unwrap();
            if self.buffer.len() >= head + 4 + length {
                break &self.buffer[head + 4..head + 4 + length];
            }
        };
        assert!(find(body, expected.as_bytes()).is_some(), "{path} lacks {expected}");
    }
}

fn find(bytes: &[u8], words: &[u8]) -> Option<usize> {
    if words.is_empty() {
        return Some(0);
    }
    bytes.windows(words.len()).position(|w| w == words)
}

//! Rust sources, told apart into what is code and what is text, without a parser.

use std::path::{Path, PathBuf};

use crate::check::Findings;
use crate::workspace::{Workspace, files_under, has_extension, read};

/// A file past this many lines is a stop; past the second figure, a smell.
const STOP: usize = 800;
const SMELL: usize = 400;

/// One file: its code with comments and literals blanked out, and its literals with the line each begins on.
pub(crate) struct Source {
    /// From the root of the repository.
    pub(crate) path: PathBuf,
    pub(crate) lines: usize,
    pub(crate) code: String,
    pub(crate) literals: Vec<(usize, String)>,
}

impl Source {
    pub(crate) fn new(path: PathBuf, text: &str) -> Self {
        let mut scan =
            Scan { rest: text.chars().collect(), at: 0, line: 1, code: String::new(), literals: Vec::new() };
        scan.run();
        Self { path, lines: text.lines().count(), code: scan.code, literals: scan.literals }
    }

    /// The room it belongs to: `suivi` for `crates/suivi/src/visite.rs`.
    pub(crate) fn room(&self) -> Option<&str> {
        self.path.strip_prefix("crates").ok()?.components().next()?.as_os_str().to_str()
    }

    /// Words of the code, each with its line.
    pub(crate) fn words(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code.lines().enumerate().flat_map(|(index, line)| words(line).map(move |word| (index + 1, word)))
    }
}

/// What reads as one identifier.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !character.is_alphanumeric() && character != '_')
        .filter(|word| !word.is_empty())
}

/// Every Rust file of the workspace.
pub(crate) fn all(ws: &Workspace) -> Result<Vec<Source>, String> {
    ["crates", "xtask", "tests"]
        .iter()
        .flat_map(|folder| files_under(&ws.root.join(folder)))
        .filter(|path| has_extension(path, "rs"))
        .map(|path| Ok(Source::new(ws.relative(&path).to_path_buf(), &read(&path)?)))
        .collect()
}

/// Outside ui, markup is made by components, which escape.
pub(crate) fn raw_html(sources: &[Source]) -> Vec<String> {
    sources
        .iter()
        .filter(|source| source.room().is_some_and(|room| room != "ui"))
        .flat_map(|source| {
            source
                .words()
                .filter(|(_, word)| *word == "PreEscaped")
                .map(|(line, word)| format!("{}:{line}: {word}", source.path.display()))
        })
        .collect()
}

pub(crate) fn sizes(sources: &[Source]) -> Findings {
    let mut findings = Findings::default();
    for source in sources.iter().filter(|source| source.lines > SMELL) {
        let line = format!("{}: {} lines", source.path.display(), source.lines);
        if source.lines > STOP { findings.offences.push(line) } else { findings.warnings.push(line) }
    }
    findings
}

/// Whether a path is a test of its room rather than the room itself.
pub(crate) fn is_test(path: &Path) -> bool {
    path.components().any(|part| matches!(part.as_os_str().to_str(), Some("tests" | "tests.rs")))
}

/// Walks the characters once; knows comments, literals and nothing else.
struct Scan {
    rest: Vec<char>,
    at: usize,
    line: usize,
    code: String,
    literals: Vec<(usize, String)>,
}

impl Scan {
    fn run(&mut self) {
        while let Some(character) = self.peek(0) {
            match (character, self.peek(1)) {
                ('/', Some('/')) => self.line_comment(),
                ('/', Some('*')) => self.block_comment(),
                ('"', _) => self.string(),
                ('r', _) if self.raw_hashes().is_some() => self.raw_string(),
                ('\'', Some('\\')) => self.character(),
                ('\'', Some(_)) if self.peek(2) == Some('\'') => self.character(),
                _ => {
                    self.code.push(character);
                    self.step();
                }
            }
        }
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.rest.get(self.at + ahead).copied()
    }

    /// Goes one character on; the code keeps its line ends so that line numbers stay true.
    fn step(&mut self) -> Option<char> {
        let character = self.peek(0)?;
        self.at += 1;
        if character == '\n' {
            self.line += 1;
        }
        Some(character)
    }

    fn skip(&mut self) -> Option<char> {
        let character = self.step()?;
        if character == '\n' {
            self.code.push('\n');
        }
        Some(character)
    }

    fn line_comment(&mut self) {
        while self.peek(0).is_some_and(|character| character != '\n') {
            self.step();
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0_u32;
        loop {
            match (self.peek(0), self.peek(1)) {
                (Some('/'), Some('*')) => {
                    depth += 1;
                    self.step();
                }
                (Some('*'), Some('/')) => {
                    depth -= 1;
                    self.step();
                }
                (None, _) => return,
                _ => {}
            }
            self.skip();
            if depth == 0 {
                return;
            }
        }
    }

    fn string(&mut self) {
        let (line, mut text) = (self.line, String::new());
        self.step();
        while let Some(character) = self.skip() {
            match character {
                '"' => break,
                // What is escaped (a quote, a line end, a tab) only separates words for those who read literals.
                '\\' => {
                    self.skip();
                    text.push(' ');
                }
                _ => text.push(character),
            }
        }
        self.close(line, text);
    }

    /// The number of `#` when a raw string begins here: `r"`, `r#"`, also after `b` or `c`.
    fn raw_hashes(&self) -> Option<usize> {
        let word = |character: char| character.is_alphanumeric() || character == '_';
        let before = |back: usize| self.at.checked_sub(back).and_then(|at| self.rest.get(at)).copied();
        let inside_a_word = match before(1) {
            Some('b' | 'c') => before(2).is_some_and(word),
            Some(character) => word(character),
            None => false,
        };
        let hashes = self.rest[self.at + 1..].iter().take_while(|character| **character == '#').count();
        (!inside_a_word && self.peek(hashes + 1) == Some('"')).then_some(hashes)
    }

    fn raw_string(&mut self) {
        let hashes = self.raw_hashes().unwrap_or(0);
        let (line, mut text) = (self.line, String::new());
        for _ in 0..hashes + 2 {
            self.step();
        }
        while let Some(character) = self.skip() {
            if character == '"' && (0..hashes).all(|ahead| self.peek(ahead) == Some('#')) {
                for _ in 0..hashes {
                    self.step();
                }
                break;
            }
            text.push(character);
        }
        self.close(line, text);
    }

    fn character(&mut self) {
        self.step();
        if self.step() == Some('\\') {
            self.step();
        }
        while self.step().is_some_and(|character| character != '\'') {}
        self.code.push(' ');
    }

    fn close(&mut self, line: usize, text: String) {
        self.code.push(' ');
        self.literals.push((line, text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> Source {
        Source::new(PathBuf::from("crates/suivi/src/visite.rs"), text)
    }

    #[test]
    fn literals_are_found_with_their_lines_and_comments_are_not() {
        let read = source(
            "// from salaries\nfn f<'a>() -> char {\n  let a = \"select \\\"x\\\"\";\n  let b = br#\"raw \"q\" text\"#;\n  '\"'\n}\n/* \"no\" /* nested */ */ const C: &str = \"two\nlines\"; PreEscaped",
        );
        let texts: Vec<_> = read.literals.iter().map(|(line, text)| (*line, text.trim())).collect();
        assert_eq!(texts, [(3, "select  x"), (4, "raw \"q\" text"), (7, "two\nlines")]);
        assert_eq!(read.words().last(), Some((8, "PreEscaped")));
    }

    #[test]
    fn raw_html_is_seen_outside_ui_alone() {
        assert_eq!(raw_html(&[source("PreEscaped(x)")]), ["crates/suivi/src/visite.rs:1: PreEscaped"]);
        assert!(raw_html(&[source("// PreEscaped")]).is_empty());
        assert!(raw_html(&[Source::new("crates/ui/src/page.rs".into(), "PreEscaped(x)")]).is_empty());
    }

    #[test]
    fn eight_hundred_lines_are_a_stop_and_four_hundred_a_smell() {
        let found = sizes(&[source(&"\n".repeat(801)), source(&"\n".repeat(401)), source(&"\n".repeat(400))]);
        assert_eq!((found.offences.len(), found.warnings.len()), (1, 1));
    }
}

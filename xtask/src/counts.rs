//! What test runners say in their closing lines.

use std::ops::AddAssign;

/// Tests that passed, failed (timeouts and crashes included) and were left out.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(crate) struct Counts {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
    pub(crate) skipped: u32,
}

impl Counts {
    /// Tests that were truly executed.
    pub(crate) fn ran(self) -> u32 {
        self.passed + self.failed
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// One runner's counts, and the lines they were read from, without colours.
#[derive(PartialEq, Eq, Debug)]
pub(crate) struct Closing {
    pub(crate) counts: Counts,
    pub(crate) lines: Vec<String>,
}

/// nextest: `Summary [ 1.2s] 9 tests run: 7 passed (1 slow), 1 failed, 1 timed out, 3 skipped`.
pub(crate) fn nextest(text: &str) -> Option<Closing> {
    let plain = without_colours(text);
    let line = plain.lines().rev().find(|line| line.trim_start().starts_with("Summary ["))?;
    let (_, list) = line.split_once(" run: ")?;
    let mut counts = Counts::default();
    for part in without_asides(list).split(',') {
        let mut words = part.split_whitespace();
        let Some(number) = words.next().and_then(|word| word.parse::<u32>().ok()) else { continue };
        match words.next() {
            Some("passed") => counts.passed += number,
            Some("skipped") => counts.skipped += number,
            _ => counts.failed += number,
        }
    }
    Some(Closing { counts, lines: vec![line.trim().to_owned()] })
}

/// Node's runner: one line per figure, `ℹ pass 3` (spec) or `# pass 3` (TAP).
pub(crate) fn node(text: &str) -> Option<Closing> {
    let plain = without_colours(text);
    let mut closing = Closing { counts: Counts::default(), lines: Vec::new() };
    for line in plain.lines() {
        let Some((name, number)) =
            line.strip_prefix("ℹ ").or_else(|| line.strip_prefix("# ")).and_then(|rest| rest.split_once(' '))
        else {
            continue;
        };
        let Ok(number) = number.trim().parse::<u32>() else { continue };
        match name {
            "pass" => closing.counts.passed += number,
            "fail" | "cancelled" => closing.counts.failed += number,
            "skipped" | "todo" => closing.counts.skipped += number,
            "tests" | "suites" => {}
            _ => continue,
        }
        closing.lines.push(line.trim().to_owned());
    }
    (!closing.lines.is_empty()).then_some(closing)
}

/// What Rust's own harness prints: `test result: ok. 3 passed; 0 failed; 1 ignored; …`, once per binary.
fn libtest(text: &str) -> Option<Counts> {
    let mut counts = None;
    for line in without_colours(text).lines() {
        let Some((_, list)) = line.split_once("test result: ") else { continue };
        let total: &mut Counts = counts.get_or_insert_default();
        for part in list.split(['.', ';']) {
            let mut words = part.split_whitespace();
            let Some(number) = words.next().and_then(|word| word.parse::<u32>().ok()) else { continue };
            match words.next() {
                Some("passed") => total.passed += number,
                Some("failed") => total.failed += number,
                Some("ignored") => total.skipped += number,
                _ => {}
            }
        }
    }
    counts
}

/// The counts of whichever runner spoke; nothing when none did.
pub(crate) fn any(text: &str) -> Option<Counts> {
    let closings = [nextest(text), node(text)].into_iter().flatten().map(|closing| closing.counts);
    closings.chain(libtest(text)).reduce(|mut sum, counts| {
        sum += counts;
        sum
    })
}

/// `7 passed (1 slow, 2 flaky), 1 failed` without what stands in brackets.
fn without_asides(text: &str) -> String {
    let mut depth = 0_u32;
    text.chars()
        .filter(|character| match character {
            '(' => {
                depth += 1;
                false
            }
            ')' => {
                depth = depth.saturating_sub(1);
                false
            }
            _ => depth == 0,
        })
        .collect()
}

/// Terminal colours are `ESC [ … letter`.
fn without_colours(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        rest =
            after.find(|character: char| character.is_ascii_alphabetic()).map_or("", |end| &after[end + 1..]);
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nextest_counts_time_outs_as_failures_and_reads_past_asides() {
        let text = "noise\n\u{1b}[32;1m     Summary\u{1b}[0m [   1.204s] 9/12 tests run: 7 passed (1 slow, 2 flaky), 1 failed, 1 timed out, 3 skipped\n";
        // The label is coloured by itself: the line is found once the colours are gone.
        let closing = nextest(text).unwrap();
        assert_eq!(closing.counts, Counts { passed: 7, failed: 2, skipped: 3 });
        assert_eq!(closing.lines.len(), 1);
    }

    #[test]
    fn node_counts_are_read_in_both_of_its_dialects() {
        let spec = "✔ une page\nℹ tests 4\nℹ suites 0\nℹ pass 2\nℹ fail 1\nℹ cancelled 0\nℹ skipped 1\nℹ todo 0\nℹ duration_ms 9.5\n";
        assert_eq!(node(spec).unwrap().counts, Counts { passed: 2, failed: 1, skipped: 1 });
        assert_eq!(node("# tests 1\n# pass 1\n# fail 0\n").unwrap().counts.passed, 1);
        assert_eq!(node("nothing here"), None);
    }

    #[test]
    fn a_command_that_ran_no_runner_has_no_count() {
        assert_eq!(any("all good\n"), None);
        let two = "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
                   test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
        assert_eq!(any(two), Some(Counts { passed: 5, failed: 0, skipped: 1 }));
    }
}

//! What a workbook takes once decompressed, measured before it is opened.

use std::io::{Cursor, Read, sink};

use base::ArchiveError;
use zip::ZipArchive;

use super::ReadError;

/// Measures a workbook (a zip archive) by inflating it, before any reader opens it: at most `decompressed` bytes.
/// Refuses an archive that holds more than it may, whatever it announces, and shared texts that claim to be more than
/// they are: the reader reserves memory for that claim, and a process out of memory is lost.
pub fn measure_workbook(bytes: &[u8], decompressed: u64) -> Result<(), ReadError> {
    base::archive_announced(bytes, decompressed).map_err(|error| match error {
        ArchiveError::Bomb(limit) => ReadError::Bomb { limit },
        ArchiveError::Broken => damaged(),
    })?;
    // The library that the reader of workbooks opens the same bytes with: both see the same parts.
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    let mut left = decompressed;
    for place in 0..archive.len() {
        let part = archive.by_index(place).map_err(|_| damaged())?;
        let shared = part.name().map_err(|_| damaged())?.to_ascii_lowercase().ends_with("sharedstrings.xml");
        let mut part = part.take(left + 1);
        let taken = if shared {
            let mut text = Vec::new();
            part.read_to_end(&mut text).map_err(|_| damaged())?;
            if claims_more(&text) {
                return Err(damaged());
            }
            text.len() as u64
        } else {
            std::io::copy(&mut part, &mut sink()).map_err(|_| damaged())?
        };
        left = left.checked_sub(taken).ok_or(ReadError::Bomb { limit: decompressed })?;
    }
    Ok(())
}

fn damaged() -> ReadError {
    ReadError::Damaged("archive du classeur".into())
}

/// Whether shared texts announce more of them than they have bytes. In UTF-16 the claim could hide: no workbook is.
fn claims_more(text: &[u8]) -> bool {
    const CLAIM: &[u8] = b"uniqueCount";
    let digits = |after: &[u8]| -> Option<u64> {
        let from = after.iter().position(u8::is_ascii_digit)?;
        let end = after[from..].iter().position(|b| !b.is_ascii_digit()).unwrap_or(after.len() - from);
        std::str::from_utf8(&after[from..from + end]).ok().map(|n| n.parse().unwrap_or(u64::MAX))
    };
    text.contains(&0)
        || text
            .windows(CLAIM.len())
            .enumerate()
            .filter(|(_, found)| *found == CLAIM)
            .filter_map(|(at, _)| digits(&text[at + CLAIM.len()..]))
            .any(|claimed| claimed > text.len() as u64)
}

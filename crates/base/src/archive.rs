//! What a zip archive announces of itself, before anything of it is decompressed.

const END: &[u8] = &[0x50, 0x4b, 5, 6];
const ENTRY: &[u8] = &[0x50, 0x4b, 1, 2];
/// Fixed part of the end record; a comment of up to 65,535 bytes may follow (APPNOTE 4.3.16).
const END_LEN: usize = 22;
/// Fixed part of an entry of the central directory (APPNOTE 4.3.12).
const ENTRY_LEN: usize = 46;
/// A workbook has a few dozen parts.
const MOST_ENTRIES: usize = 10_000;

/// Why an archive must not be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveError {
    /// It has no readable directory.
    #[error("the archive has no directory")]
    Broken,
    /// It announces more than it may.
    #[error("the archive announces more than {0} bytes once decompressed")]
    Bomb(u64),
}

/// The bytes that a zip archive (a workbook is one) says it holds once decompressed; refused above `limit` and
/// above ten thousand parts.
pub fn announced(bytes: &[u8], limit: u64) -> Result<u64, ArchiveError> {
    let broken = || ArchiveError::Broken;
    let from = bytes.len().saturating_sub(END_LEN + usize::from(u16::MAX));
    let tail = bytes.get(from..).ok_or_else(broken)?;
    let end = tail.windows(END.len()).rposition(|w| w == END).ok_or_else(broken)?;
    let mut at = from + end;
    let directory = word(bytes, at + 16).ok_or_else(broken)?;
    at = usize::try_from(directory).map_err(|_| broken())?;
    let (mut total, mut entries) = (0u64, 0usize);
    while bytes.get(at..at + ENTRY.len()) == Some(ENTRY) {
        entries += 1;
        // A part of 4 GB or more hides its size elsewhere and writes the largest number here: far over any limit.
        total = total.saturating_add(word(bytes, at + 24).ok_or_else(broken)?.into());
        if total > limit || entries > MOST_ENTRIES {
            return Err(ArchiveError::Bomb(limit));
        }
        let lengths = [28, 30, 32].map(|field| half(bytes, at + field));
        for length in lengths {
            at += usize::from(length.ok_or_else(broken)?);
        }
        at += ENTRY_LEN;
    }
    if entries == 0 { Err(broken()) } else { Ok(total) }
}

fn half(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2)?.try_into().ok().map(u16::from_le_bytes)
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An archive of empty parts that announce these sizes.
    fn archive(sizes: &[u32]) -> Vec<u8> {
        let mut bytes = b"PK\x03\x04".to_vec();
        let directory = u32::try_from(bytes.len()).unwrap();
        for size in sizes {
            let mut entry = [0u8; ENTRY_LEN];
            entry[..4].copy_from_slice(ENTRY);
            entry[24..28].copy_from_slice(&size.to_le_bytes());
            entry[28] = 1;
            bytes.extend(entry);
            bytes.push(b'a');
        }
        let mut end = [0u8; END_LEN];
        end[..4].copy_from_slice(END);
        end[16..20].copy_from_slice(&directory.to_le_bytes());
        bytes.extend(end);
        bytes
    }

    #[test]
    fn an_archive_is_measured_before_it_is_opened() {
        assert_eq!(announced(&archive(&[10, 20]), 100).unwrap(), 30);
        assert!(matches!(announced(&archive(&[10, u32::MAX]), 100), Err(ArchiveError::Bomb(100))));
        assert!(matches!(announced(&archive(&vec![1; 10_001]), 1 << 40), Err(ArchiveError::Bomb(_))));
    }

    #[test]
    fn a_broken_archive_is_told_as_such() {
        let whole = archive(&[10]);
        for bytes in [&b""[..], b"PK\x03\x04", &whole[..whole.len() - 4], &whole[4..]] {
            assert!(matches!(announced(bytes, 100), Err(ArchiveError::Broken)), "{bytes:?}");
        }
    }
}

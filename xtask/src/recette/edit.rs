//! Writing results back into the grid by lines, so that its layout, its order and its comments stay its authors'.

/// A text as TOML writes it, on one line: line ends and other control characters become spaces.
pub(crate) fn quoted(text: &str) -> String {
    let line: String =
        text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
    format!("\"{}\"", line.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The same text with these fields of one criterion changed. A field that is not there yet is put before `note`.
pub(crate) fn set(text: &str, id: &str, fields: &[(&str, String)]) -> Result<String, String> {
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    let (start, mut end) = block(&lines, id).ok_or_else(|| format!("criterion {id} is not in the grid"))?;
    for (key, value) in fields {
        let line = format!("{key} = {value}");
        match (start..end).find(|index| is_key(&lines[*index], key)) {
            Some(index) if opens_several_lines(&lines[index]) => {
                return Err(format!("criterion {id}: `{key}` must stand on one line"));
            }
            Some(index) => lines[index] = line,
            None => {
                let at = (start..end).find(|index| is_key(&lines[*index], "note")).unwrap_or(end);
                lines.insert(at, line);
                end += 1;
            }
        }
    }
    Ok(lines.join("\n"))
}

/// The text with what stands between two marks replaced, or nothing when the marks are not both there.
pub(crate) fn between(text: &str, first: &str, last: &str, new: &str) -> Option<String> {
    let (before, rest) = text.split_once(first)?;
    let (_, after) = rest.split_once(last)?;
    Some(format!("{before}{first}\n\n{new}\n{last}{after}"))
}

/// The lines of a criterion: from after its `[[critere]]` to its last field.
fn block(lines: &[String], id: &str) -> Option<(usize, usize)> {
    let own = format!("id = \"{id}\"");
    let named = lines.iter().position(|line| line.trim() == own)?;
    let start = lines[..named].iter().rposition(|line| line.trim() == "[[critere]]")? + 1;
    let fields =
        lines[start..].iter().take_while(|line| !line.trim().is_empty() && !line.starts_with('[')).count();
    Some((start, start + fields))
}

fn is_key(line: &str, key: &str) -> bool {
    line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='))
}

fn opens_several_lines(line: &str) -> bool {
    line.contains("\"\"\"") || line.contains("'''")
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRID: &str = "# tête\n[[critere]]\nid = \"1.1\"\nresultat = \"absent\"\ndate = \"\"\nnote = \"\"\n\n\
                        # entre\n[[critere]]\nid = \"1.10\"\nresultat = \"absent\"\ndate = \"\"\nnote = \"\"\n";

    #[test]
    fn only_the_lines_asked_change() {
        let fields =
            [("resultat", quoted("conforme")), ("date", quoted("2026-11-22")), ("duree_ms", "12".to_owned())];
        let expected = GRID.replacen(
            "resultat = \"absent\"\ndate = \"\"\n",
            "resultat = \"conforme\"\ndate = \"2026-11-22\"\nduree_ms = 12\n",
            1,
        );
        let edited = set(GRID, "1.1", &fields).unwrap();
        assert_eq!(edited, expected);
        assert_eq!(set(&edited, "1.1", &fields).unwrap(), expected, "a second run changes nothing");
    }

    #[test]
    fn a_criterion_is_found_by_its_whole_number() {
        let edited = set(GRID, "1.10", &[("date", quoted("2026-11-22"))]).unwrap();
        assert!(
            edited.ends_with("id = \"1.10\"\nresultat = \"absent\"\ndate = \"2026-11-22\"\nnote = \"\"\n")
        );
        assert!(set(GRID, "1.2", &[]).is_err());
    }

    #[test]
    fn what_is_written_back_is_toml() {
        let value = quoted("un \"mot\" \\ deux\nlignes");
        let read: toml::Table = toml::from_str(&format!("note = {value}")).unwrap();
        assert_eq!(read["note"].as_str(), Some("un \"mot\" \\ deux lignes"));
    }

    #[test]
    fn a_value_over_several_lines_is_refused_rather_than_cut() {
        let text = GRID.replacen("note = \"\"", "note = \"\"\"\nlong\"\"\"", 1);
        assert!(set(&text, "1.1", &[("note", quoted("x"))]).is_err());
    }

    #[test]
    fn the_readme_keeps_what_is_outside_the_marks() {
        assert_eq!(between("a <d> old <f> b", "<d>", "<f>", "new\n").unwrap(), "a <d>\n\nnew\n\n<f> b");
        assert_eq!(between("a <d> old", "<d>", "<f>", "new"), None);
    }
}

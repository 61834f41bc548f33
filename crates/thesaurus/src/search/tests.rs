use super::*;
use crate::Concept;

fn term(rank: i64, code: &str, label: &str, parent: Option<&str>, synonyms: &[&str]) -> Concept {
    Concept {
        thesaurus: "l".into(),
        version: "1".into(),
        code: code.into(),
        label: label.into(),
        parent: parent.map(str::to_owned),
        rank,
        active: true,
        synonyms: synonyms.iter().map(|s| (*s).to_owned()).collect(),
        ..Concept::default()
    }
}

fn index() -> ListIndex {
    let mut terms = vec![
        term(1, "A", "Agents chimiques", None, &[]),
        term(2, "A1", "Poussières de bois exotiques", Some("A"), &["sciure de teck"]),
        term(3, "A2", "Poussières de bois", Some("A"), &["sciure"]),
        term(4, "A3", "Plomb et composés", Some("A"), &["saturnisme", "minium"]),
        term(5, "A4", "Alliages de plomb", Some("A"), &[]),
        term(6, "B", "Plombier", None, &["installateur sanitaire"]),
        term(7, "01.11Z", "Culture de céréales", None, &["blé"]),
        term(8, "C", "Opérateur sur machine à bois", None, &[]),
        term(9, "D", "Retiré : plomb", None, &[]),
        term(10, "E", "Assistant dentaire", None, &[]),
        term(11, "F", "Aide-soignant", None, &["AS"]),
    ];
    terms[8].active = false;
    let inactive = HashMap::from([("D".into(), Date::constant(2026, 1, 2))]);
    ListIndex::new("1".into(), terms, inactive, &HashMap::new()).unwrap()
}

fn codes(query: &str) -> Vec<String> {
    index().search(query, 10, &[]).unwrap().into_iter().map(|f| f.code).collect()
}

#[test]
fn accents_case_order_and_small_words_do_not_change_the_first_answer() {
    for query in ["poussiere bois", "POUSSIÈRES DE BOIS", "bois poussières", "poussières du bois"] {
        assert_eq!(codes(query)[0], "A2", "{query}");
    }
}

#[test]
fn ranks_follow_each_other() {
    // Exact code, then label, then beginning of the label, then a word of it, then what is inactive.
    assert_eq!(codes("a3")[0], "A3");
    assert_eq!(codes("plombier")[0], "B");
    assert_eq!(codes("plomb"), ["A3", "B", "A4", "D"]);
    assert_eq!(codes("saturnisme"), ["A3"]);
    // A word of what stands above is enough to find, after the rest.
    assert_eq!(codes("chimiques")[0], "A");
    assert!(codes("chimiques").contains(&"A4".to_owned()));
}

#[test]
fn a_shortened_word_in_the_middle_still_finds() {
    assert_eq!(codes("opé mach bois"), ["C"]);
    assert_eq!(codes("pouss exo"), ["A1"]);
}

#[test]
fn slips_are_forgiven_by_the_length_of_the_word() {
    assert_eq!(codes("poussieer bois")[0], "A2");
    assert_eq!(codes("plonb")[0], "A3");
    assert_eq!(codes("saturnisne"), ["A3"]);
    assert_eq!(codes("satrunis"), ["A3"], "not finished and misspelt");
    assert!(codes("xyz").is_empty());
    assert!(codes("blw").is_empty(), "three letters must be right");
}

#[test]
fn codes_are_found_with_or_without_their_points() {
    assert_eq!(codes("01.11Z"), ["01.11Z"]);
    assert_eq!(codes("0111z"), ["01.11Z"]);
    assert_eq!(codes("01.1"), ["01.11Z"]);
}

#[test]
fn the_synonym_that_answered_is_shown() {
    let by = |query: &str| index().search(query, 1, &[]).unwrap().remove(0).found_by;
    assert_eq!(by("saturnisme").as_deref(), Some("saturnisme"));
    assert_eq!(by("saturnisne").as_deref(), Some("saturnisme"));
    assert_eq!(by("plomb"), None);
    assert_eq!(by("sciure teck").as_deref(), Some("sciure de teck"));
}

#[test]
fn an_answer_says_where_it_stands_and_whether_it_may_be_chosen() {
    let found = index().search("retire plomb", 5, &[]).unwrap();
    assert_eq!(found[0].inactive_since, Some(Date::constant(2026, 1, 2)));
    assert_eq!(index().search("alliages", 5, &[]).unwrap()[0].path.as_deref(), Some("Agents chimiques"));
}

#[test]
fn odd_queries_find_nothing_and_break_nothing() {
    for query in ["", "  ", "!?", "*", "\"", "(", "\u{0}"] {
        assert!(codes(query).is_empty(), "{query:?}");
    }
    assert!(index().search(&"bois ".repeat(500), 5, &[]).unwrap().len() <= 5);
    assert!(index().search("plomb", 0, &[]).unwrap().is_empty());
}

#[test]
fn a_query_of_small_words_alone_is_still_a_query() {
    assert!(codes("de").contains(&"A2".to_owned()));
}

#[test]
fn an_acronym_typed_whole_comes_before_labels_that_begin_so() {
    assert_eq!(codes("as"), ["F", "E"]);
    assert_eq!(codes("ass")[0], "E");
}

#[test]
fn words_run_together_or_cut_in_two_still_find() {
    assert_eq!(codes("aidesoignant"), ["F"]);
    assert_eq!(codes("aide soi gnant"), ["F"]);
    assert_eq!(codes("plom bier"), ["B"]);
}

#[test]
fn what_sounds_the_same_is_found() {
    assert_eq!(codes("poucière bois exautik")[0], "A1");
    assert_eq!(codes("assistan dantaire"), ["E"]);
}

#[test]
fn a_word_that_stands_nowhere_does_not_hide_the_others() {
    assert_eq!(codes("vieux plombier"), ["B"]);
    assert!(codes("zzzz yyyy").is_empty());
}

#[test]
fn the_plural_of_what_is_typed_does_not_count() {
    assert_eq!(codes("plombiers"), ["B"]);
    assert_eq!(codes("machines bois"), ["C"]);
}

//! Choosing a term of a thesaurus: the same field everywhere.

use base::{AUTRE, Date, date_numeric};
use maud::{Markup, html};

use crate::{Field, flag, words::nbsp};

/// Which thesaurus a field draws from and what was chosen.
#[derive(Debug, Clone)]
pub struct Term {
    list: String,
    code: String,
    autre: bool,
}

impl Term {
    /// A term of this thesaurus (`expositions`, `professions`…).
    pub fn new(list: impl Into<String>) -> Self {
        Self { list: list.into(), code: String::new(), autre: false }
    }

    /// The code chosen already. The field's value is its label.
    #[must_use]
    pub fn chosen(mut self, code: impl Into<String>) -> Self {
        self.code = code.into();
        self
    }

    /// "Autre" with its own words is accepted.
    #[must_use]
    pub fn autre(mut self) -> Self {
        self.autre = true;
        self
    }
}

/// A term to find by typing. Posts the code under the field's name (or [`AUTRE`]) and, under `{name}_texte`,
/// the label or the words typed. Without JavaScript the code is empty: the server searches the words and
/// shows the field again with what it found.
pub fn term_field(field: Field, term: Term) -> Markup {
    if !field.editable {
        return field.read(&field.value);
    }
    let id = field.id();
    let keys = if term.autre {
        "Deux lettres suffisent, la flèche bas montre vos favoris. Entrée prend le terme, Alt+A écrit « autre » avec vos mots."
    } else {
        "Deux lettres suffisent, la flèche bas montre vos favoris. Entrée prend le terme."
    };
    let field = if field.help.is_some() { field } else { field.help(keys) };
    field.labelled(
        "term wide",
        html! {
            div.term-box data-term data-autre[term.autre] data-suggest={ "/thesaurus/" (term.list) "/suggestions?q=" } {
                input type="hidden" name=(field.name) value=(term.code) data-code;
                input type="text" id=(id) name={ (field.name) "_texte" } value=(field.value) autocomplete="off"
                    spellcheck="false" required[field.required] aria-invalid=[field.invalid()]
                    aria-describedby=[field.described_by()];
                span.chosen data-chosen {
                    @if term.code == AUTRE { "autre" } @else { (term.code) }
                }
            }
        },
    )
}

/// One term among those found.
#[derive(Debug, Clone)]
pub struct TermOption {
    code: String,
    label: String,
    path: Option<String>,
    found_by: Option<String>,
    flags: Vec<String>,
    inactive_since: Option<Date>,
    tree: Option<String>,
    favourite: bool,
}

impl TermOption {
    /// A term: its code and its label, byte for byte as its release has it.
    pub fn new(code: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            label: label.into(),
            path: None,
            found_by: None,
            flags: Vec::new(),
            inactive_since: None,
            tree: None,
            favourite: false,
        }
    }

    /// Where it stands: `Agents chimiques › Métaux`.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// The synonym that matched.
    #[must_use]
    pub fn found_by(mut self, synonym: impl Into<String>) -> Self {
        self.found_by = Some(synonym.into());
        self
    }

    /// A property of the term, as a word.
    #[must_use]
    pub fn flag(mut self, words: impl Into<String>) -> Self {
        self.flags.push(words.into());
        self
    }

    /// It can be read but no longer chosen, since this day.
    #[must_use]
    pub fn inactive_since(mut self, day: Date) -> Self {
        self.inactive_since = Some(day);
        self
    }

    /// It is a favourite of the person or of the service.
    #[must_use]
    pub fn favourite(mut self) -> Self {
        self.favourite = true;
        self
    }

    /// The page of the tree opened at its place.
    #[must_use]
    pub fn tree(mut self, href: impl Into<String>) -> Self {
        self.tree = Some(href.into());
        self
    }
}

/// The fragment that answers `/thesaurus/{list}/suggestions?q=…`: the terms in order, then "autre" when the
/// field accepts it. Without words the terms are the favourites and the most used. The script takes away "autre" where it is not accepted.
pub fn term_options(query: &str, options: &[TermOption], autre: bool) -> Markup {
    html! {
        @if options.is_empty() && query.is_empty() {
            p.none role="status" { "Aucun favori dans cette liste. Tapez deux lettres." }
        } @else if options.is_empty() && !autre {
            p.none role="status" { "Aucun terme ne correspond à «\u{a0}" (query) "\u{a0}». Essayez un autre mot." }
        } @else {
            ul.options role="listbox" aria-label="Termes proposés" {
                @for option in options { (term_option(option)) }
                @if autre && !query.is_empty() {
                    li role="option" data-code=(AUTRE) data-label=(query) {
                        span.opt-label { "Autre\u{a0}: «\u{a0}" (query) "\u{a0}»" } " " (crate::kbd("Alt+A"))
                    }
                }
            }
        }
    }
}

fn term_option(option: &TermOption) -> Markup {
    html! {
        li role="option" data-code=(option.code) data-label=(option.label) data-tree=[&option.tree]
            aria-disabled=[option.inactive_since.map(|_| "true")] {
            span.opt-label { (option.label) }
            @if option.favourite { " " span.since { "★ favori" } }
            @for words in &option.flags { " " (flag(words)) }
            @if let Some(day) = option.inactive_since { " " span.since { "inactif depuis le " (date_numeric(day)) } }
            @if let Some(path) = &option.path { small.path { (path) } }
            @if let Some(synonym) = &option.found_by { small.found { (nbsp("trouvé par :")) " " (synonym) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_no_longer_active_is_shown_with_its_date_and_cannot_be_taken() {
        let old = TermOption::new("12", "Plomb").inactive_since(Date::constant(2024, 1, 1));
        let shown = term_options("pl", &[old], false).into_string();
        assert!(shown.contains("inactif depuis le 01/01/2024") && shown.contains(r#"aria-disabled="true""#));
    }

    #[test]
    fn the_synonym_that_matched_is_named() {
        let found = TermOption::new("12", "Plomb et ses composés").found_by("saturnisme");
        assert!(
            term_options("satur", &[found], false).into_string().contains("trouvé par\u{a0}: saturnisme")
        );
    }

    #[test]
    fn a_favourite_says_so_in_words() {
        let shown = term_options("pl", &[TermOption::new("12", "Plomb").favourite()], true).into_string();
        assert!(shown.contains("★ favori"));
        assert!(term_options("", &[], true).into_string().contains("Aucun favori"));
    }

    #[test]
    fn autre_carries_the_words_typed() {
        let shown = term_options("poussière de noyer", &[], true).into_string();
        assert!(shown.contains(r#"data-code="autre" data-label="poussière de noyer""#));
        assert!(term_options("zzz", &[], false).into_string().contains("Essayez un autre mot"));
    }

    #[test]
    fn without_script_the_words_typed_are_posted() {
        let field = Field::new("exposition", "Exposition", "plomb", None, true);
        let shown = term_field(field, Term::new("expositions")).into_string();
        assert!(shown.contains(r#"name="exposition_texte" value="plomb""#));
        assert!(shown.contains(r#"data-suggest="/thesaurus/expositions/suggestions?q=""#));
    }
}

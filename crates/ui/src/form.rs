//! Forms: what was typed, what is wrong with it, the right to edit, and the buttons.

use maud::{Markup, html};

use crate::{Field, Tone, words::nbsp};

/// The name of the hidden field that carries the form token.
pub const CSRF_FIELD: &str = "_csrf";
/// The header that carries the form token when a script sends the request.
pub const CSRF_HEADER: &str = "x-csrf-token";

/// The token that proves that a form comes from our own page. One per session.
#[derive(Clone, PartialEq, Eq)]
pub struct Csrf(String);

impl Csrf {
    /// From the session's token.
    pub fn new(token: impl Into<String>) -> Self {
        Self(token.into())
    }

    /// The token as the page carries it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Csrf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // A token in a log would let its reader forge forms.
        f.write_str("Csrf(…)")
    }
}

/// A field that was refused, with a French sentence that says what to correct.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name in the form.
    pub field: String,
    /// The sentence.
    pub message: String,
}

/// What a form holds between two showings: the values as typed, the errors, the right to edit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FormState {
    editable: bool,
    values: Vec<(String, String)>,
    errors: Vec<FieldError>,
}

impl FormState {
    /// An empty form. When not editable its fields are read, not written.
    pub fn new(editable: bool) -> Self {
        Self { editable, ..Self::default() }
    }

    /// What a person sent: the pairs of the body in their order.
    pub fn from_pairs(editable: bool, values: Vec<(String, String)>) -> Self {
        Self { editable, values, errors: Vec::new() }
    }

    /// Fills one field in, over what it held.
    #[must_use]
    pub fn set(mut self, name: &str, value: impl Into<String>) -> Self {
        self.values.retain(|(n, _)| n != name);
        self.values.push((name.to_owned(), value.into()));
        self
    }

    /// The value of a field, trimmed; empty when it was not sent.
    pub fn value(&self, name: &str) -> &str {
        self.values.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.trim())
    }

    /// All the values of a field that can have several (ticks).
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.values.iter().filter(move |(n, _)| n == name).map(|(_, v)| v.trim())
    }

    /// Refuses a field. The sentence says what to correct; the first refusal of a field is the one shown beside it.
    pub fn refuse(&mut self, field: &str, message: impl Into<String>) {
        self.errors.push(FieldError { field: field.to_owned(), message: message.into() });
    }

    /// Whether nothing was refused.
    pub fn is_valid(&self) -> bool {
        self.errors.is_empty()
    }

    /// What was refused, in order.
    pub fn errors(&self) -> &[FieldError] {
        &self.errors
    }

    /// A field with its value, its error and the right to edit filled in.
    pub fn field(&self, name: &str, label: &str) -> Field {
        let error = self.errors.iter().find(|e| e.field == name).map(|e| e.message.as_str());
        Field::new(name, label, self.value(name), error, self.editable)
    }
}

/// The list of what is to be corrected, each sentence leading to its field. Nothing when all is well.
pub fn error_summary(state: &FormState) -> Markup {
    let errors = state.errors();
    html! {
        @if !errors.is_empty() {
            div.alert.retard role="alert" id="erreurs" tabindex="-1" {
                (Tone::Retard.shape())
                div {
                    p.alert-title {
                        @if errors.len() == 1 { "Un point est à corriger." }
                        @else { (errors.len()) " points sont à corriger." }
                    }
                    ul { @for error in errors {
                        li { a href={ "#" (crate::field::id_of(&error.field)) } { (nbsp(&error.message)) } }
                    } }
                }
            }
        }
    }
}

/// A form. Posting ones carry the token; nothing else may write a `form` that posts.
#[derive(Debug, Clone)]
pub struct Form {
    action: String,
    csrf: Option<Csrf>,
    autosave: Option<String>,
    id: Option<String>,
    multipart: bool,
    line: bool,
}

impl Form {
    /// A form that changes something.
    pub fn post(action: impl Into<String>, csrf: &Csrf) -> Self {
        Self {
            action: action.into(),
            csrf: Some(csrf.clone()),
            autosave: None,
            id: None,
            multipart: false,
            line: false,
        }
    }

    /// A form that asks for a page.
    pub fn get(action: impl Into<String>) -> Self {
        Self { action: action.into(), csrf: None, autosave: None, id: None, multipart: false, line: false }
    }

    /// Keeps each field as soon as it is left: it is posted alone to `url` with `champ` (its name), its value
    /// or values under its name, and the token. The answer is 204, or a 4xx with one French sentence as text.
    #[must_use]
    pub fn autosave(mut self, url: impl Into<String>) -> Self {
        self.autosave = Some(url.into());
        self
    }

    /// The form's own id.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// For forms that send files.
    #[must_use]
    pub fn multipart(mut self) -> Self {
        self.multipart = true;
        self
    }

    /// On one line above what it filters: its few fields, then its button.
    #[must_use]
    pub fn line(mut self) -> Self {
        self.line = true;
        self
    }

    /// The form around its fields.
    pub fn render(self, body: Markup) -> Markup {
        html! {
            form action=(self.action) method=(if self.csrf.is_some() { "post" } else { "get" })
                id=[&self.id] class=[self.line.then_some("filter")] data-autosave=[&self.autosave] novalidate
                enctype=[self.multipart.then_some("multipart/form-data")] {
                @if let Some(csrf) = &self.csrf { input type="hidden" name=(CSRF_FIELD) value=(csrf.as_str()); }
                (body)
                @if self.autosave.is_some() { p.etat data-etat role="status" {} }
            }
        }
    }
}

/// How strongly a button asks to be pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The one thing this form is for.
    Primary,
    /// Anything else.
    Secondary,
    /// What cannot be undone.
    Danger,
}

impl Kind {
    const fn class(self) -> &'static str {
        match self {
            Self::Primary => "btn primary",
            Self::Secondary => "btn",
            Self::Danger => "btn danger",
        }
    }
}

/// The button that sends its form. The text is a verb: `Convoquer`.
pub fn submit(text: &str, kind: Kind) -> Markup {
    html! { button type="submit" class=(kind.class()) { (text) } }
}

/// A link that looks like a button: for going somewhere, never for changing something.
pub fn link_button(href: &str, text: &str, kind: Kind) -> Markup {
    html! { a href=(href) class=(kind.class()) { (text) } }
}

/// A form of one button.
pub fn post_button(action: &str, csrf: &Csrf, text: &str, kind: Kind) -> Markup {
    Form::post(action, csrf).render(submit(text, kind))
}

/// The button that signs: Ctrl+Enter presses it. A dialog first reads `spoken`, then the form goes with
/// `confirme` = `oui`; without JavaScript `confirme` is absent and the server shows its confirmation page.
pub fn sign_button(text: &str, spoken: &str) -> Markup {
    sign(text, spoken, None)
}

/// Like [`sign_button`], when what is signed can still change on the page: the dialog reads the plain text
/// that `url` answers once everything typed is kept.
pub fn sign_button_from(text: &str, url: &str) -> Markup {
    sign(text, "", Some(url))
}

fn sign(text: &str, spoken: &str, url: Option<&str>) -> Markup {
    html! {
        button.btn.primary type="submit" data-sign data-confirm=(nbsp(spoken)) data-confirm-url=[url]
            aria-keyshortcuts="Control+Enter" { (text) }
    }
}

/// The row of buttons that ends a form.
pub fn actions(body: Markup) -> Markup {
    html! { div.actions { (body) } }
}

/// Filters a list as one types. `action` answers the whole page; the part whose id is `target` is taken from
/// it. Without JavaScript it is an ordinary form.
pub fn search_field(action: &str, name: &str, label: &str, value: &str, target: &str) -> Markup {
    let id = crate::field::id_of(name);
    html! {
        form.filter action=(action) method="get" role="search" aria-label=(label) {
            label for=(id) { (label) }
            input type="search" id=(id) name=(name) value=(value) autocomplete="off" spellcheck="false"
                data-hx-get=(action) data-hx-trigger="input changed delay:150ms" data-hx-target={ "#" (target) }
                data-hx-select={ "#" (target) } data-hx-swap="outerHTML" data-hx-indicator={ "#" (id) "-attente" };
            (submit("Chercher", Kind::Secondary))
            (crate::loading(&format!("{id}-attente"), "Recherche…"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text_field;

    #[test]
    fn a_posting_form_always_carries_its_token() {
        let form = Form::post("/x", &Csrf::new("jeton")).render(html! {}).into_string();
        assert!(form.contains(r#"name="_csrf" value="jeton""#));
        let form = Form::get("/x").render(html! {}).into_string();
        assert!(!form.contains("_csrf") && form.contains(r#"method="get""#));
    }

    #[test]
    fn a_token_is_never_printed_in_a_log() {
        assert!(!format!("{:?}", Csrf::new("jeton")).contains("jeton"));
    }

    #[test]
    fn a_refused_field_keeps_what_was_typed_and_is_listed_at_the_top() {
        let mut state = FormState::from_pairs(true, vec![("siret".into(), " 123 ".into())]);
        state.refuse("siret", "Le SIRET compte 14 chiffres : il en manque 11.");
        assert!(!state.is_valid());
        let field = text_field(state.field("siret", "SIRET")).into_string();
        assert!(field.contains(r#"value="123""#) && field.contains(r#"aria-invalid="true""#));
        assert!(field.contains("il en manque 11"));
        let summary = error_summary(&state).into_string();
        assert!(summary.contains("href=\"#c-siret\"") && summary.contains("Un point est à corriger"));
    }

    #[test]
    fn who_may_not_edit_gets_no_input() {
        let state = FormState::new(false).set("nom", "Zoé Œillet");
        let field = text_field(state.field("nom", "Nom")).into_string();
        assert!(!field.contains("<input") && field.contains("<dd>Zoé Œillet</dd>"));
    }

    #[test]
    fn ticks_keep_all_their_values() {
        let pair = |v: &str| ("jours".to_owned(), v.to_owned());
        let state = FormState::from_pairs(true, vec![pair("lundi"), pair("mardi")]);
        assert_eq!(state.values("jours").collect::<Vec<_>>(), ["lundi", "mardi"]);
        assert_eq!(state.set("jours", "jeudi").values("jours").count(), 1);
    }
}

//! Fields: a label, a value, an error, the right to edit. Who may not edit reads a definition.

use base::{date_from_french, date_numeric};
use maud::{Markup, html};

use crate::{
    decimal,
    words::{nbsp, read_number},
};

/// The id of the control of a field, from its name.
pub(crate) fn id_of(name: &str) -> String {
    format!("c-{name}")
}

/// What every field needs. Made by [`crate::FormState::field`], or by hand when there is no form state.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "four independent properties, each with its own setter")]
pub struct Field {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) value: String,
    pub(crate) error: Option<String>,
    pub(crate) editable: bool,
    pub(crate) required: bool,
    pub(crate) help: Option<String>,
    pub(crate) autofocus: bool,
    autocomplete: Option<String>,
    wide: bool,
}

impl Field {
    /// A field: its name in the form, its label, its value, its error if it was refused, the right to edit.
    pub fn new(
        name: &str,
        label: &str,
        value: impl Into<String>,
        error: Option<&str>,
        editable: bool,
    ) -> Self {
        Self {
            name: name.to_owned(),
            label: label.to_owned(),
            value: value.into(),
            error: error.map(str::to_owned),
            editable,
            required: false,
            help: None,
            autofocus: false,
            autocomplete: None,
            wide: false,
        }
    }

    /// It must be filled in. Said in words beside the label.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// A sentence under the label.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// The keyboard starts here when the page opens: at most one per page.
    #[must_use]
    pub fn autofocus(mut self) -> Self {
        self.autofocus = true;
        self
    }

    /// What the browser may fill in (`username`, `current-password`…). Nothing by default: the browser must
    /// not remember what was typed about one person and offer it for another.
    #[must_use]
    pub fn autocomplete(mut self, token: impl Into<String>) -> Self {
        self.autocomplete = Some(token.into());
        self
    }

    /// As wide as its column, for long values.
    #[must_use]
    pub fn wide(mut self) -> Self {
        self.wide = true;
        self
    }

    pub(crate) fn id(&self) -> String {
        id_of(&self.name)
    }

    /// The ids of the help and of the error, for the control that they describe.
    pub(crate) fn described_by(&self) -> Option<String> {
        let id = self.id();
        match (&self.help, &self.error) {
            (None, None) => None,
            (Some(_), None) => Some(format!("{id}-aide")),
            (None, Some(_)) => Some(format!("{id}-erreur")),
            (Some(_), Some(_)) => Some(format!("{id}-erreur {id}-aide")),
        }
    }

    pub(crate) fn invalid(&self) -> Option<&'static str> {
        self.error.as_ref().map(|_| "true")
    }

    pub(crate) fn classes(&self, more: &str) -> String {
        let mut classes = String::from("field");
        for (on, class) in [(self.wide, "wide"), (self.error.is_some(), "wrong"), (!more.is_empty(), more)] {
            if on {
                classes.push(' ');
                classes.push_str(class);
            }
        }
        classes
    }

    /// The words after a label.
    pub(crate) fn mark(&self) -> Markup {
        html! { @if self.required { " " span.required { "(obligatoire)" } } }
    }

    pub(crate) fn notes(&self, more: Markup) -> Markup {
        let id = self.id();
        html! {
            div.notes {
                @if let Some(error) = &self.error { p.error id={ (id) "-erreur" } { (nbsp(error)) } }
                (more)
                @if let Some(help) = &self.help { p.help id={ (id) "-aide" } { (nbsp(help)) } }
            }
        }
    }

    /// A label above one control, with its notes under it.
    pub(crate) fn labelled(&self, class: &str, control: Markup) -> Markup {
        self.labelled_with(class, control, html! {})
    }

    fn labelled_with(&self, class: &str, control: Markup, remark: Markup) -> Markup {
        html! {
            div class=(self.classes(class)) {
                label for=(self.id()) { (self.label) (self.mark()) }
                (control)
                (self.notes(remark))
            }
        }
    }

    /// A group of ticks or rounds under one legend.
    pub(crate) fn grouped(&self, control: Markup) -> Markup {
        html! {
            fieldset class=(self.classes("group")) aria-describedby=[self.described_by()] {
                legend { (self.label) (self.mark()) }
                (control)
                (self.notes(html! {}))
            }
        }
    }

    /// The field as read by who may not edit it.
    pub(crate) fn read(&self, value: &str) -> Markup {
        html! {
            dl.field.read { dt { (self.label) } dd { @if value.is_empty() { span.absent { "Non renseigné" } } @else { (value) } } }
        }
    }

    fn input(&self, kind: &str, inputmode: Option<&str>, value: &str) -> Markup {
        html! {
            input type=(kind) id=(self.id()) name=(self.name) value=(value) inputmode=[inputmode]
                required[self.required] aria-invalid=[self.invalid()] aria-describedby=[self.described_by()]
                autocomplete=(self.autocomplete.as_deref().unwrap_or("off")) autofocus[self.autofocus];
        }
    }
}

/// One line of text.
pub fn text_field(field: Field) -> Markup {
    if !field.editable {
        return field.read(&field.value);
    }
    field.labelled("", field.input("text", None, &field.value))
}

/// A secret. Its value is never sent back to the page.
pub fn password_field(field: Field) -> Markup {
    field.labelled("", field.input("password", None, ""))
}

/// A file to send, in a form that is [`crate::Form::multipart`]. `accept` lists the endings (`.xlsx,.csv`).
pub fn file_field(field: Field, accept: &str) -> Markup {
    let control = html! {
        input type="file" id=(field.id()) name=(field.name) accept=(accept) required[field.required]
            aria-invalid=[field.invalid()] aria-describedby=[field.described_by()];
    };
    field.wide().labelled("", control)
}

/// A day, typed the French way (`24/11/2026`). Takes an ISO value too; what is no day is shown as typed.
pub fn date_field(field: Field) -> Markup {
    let value = date_from_french(&field.value).map_or_else(|| field.value.clone(), date_numeric);
    if !field.editable {
        return field.read(&value);
    }
    let field = if field.help.is_some() { field } else { field.help("jj/mm/aaaa") };
    field.labelled("date", field.input("text", Some("numeric"), &value))
}

/// The unit of a number and the values usually seen.
#[derive(Debug, Clone)]
pub struct Number {
    unit: String,
    usual: Option<(f64, f64)>,
}

impl Number {
    /// A number in this unit (`kg`, `mmHg`); empty when it has none.
    pub fn new(unit: impl Into<String>) -> Self {
        Self { unit: unit.into(), usual: None }
    }

    /// The usual values, both included, in the unit. What is outside is said at once and accepted.
    #[must_use]
    pub fn usual(mut self, min: f64, max: f64) -> Self {
        self.usual = Some((min, max));
        self
    }

    /// The sentence for a value outside the usual ones.
    fn remark(&self) -> Option<String> {
        let (min, max) = self.usual?;
        Some(format!("Hors des valeurs usuelles ({} à {} {}).", decimal(min, 2), decimal(max, 2), self.unit))
    }

    fn is_unusual(&self, text: &str) -> bool {
        match (self.usual, read_number(text)) {
            (Some((min, max)), Some(value)) => value < min || value > max,
            _ => false,
        }
    }
}

/// A number with its unit. A comma or a point is read; the server has the last word.
pub fn number_field(field: Field, number: Number) -> Markup {
    let unusual = number.is_unusual(&field.value);
    if !field.editable {
        let value = if field.value.is_empty() {
            String::new()
        } else {
            format!("{}\u{a0}{}", field.value, number.unit)
        };
        return field.read(&value);
    }
    let id = field.id();
    let described = [field.described_by(), number.usual.map(|_| format!("{id}-usuel"))];
    let described: Vec<String> = described.into_iter().flatten().collect();
    field.labelled_with(
        "number",
        html! {
            span.with-unit {
                input type="text" inputmode="decimal" id=(id) name=(field.name) value=(field.value) autocomplete="off"
                    required[field.required] aria-invalid=[field.invalid()] autofocus[field.autofocus]
                    aria-describedby=[(!described.is_empty()).then(|| described.join(" "))]
                    data-min=[number.usual.map(|u| u.0)] data-max=[number.usual.map(|u| u.1)];
                @if !number.unit.is_empty() { span.unit { (number.unit) } }
            }
        },
        html! {
            @if let Some(remark) = number.remark() {
                p.remark role="status" id={ (id) "-usuel" } data-remark=(remark) { @if unusual { (remark) } }
            }
        },
    )
}

/// Several lines of text.
pub fn textarea(field: Field, rows: u8) -> Markup {
    if !field.editable {
        return field.read(&field.value);
    }
    field.labelled(
        "wide",
        html! {
            textarea id=(field.id()) name=(field.name) rows=(rows) required[field.required] autofocus[field.autofocus]
                aria-invalid=[field.invalid()] aria-describedby=[field.described_by()] { (field.value) }
        },
    )
}

/// Fields side by side, for values typed in a row.
pub fn field_row(body: Markup) -> Markup {
    html! { div.field-row { (body) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(value: &str) -> Field {
        Field::new("mesure", "Mesure", value, None, true)
    }

    #[test]
    fn a_value_outside_the_usual_ones_is_said_at_once_and_accepted() {
        let tension = || Number::new("mmHg").usual(90.0, 140.0);
        let shown = number_field(field("172,5"), tension()).into_string();
        assert!(shown.contains(">Hors des valeurs usuelles (90 à 140 mmHg).<"));
        assert!(!shown.contains("aria-invalid"));
        let shown = number_field(field("120"), tension()).into_string();
        assert!(!shown.contains(">Hors des valeurs"));
    }

    #[test]
    fn a_day_kept_in_iso_is_shown_the_french_way_and_a_slip_is_shown_as_typed() {
        assert!(date_field(field("2026-11-24")).into_string().contains(r#"value="24/11/2026""#));
        assert!(date_field(field("31/02/2026")).into_string().contains(r#"value="31/02/2026""#));
    }

    #[test]
    fn a_secret_never_comes_back_to_the_page() {
        assert!(!password_field(field("s3cret")).into_string().contains("s3cret"));
    }

    #[test]
    fn each_control_is_described_by_its_error_and_its_help() {
        let wrong = Field::new("nom", "Nom", "", Some("Indiquez le nom."), true).help("Nom de naissance");
        let shown = text_field(wrong).into_string();
        assert!(shown.contains(r#"aria-describedby="c-nom-erreur c-nom-aide""#));
        assert!(shown.contains(r#"id="c-nom-erreur""#) && shown.contains(r#"id="c-nom-aide""#));
    }
}

//! Fields whose values are known beforehand: one among a few, several among a few, yes or no, one of many.

use maud::{Markup, html};

use crate::{Field, words::nbsp};

/// One of the values a field may take.
#[derive(Debug, Clone)]
pub struct Choice {
    value: String,
    label: String,
    help: Option<String>,
    disabled: bool,
}

impl Choice {
    /// What is posted, and what is read.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), help: None, disabled: false }
    }

    /// A sentence under it.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// It cannot be taken, for this reason, which is shown.
    #[must_use]
    pub fn disabled(mut self, reason: impl Into<String>) -> Self {
        self.help = Some(reason.into());
        self.disabled = true;
        self
    }
}

fn label_of<'a>(choices: &'a [Choice], value: &'a str) -> &'a str {
    choices.iter().find(|c| c.value == value).map_or(value, |c| &c.label)
}

fn tick(kind: &str, field: &Field, choice: &Choice, first: bool, on: bool) -> Markup {
    // The first control carries the field's own id, so that the list of errors leads to it.
    let id = if first { field.id() } else { format!("{}-{}", field.id(), choice.value) };
    html! {
        div.tick {
            input type=(kind) id=(id) name=(field.name) value=(choice.value) checked[on] disabled[choice.disabled]
                required[field.required && kind == "radio"] aria-invalid=[field.invalid().filter(|_| kind == "checkbox")]
                autofocus[field.autofocus && first] aria-describedby=[choice.help.as_ref().map(|_| format!("{id}-note"))];
            label for=(id) { (choice.label) }
            @if let Some(help) = &choice.help { p.help id={ (id) "-note" } { (nbsp(help)) } }
        }
    }
}

/// One value among a few, all in sight.
pub fn choice(field: Field, choices: &[Choice]) -> Markup {
    if !field.editable {
        return field.read(label_of(choices, &field.value));
    }
    field.grouped(html! {
        div.ticks { @for (i, one) in choices.iter().enumerate() { (tick("radio", &field, one, i == 0, one.value == field.value)) } }
    })
}

/// Several values among a few, all in sight. Each ticked one is posted under the field's name.
pub fn checkboxes(field: Field, choices: &[Choice], chosen: &[&str]) -> Markup {
    if !field.editable {
        let labels: Vec<&str> = chosen.iter().map(|v| label_of(choices, v)).collect();
        return field.read(&labels.join(", "));
    }
    field.grouped(html! {
        div.ticks {
            @for (i, one) in choices.iter().enumerate() { (tick("checkbox", &field, one, i == 0, chosen.contains(&one.value.as_str()))) }
        }
    })
}

/// Yes or no. Posts `oui` when ticked, nothing otherwise.
pub fn checkbox(field: Field) -> Markup {
    let on = field.value == "oui";
    if !field.editable {
        return field.read(if on { "Oui" } else { "Non" });
    }
    html! {
        div class=(field.classes("")) {
            div.tick {
                input type="checkbox" id=(field.id()) name=(field.name) value="oui" checked[on] required[field.required]
                    aria-invalid=[field.invalid()] aria-describedby=[field.described_by()];
                label for=(field.id()) { (field.label) (field.mark()) }
            }
            (field.notes(html! {}))
        }
    }
}

/// One value of a long list. Opens on "Choisir" while nothing is chosen.
pub fn select_field(field: Field, choices: &[Choice]) -> Markup {
    if !field.editable {
        return field.read(label_of(choices, &field.value));
    }
    field.labelled(
        "",
        html! {
            select id=(field.id()) name=(field.name) required[field.required] aria-invalid=[field.invalid()]
                aria-describedby=[field.described_by()] autofocus[field.autofocus] {
                @if field.value.is_empty() || !field.required { option value="" { "Choisir…" } }
                @for one in choices {
                    option value=(one.value) selected[one.value == field.value] disabled[one.disabled] { (one.label) }
                }
            }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_that_may_not_be_taken_says_why() {
        let choices =
            [Choice::new("apte", "Apte").disabled("Un infirmier ne délivre pas d’avis d’aptitude.")];
        let shown = choice(Field::new("conclusion", "Conclusion", "", None, true), &choices).into_string();
        assert!(shown.contains(" disabled") && shown.contains("Un infirmier ne délivre pas"));
    }
}

//! The frame of every page: top bar, rail, breadcrumb, heading, message, body.

use base::{Date, date_long};
use maud::{DOCTYPE, Markup, html};

use crate::{
    CSRF_HEADER, Csrf, Form, Icon, Kind, Tone, alert, assets::url, link_button, submit, words::nbsp,
};

/// htmx: back reloads the page instead of restoring a copy, and no style of its own is added.
const HTMX_CONFIG: &str = r#"{"history":"reload","includeIndicatorCSS":false,"mode":"same-origin"}"#;

/// The person in front of the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// First and last name.
    pub name: String,
    /// Their function, in words: `Médecin du travail`.
    pub role_label: String,
    /// The centre where they work today; empty when they have none.
    pub centre: String,
}

/// One entry of the rail on the left.
#[derive(Debug, Clone)]
pub struct RailEntry {
    href: String,
    label: String,
    icon: Icon,
}

impl RailEntry {
    /// A page, its name in one word, its drawing.
    pub fn new(href: impl Into<String>, label: impl Into<String>, icon: Icon) -> Self {
        Self { href: href.into(), label: label.into(), icon }
    }
}

/// What happened just before this page: shown once.
#[derive(Debug, Clone)]
pub struct Flash {
    tone: Tone,
    message: String,
}

impl Flash {
    /// A whole sentence: `La visite est signée ; l’attestation est remise.`
    pub fn new(tone: Tone, message: impl Into<String>) -> Self {
        Self { tone, message: message.into() }
    }
}

/// What all the pages of one request share. Made once, by the composition.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The service's name.
    pub service: String,
    /// The present day in France.
    pub today: Date,
    /// Who is signed in.
    pub viewer: Option<Viewer>,
    /// The entries of the rail for this role: seven at most, the others are left out.
    pub rail: Vec<RailEntry>,
    /// The session's form token.
    pub csrf: Csrf,
    /// The message of the action before.
    pub flash: Option<Flash>,
}

/// More entries than this and the eye searches instead of finding.
const RAIL_MAX: usize = 7;

/// A whole page.
#[derive(Debug, Clone)]
pub struct Page<'a> {
    frame: &'a Frame,
    title: String,
    crumbs: Vec<(String, String)>,
    active: Option<String>,
    heading: bool,
    narrow: bool,
    bare: bool,
}

impl<'a> Page<'a> {
    /// A page. Its title also ends the breadcrumb. No personal data in it: browsers keep titles.
    pub fn new(frame: &'a Frame, title: impl Into<String>) -> Self {
        Self {
            frame,
            title: title.into(),
            crumbs: Vec::new(),
            active: None,
            heading: true,
            narrow: false,
            bare: false,
        }
    }

    /// A page above this one, from the top.
    #[must_use]
    pub fn crumb(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.crumbs.push((label.into(), href.into()));
        self
    }

    /// The entry of the rail where one is, by its address.
    #[must_use]
    pub fn active(mut self, href: impl Into<String>) -> Self {
        self.active = Some(href.into());
        self
    }

    /// The body brings its own heading (the head of a file does).
    #[must_use]
    pub fn without_heading(mut self) -> Self {
        self.heading = false;
        self
    }

    /// As wide as a page of a book: for forms and texts.
    #[must_use]
    pub fn narrow(mut self) -> Self {
        self.narrow = true;
        self
    }

    /// Without rail or search: for signing in.
    #[must_use]
    pub fn bare(mut self) -> Self {
        self.bare = true;
        self
    }

    /// The document.
    pub fn render(self, body: Markup) -> Markup {
        let frame = self.frame;
        html! {
            (DOCTYPE)
            html lang="fr" {
                head {
                    meta charset="utf-8";
                    title { (self.title) " – " (frame.service) }
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="referrer" content="same-origin";
                    meta name="csrf" content=(frame.csrf.as_str()) data-header=(CSRF_HEADER);
                    meta name="htmx-config" content=(HTMX_CONFIG);
                    link rel="icon" href=(url("icone.svg")) type="image/svg+xml";
                    link rel="stylesheet" href=(url("tronc.css"));
                    script src=(url("htmx.js")) defer {}
                    script src=(url("tronc.js")) type="module" {}
                }
                body class=[self.bare.then_some("bare")] {
                    a.skip href="#contenu" { "Aller au contenu" }
                    (self.top())
                    div.frame {
                        @if !self.bare { (self.rail()) }
                        div.page {
                            @if !self.bare { (self.breadcrumb()) }
                            main id="contenu" tabindex="-1" class=[self.narrow.then_some("narrow")] {
                                @if let Some(flash) = &frame.flash {
                                    div.flash role="status" { (alert(flash.tone, &flash.message, html! {})) }
                                }
                                @if self.heading { h1 { (self.title) } }
                                (body)
                            }
                        }
                    }
                }
            }
        }
    }

    fn top(&self) -> Markup {
        let frame = self.frame;
        html! {
            header.top {
                a.service href="/" { (frame.service) }
                @if !self.bare {
                    form.find action="/recherche" method="get" role="search" data-suggest="/recherche/suggestions?q=" {
                        label.vh for="recherche" { "Chercher un salarié, une entreprise, un terme ou un document" }
                        (Icon::Recherche.draw())
                        input type="search" id="recherche" name="q" placeholder="Nom, naissance, NIR, entreprise, terme…"
                            autocomplete="off" spellcheck="false" aria-keyshortcuts="/";
                        kbd aria-hidden="true" { "/" }
                    }
                }
                time.today datetime=(frame.today) { (date_long(frame.today)) }
                @if let Some(viewer) = &frame.viewer {
                    div.person {
                        b { (viewer.name) }
                        span { (viewer.role_label) @if !viewer.centre.is_empty() { " · " (viewer.centre) } }
                    }
                    (Form::post("/deconnexion", &frame.csrf).render(submit("Se déconnecter", Kind::Secondary)))
                }
            }
        }
    }

    fn rail(&self) -> Markup {
        html! {
            nav.rail aria-label="Navigation principale" {
                ul { @for entry in self.frame.rail.iter().take(RAIL_MAX) {
                    li {
                        a href=(entry.href) aria-current=[(self.active.as_ref() == Some(&entry.href)).then_some("page")] {
                            (entry.icon.draw()) span { (entry.label) }
                        }
                    }
                } }
            }
        }
    }

    fn breadcrumb(&self) -> Markup {
        html! {
            nav.crumbs aria-label="Fil d’Ariane" {
                ol {
                    @for (label, href) in &self.crumbs { li { a href=(href) { (label) } } }
                    li aria-current="page" { (self.title) }
                }
            }
        }
    }
}

/// What a person reads when a page cannot be shown: what happened, what to do, where to go back.
pub fn error_page(frame: &Frame, code: u16, title: &str, what_to_do: &str, back: (&str, &str)) -> Markup {
    let page = Page::new(frame, title).narrow();
    let page = if frame.viewer.is_some() { page } else { page.bare() };
    page.render(html! {
        p.lead { (nbsp(what_to_do)) }
        p { (link_button(back.0, back.1, Kind::Primary)) }
        p.definition { "Repère pour l’assistance\u{a0}: " (code) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    #[test]
    fn the_rail_never_holds_more_than_seven_entries() {
        let mut frame = samples::frame();
        frame.rail = (0..12).map(|i| RailEntry::new(format!("/{i}"), "Entrée", Icon::Jour)).collect();
        let shown = Page::new(&frame, "Essai").render(html! {}).into_string();
        assert_eq!(shown.matches("Entrée").count(), 7);
    }

    #[test]
    fn no_page_carries_inline_script_or_style() {
        let shown = samples::gallery().into_string();
        assert!(!shown.contains(" style=") && !shown.contains("<style") && !shown.contains(" onclick="));
        for script in shown.split("<script").skip(1) {
            assert!(script.starts_with(" src=\"/_/"), "{}", &script[..40.min(script.len())]);
        }
    }

    #[test]
    fn htmx_keeps_no_copy_of_a_page() {
        let shown = Page::new(&samples::frame(), "Essai").render(html! {}).into_string();
        assert!(shown.contains("&quot;history&quot;:&quot;reload&quot;"));
    }

    #[test]
    fn before_signing_in_there_is_neither_rail_nor_search() {
        let frame = Frame { viewer: None, ..samples::frame() };
        let shown = Page::new(&frame, "Connexion").bare().render(html! {}).into_string();
        assert!(!shown.contains("class=\"rail\"") && !shown.contains("role=\"search\""));
        let shown =
            error_page(&frame, 404, "Page introuvable", "Vérifiez l’adresse.", ("/", "Revenir à l’accueil"));
        assert!(!shown.into_string().contains("Se déconnecter"));
    }
}

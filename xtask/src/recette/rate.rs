//! The rate of the grid: points over twice the criteria that apply.

use crate::recette::grid::{Chapitre, Critere, Grille, Niveau, Resultat};

/// What a set of criteria earned: 2 points for conforme, 1 for partiel.
#[derive(Default, Clone, Copy, PartialEq, Eq, Debug)]
struct Rate {
    total: u32,
    applicable: u32,
    conforme: u32,
    partiel: u32,
    /// Obligatory criteria below conforme.
    owed: u32,
}

impl Rate {
    fn of<'a>(criteres: impl Iterator<Item = &'a Critere>) -> Self {
        let mut rate = Self::default();
        for critere in criteres {
            rate.total += 1;
            rate.applicable += u32::from(critere.resultat != Resultat::SansObjet);
            rate.conforme += u32::from(critere.resultat == Resultat::Conforme);
            rate.partiel += u32::from(critere.resultat == Resultat::Partiel);
            rate.owed += u32::from(
                critere.niveau == Niveau::O
                    && matches!(critere.resultat, Resultat::Absent | Resultat::Partiel),
            );
        }
        rate
    }

    fn points(self) -> u32 {
        2 * self.conforme + self.partiel
    }

    /// Per mille, rounded down: 100 % is said of a full score alone. Nothing when nothing applies.
    fn per_mille(self) -> Option<u32> {
        (1000 * self.points()).checked_div(2 * self.applicable)
    }

    /// `3,7 %`, as it is read in French.
    fn percent(self) -> String {
        self.per_mille()
            .map_or_else(|| "s.\u{a0}o.".to_owned(), |value| format!("{},{}\u{a0}%", value / 10, value % 10))
    }

    /// A chapter is conforme when nothing obligatory is owed; a desirable criterion never holds it back.
    fn mention(self) -> &'static str {
        match (self.applicable, self.points(), self.owed) {
            (0, ..) => "sans objet",
            (_, 0, _) => "absent",
            (_, _, 0) => "conforme",
            _ => "partiel",
        }
    }
}

fn by_chapter(grid: &Grille) -> impl Iterator<Item = (&Chapitre, Rate)> {
    grid.chapitres.iter().map(|chapitre| (chapitre, Rate::of(grid.of(chapitre.numero))))
}

/// For the terminal: one line per chapter, then the whole.
pub(crate) fn summary(grid: &Grille) -> String {
    let mut lines: Vec<String> = by_chapter(grid)
        .map(|(chapitre, rate)| {
            format!("{:>3}  {:>8}  {:<11}{}", chapitre.numero, rate.percent(), rate.mention(), chapitre.titre)
        })
        .collect();
    let all = Rate::of(grid.criteres.iter());
    lines.push(format!(
        "grid: {}, {} of {} points; {} conforme, {} partiel of {} applicable",
        all.percent(),
        all.points(),
        2 * all.applicable,
        all.conforme,
        all.partiel,
        all.applicable
    ));
    lines.join("\n")
}

/// For the README: the themes and their chapters.
pub(crate) fn table(grid: &Grille) -> String {
    let mut text = "| N° | Chapitre | Critères | Conformes | Partiels | Taux | Mention |\n\
                    |---:|---|---:|---:|---:|---:|---|\n"
        .to_owned();
    let mut theme = "";
    for (chapitre, rate) in by_chapter(grid) {
        if chapitre.theme != theme {
            theme = &chapitre.theme;
            let of_theme = Rate::of(grid.criteres.iter().filter(|critere| {
                grid.chapitres.iter().any(|other| other.numero == critere.chapitre && other.theme == theme)
            }));
            text += &row("", &format!("**{theme}**"), of_theme, "");
        }
        text += &row(&chapitre.numero.to_string(), &chapitre.titre, rate, rate.mention());
    }
    text + &row("", "**Ensemble**", Rate::of(grid.criteres.iter()), "")
}

fn row(numero: &str, titre: &str, rate: Rate, mention: &str) -> String {
    let Rate { total, conforme, partiel, .. } = rate;
    format!("| {numero} | {titre} | {total} | {conforme} | {partiel} | {} | {mention} |\n", rate.percent())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recette::grid::tests::grid;

    fn rate(criteres: &[(&str, &str, &str)]) -> Rate {
        Rate::of(grid(criteres).criteres.iter())
    }

    #[test]
    fn what_does_not_apply_weighs_nothing() {
        let rate = rate(&[("1.1", "O", "conforme"), ("1.2", "O", "partiel"), ("1.3", "O", "sans objet")]);
        assert_eq!((rate.points(), rate.applicable, rate.per_mille()), (3, 2, Some(750)));
        assert_eq!(rate.percent(), "75,0\u{a0}%");
    }

    #[test]
    fn an_obligatory_criterion_at_zero_forbids_the_mention_whatever_the_rate() {
        assert_eq!(rate(&[("1.1", "O", "conforme"), ("1.2", "O", "absent")]).mention(), "partiel");
        assert_eq!(rate(&[("1.1", "O", "conforme"), ("1.2", "S", "absent")]).mention(), "conforme");
    }

    #[test]
    fn nothing_proved_is_absent_and_nothing_applicable_has_no_rate() {
        assert_eq!(rate(&[("1.1", "S", "absent")]).mention(), "absent");
        let none = rate(&[("1.1", "S", "sans objet")]);
        assert_eq!((none.mention(), none.percent().as_str()), ("sans objet", "s.\u{a0}o."));
    }

    #[test]
    fn a_full_rate_is_never_rounded_to() {
        let many: Vec<_> = (1..=999)
            .map(|rank| (format!("1.{rank}"), if rank == 1 { "partiel" } else { "conforme" }))
            .collect();
        let many: Vec<_> = many.iter().map(|(id, resultat)| (id.as_str(), "O", *resultat)).collect();
        assert_eq!(rate(&many).percent(), "99,9\u{a0}%");
    }

    #[test]
    fn the_table_has_a_line_per_chapter_theme_and_whole() {
        let table = table(&grid(&[("1.1", "O", "conforme")]));
        assert_eq!(table.lines().count(), 2 + 3);
        assert!(table.contains("| 1 | A | 1 | 1 | 0 | 100,0\u{a0}% | conforme |"));
    }
}

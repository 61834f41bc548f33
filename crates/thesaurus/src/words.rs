//! The words by which people know the triggers of follow-up.

/// `suivi particulier : CMR`. The rules themselves stand in `droit/suivi.toml`; a trigger unknown here shows its code.
pub(crate) fn trigger_flag(code: &str) -> String {
    let words = match code {
        "amiante" => "amiante",
        "plomb" => "plomb",
        "cmr" => "CMR",
        "bio_g2" => "agents biologiques du groupe 2",
        "bio_g34" => "agents biologiques des groupes 3 et 4",
        "champs_em" => "champs électromagnétiques",
        "rayonnements_a" => "rayonnements ionisants, catégorie A",
        "rayonnements_b" => "rayonnements ionisants, catégorie B",
        "hyperbare" => "milieu hyperbare",
        "echafaudage" => "montage d'échafaudages",
        "jeune_reglemente" => "travaux réglementés des jeunes",
        "manutention_55" => "manutention de plus de 55 kg",
        "conduite" => "autorisation de conduite",
        "electrique" => "habilitation électrique",
        other => other,
    };
    format!("suivi particulier\u{a0}: {words}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trigger_unknown_here_shows_its_code() {
        assert_eq!(trigger_flag("cmr"), "suivi particulier\u{a0}: CMR");
        assert_eq!(trigger_flag("nouveau"), "suivi particulier\u{a0}: nouveau");
    }
}

//! The table of rights, as data.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::{Role, acts};

/// Who may do what, read from `droit/acces.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    #[serde(rename = "acte")]
    rules: Vec<ActRule>,
}

/// The rule of one act.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActRule {
    /// Its code.
    pub code: String,
    /// What it is, in French.
    pub libelle: String,
    /// Who may.
    pub roles: Vec<Role>,
    /// Where the law says so.
    pub article: String,
    /// The sentence for those who may not.
    pub refus: String,
}

impl Policy {
    /// The policy in force.
    ///
    /// # Panics
    /// Never in a program that passed its tests: the policy is part of it.
    pub fn in_force() -> &'static Self {
        static POLICY: OnceLock<Policy> = OnceLock::new();
        POLICY.get_or_init(|| {
            // The text is part of the program, and a test reads it: it cannot fail in a built binary.
            toml::from_str(include_str!("../../../droit/acces.toml"))
                .expect("droit/acces.toml is not readable")
        })
    }

    /// All rules, for the page that shows them.
    pub fn rules(&self) -> &[ActRule] {
        &self.rules
    }

    /// The rule of an act; an act without a rule is allowed to nobody.
    pub fn rule(&self, code: &str) -> Option<&ActRule> {
        self.rules.iter().find(|r| r.code == code)
    }

    /// Whether a role may do an act.
    pub fn allows(&self, role: Role, code: &str) -> bool {
        self.rule(code).is_some_and(|r| r.roles.contains(&role))
    }

    /// Acts without a rule and rules without an act.
    pub fn gaps(&self) -> Vec<String> {
        let without_rule =
            acts::CODES.iter().filter(|c| self.rule(c).is_none()).map(|c| format!("act {c} has no rule"));
        let without_act = self
            .rules
            .iter()
            .filter(|r| !acts::CODES.contains(&r.code.as_str()))
            .map(|r| format!("rule {} has no act", r.code));
        without_rule.chain(without_act).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_has_its_rule_and_its_article() {
        let policy = Policy::in_force();
        assert_eq!(policy.gaps(), Vec::<String>::new());
        for rule in policy.rules() {
            assert!(
                !rule.article.is_empty() && rule.refus.ends_with('.') && !rule.roles.is_empty(),
                "{}",
                rule.code
            );
        }
    }

    #[test]
    fn management_and_computing_never_open_the_medical_record() {
        for role in [Role::Direction, Role::Informatique, Role::Secretaire, Role::Iprp, Role::Asst] {
            for act in ["lire_dossier", "ecrire_dossier", "signer_visite"] {
                assert!(!Policy::in_force().allows(role, act), "{act} {role:?}");
            }
        }
        assert!(Policy::in_force().allows(Role::Medecin, "signer_visite"));
    }
}

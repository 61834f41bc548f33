//! The acts that the policy knows, one type each.

/// Something that a person does to a kind of record. Its rule stands in `droit/acces.toml`.
pub trait Act: Send + Sync + 'static {
    /// The code of its rule and the word in the journal.
    const CODE: &'static str;
    /// The kind of record it touches.
    const OBJET: &'static str;
    /// Whether it may write. Acts that neither write nor touch a person's record share the read connections.
    const WRITES: bool;
    /// Whether it touches a person's record, so that allowed acts are journalled too. Refusals always are.
    const PERSONAL: bool;
}

macro_rules! acts {
    ($($(#[$doc:meta])* $name:ident = $code:literal on $objet:literal, writes: $writes:literal, personal: $personal:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub enum $name {}
        impl Act for $name {
            const CODE: &'static str = $code;
            const OBJET: &'static str = $objet;
            const WRITES: bool = $writes;
            const PERSONAL: bool = $personal;
        }
    )*
        /// The codes of all acts, to check the policy against.
        pub(crate) const CODES: &[&str] = &[$($code),*];
    };
}

acts! {
    /// Searching workers by name, birth date or NIR.
    ChercherSalarie = "chercher_salarie" on "recherche", writes: false, personal: true;
    /// Reading a worker's identity, contracts and appointments.
    LireIdentite = "lire_identite" on "salarie", writes: false, personal: true;
    /// Creating or correcting a worker's identity, contracts and posts.
    EcrireIdentite = "ecrire_identite" on "salarie", writes: true, personal: true;
    /// Reading the medical record (DMST).
    LireDossier = "lire_dossier" on "salarie", writes: false, personal: true;
    /// Writing in the medical record (DMST).
    EcrireDossier = "ecrire_dossier" on "salarie", writes: true, personal: true;
    /// Signing a visit and handing out its documents.
    SignerVisite = "signer_visite" on "salarie", writes: true, personal: true;
    /// Planning, moving or cancelling a visit.
    PlanifierVisite = "planifier_visite" on "salarie", writes: true, personal: true;
    /// Reading the agenda of a professional or a centre.
    LireAgenda = "lire_agenda" on "agenda", writes: false, personal: true;
    /// Reading a member company.
    LireAdherent = "lire_adherent" on "adherent", writes: false, personal: false;
    /// Creating or correcting a member company.
    EcrireAdherent = "ecrire_adherent" on "adherent", writes: true, personal: true;
    /// Reading figures without names.
    LireChiffres = "lire_chiffres" on "chiffres", writes: false, personal: false;
    /// Reading thesauri and rules.
    LireThesaurus = "lire_thesaurus" on "thesaurus", writes: false, personal: false;
    /// Reading drafts of the common lists and what was published from them.
    LirePublication = "lire_publication" on "publication", writes: false, personal: false;
    /// Preparing and publishing releases of the common lists, on the federation's own installation.
    PreparerPublication = "preparer_publication" on "publication", writes: true, personal: true;
    /// Asking for a change of a list of the common language, or reporting an incident of its use.
    DeposerDemande = "deposer_demande" on "demande", writes: true, personal: true;
    /// Examining requests for change, deciding with a reason, linking them to the release that delivers them.
    InstruireDemande = "instruire_demande" on "demande", writes: true, personal: true;
    /// Reading everybody's requests, the texts typed for want of a term, the gap between matrices and exposures.
    LireVeille = "lire_veille" on "veille", writes: false, personal: false;
    /// Reading what the administration of the service keeps: subscriptions, loaded nomenclatures, local values.
    LireAdministration = "lire_administration" on "service", writes: false, personal: false;
    /// Administering the service: nomenclatures, imports, accounts.
    GererService = "gerer_service" on "service", writes: true, personal: true;
}

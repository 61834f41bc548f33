//! What a request gets when it does not get its answer: an `OperationOutcome` (FHIR R4, operationoutcome).

use axum::http::StatusCode;
use guard::Refusal;
use serde_json::{Value, json};
use store::StoreError;
use terminologie::write::WriteError;

/// One reason, with the status that carries it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// The HTTP status.
    pub(crate) status: StatusCode,
    /// The kind of issue (value set `issue-type`).
    pub(crate) code: &'static str,
    /// What is wrong and what to correct.
    pub(crate) text: String,
    /// The parameter it is about.
    pub(crate) expression: Option<String>,
}

impl Outcome {
    fn new(status: StatusCode, code: &'static str, text: impl Into<String>) -> Self {
        Self { status, code, text: text.into(), expression: None }
    }

    fn about(mut self, name: &str) -> Self {
        self.expression = Some(name.to_owned());
        self
    }

    /// A list that is not loaded here.
    pub(crate) fn unknown_system(address: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not-found",
            format!("Le système de codes «\u{a0}{address}\u{a0}» n'est pas connu de ce serveur."),
        )
    }

    /// A value set that is none of ours.
    pub(crate) fn unknown_value_set(address: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not-found",
            format!("Le jeu de valeurs «\u{a0}{address}\u{a0}» n'est pas connu de ce serveur."),
        )
    }

    /// No correspondence of that address, or between those lists.
    pub(crate) fn unknown_map(what: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not-found",
            format!("Aucune table de correspondance ne répond à la demande\u{a0}: {what}."),
        )
    }

    /// A resource that does not exist.
    pub(crate) fn unknown_resource(kind: &str, id: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not-found",
            format!("Il n'existe pas de ressource {kind}/{id} sur ce serveur."),
        )
    }

    /// An address where nothing answers.
    pub(crate) fn unknown_address() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not-supported",
            "Rien ne répond à cette adresse\u{a0}: /fhir/metadata dit ce que ce serveur sait faire.",
        )
    }

    /// A version that is not loaded, of a list that is.
    pub(crate) fn unknown_version(address: &str, version: &str) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "not-found",
            format!(
                "Le système de codes «\u{a0}{address}\u{a0}» est connu, mais pas sa version «\u{a0}{version}\u{a0}»."
            ),
        )
    }

    /// A list of which no version was loaded yet on that day.
    pub(crate) fn no_version_on(address: &str, day: &str) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "not-found",
            format!("Aucune version de «\u{a0}{address}\u{a0}» n'était encore publiée à la date du {day}."),
        )
        .about("date")
    }

    /// A code that its system does not have.
    pub(crate) fn unknown_code(system: &str, version: &str, code: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not-found",
            format!(
                "Le code «\u{a0}{code}\u{a0}» n'existe pas dans «\u{a0}{system}\u{a0}», version {version}."
            ),
        )
    }

    /// A code, named in the definition of a value set, that its system does not have.
    pub(crate) fn code_invalid(system: &str, version: &str, code: &str) -> Self {
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            code: "code-invalid",
            ..Self::unknown_code(system, version, code)
        }
    }

    /// A parameter without which there is no answer.
    pub(crate) fn missing(name: &str) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "required",
            format!("Le paramètre «\u{a0}{name}\u{a0}» est nécessaire."),
        )
        .about(name)
    }

    /// A parameter that cannot be read, with what is expected.
    pub(crate) fn bad_value(name: &str, expected: &str) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "value",
            format!("Le paramètre «\u{a0}{name}\u{a0}» n'est pas lisible\u{a0}: {expected} est attendu."),
        )
        .about(name)
    }

    /// A request that contradicts itself or is cut short.
    pub(crate) fn invalid(text: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid", text)
    }

    /// Something that FHIR has and that this server does not do.
    pub(crate) fn not_supported(text: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "not-supported", text)
    }

    /// An expansion that must be asked by pages.
    pub(crate) fn too_costly(codes: usize, limit: usize) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "too-costly",
            format!(
                "Ce jeu de valeurs contient {codes} codes, plus que les {limit} donnés en une fois. Demandez-le par pages avec «\u{a0}count\u{a0}» et «\u{a0}offset\u{a0}», ou précisez «\u{a0}filter\u{a0}»."
            ),
        )
    }

    /// A list that FHIR cannot hold.
    pub(crate) fn unwritable(error: &WriteError) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "not-supported", error.sentence())
    }

    /// The versions of a check do not agree.
    pub(crate) fn wrong_version(system: &str, used: &str, wanted: &str) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "exception",
            format!(
                "La version {used} de «\u{a0}{system}\u{a0}» serait employée, alors que «\u{a0}check-system-version\u{a0}» exige la version {wanted}."
            ),
        )
        .about("check-system-version")
    }

    /// Nobody is signed in.
    pub(crate) fn login() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "login",
            "Connectez-vous à Tronc commun, puis joignez le cookie de session à la demande.",
        )
    }

    /// The address exists, not with that method.
    pub(crate) fn method_not_allowed(method: &str) -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "not-supported",
            format!("La méthode {method} n'est pas admise à cette adresse."),
        )
    }

    /// Another form than JSON is asked for.
    pub(crate) fn not_acceptable() -> Self {
        Self::new(
            StatusCode::NOT_ACCEPTABLE,
            "not-supported",
            "Ce serveur répond en JSON seulement\u{a0}: demandez application/fhir+json.",
        )
    }

    /// Another form than JSON was sent.
    pub(crate) fn unsupported_body() -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "not-supported",
            "Ce serveur lit le JSON seulement\u{a0}: envoyez application/fhir+json.",
        )
    }

    /// A search sent as something else than a form.
    pub(crate) fn unsupported_form() -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "not-supported",
            "Une recherche s'envoie comme un formulaire (application/x-www-form-urlencoded).",
        )
    }

    /// More was sent than is read.
    pub(crate) fn too_long(limit: usize) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-long",
            format!("Le corps de la demande dépasse {limit} octets."),
        )
    }

    /// The database does not answer.
    pub(crate) fn unavailable() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "transient",
            "La base de données ne répond pas. Recommencez dans un instant.",
        )
    }

    /// Something that should not happen: logged here, once, and opaque for the caller.
    pub(crate) fn unexpected(cause: &str) -> Self {
        tracing::error!(%cause, "unexpected");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "exception",
            "L'opération n'a pas abouti. L'erreur est notée\u{a0}; si elle se répète, prévenez l'informatique du service.",
        )
    }

    /// The resource.
    pub(crate) fn json(&self) -> Value {
        self.with("error")
    }

    /// The same, beside answers that stand without it.
    pub(crate) fn warning(&self) -> Value {
        self.with("warning")
    }

    fn with(&self, severity: &str) -> Value {
        let mut issue = json!({ "severity": severity, "code": self.code, "details": { "text": self.text } });
        if let Some(expression) = &self.expression {
            issue["expression"] = json!([expression]);
        }
        json!({ "resourceType": "OperationOutcome", "issue": [issue] })
    }
}

impl From<StoreError> for Outcome {
    fn from(error: StoreError) -> Self {
        if let StoreError::Unavailable(reason) = &error {
            tracing::error!(%reason, "the database is not available");
            return Self::unavailable();
        }
        Self::unexpected(&error.to_string())
    }
}

impl From<Refusal> for Outcome {
    fn from(refusal: Refusal) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", refusal.sentence)
    }
}

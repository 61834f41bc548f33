//! The fields of a form, read only when the form proves that it comes from our own pages.

use std::collections::BTreeMap;

use axum::{
    body::Bytes,
    extract::{FromRef, FromRequest, FromRequestParts as _, Request},
    http::StatusCode,
    response::{IntoResponse, Response},
};

use crate::{Caller, Guard, Said, session::NoCaller};

/// What was typed. An absent field reads as an empty text, so that a form without JavaScript and a form cut
/// short are treated alike.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(BTreeMap<String, Vec<String>>);

impl Fields {
    /// The field that carries the session's token.
    pub(crate) const CSRF: &str = "_csrf";

    /// Reads `a=1&b=2`.
    pub fn parse(body: &[u8]) -> Self {
        let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(body) {
            fields.entry(name.into_owned()).or_default().push(value.into_owned());
        }
        Self(fields)
    }

    /// From names and values.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, String)>) -> Self {
        let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in pairs {
            fields.entry(name.to_owned()).or_default().push(value);
        }
        Self(fields)
    }

    /// The last value of a field, without the blanks around it.
    pub fn text(&self, name: &str) -> &str {
        self.0.get(name).and_then(|v| v.last()).map_or("", |v| v.trim())
    }

    /// The same, `None` when nothing was typed.
    pub fn optional(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|v| !v.is_empty())
    }

    /// All values of a field that may be given several times.
    pub fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether a box is ticked.
    pub fn ticked(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Whether the form holds the field at all.
    pub fn holds(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// All names and last values, in the order of names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(k, v)| (k.as_str(), v.last().map_or("", |v| v.trim())))
    }
}

/// Why a form was not read.
#[derive(Debug)]
pub enum FieldsRejection {
    /// Nobody is signed in.
    NoCaller(NoCaller),
    /// The form does not carry the session's token.
    Foreign,
    /// Too large or cut short.
    Unreadable,
}

impl IntoResponse for FieldsRejection {
    fn into_response(self) -> Response {
        match self {
            Self::NoCaller(n) => n.into_response(),
            Self::Foreign => Said::answer(
                StatusCode::FORBIDDEN,
                "Formulaire expiré",
                "Ce formulaire a expiré ou vient d'ailleurs. Revenez à la page précédente, rechargez-la, puis recommencez.",
            ),
            Self::Unreadable => Said::answer(
                StatusCode::BAD_REQUEST,
                "Formulaire illisible",
                "Le formulaire n'a pas pu être lu en entier. Revenez à la page précédente, puis recommencez.",
            ),
        }
    }
}

impl<S> FromRequest<S> for Fields
where
    S: Send + Sync,
    Guard: FromRef<S>,
{
    type Rejection = FieldsRejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let (mut parts, body) = request.into_parts();
        let caller =
            Caller::from_request_parts(&mut parts, state).await.map_err(FieldsRejection::NoCaller)?;
        let header = parts.headers.get("x-csrf-token").and_then(|v| v.to_str().ok()).map(str::to_owned);
        let bytes = Bytes::from_request(Request::from_parts(parts, body), state)
            .await
            .map_err(|_| FieldsRejection::Unreadable)?;
        let fields = Self::parse(&bytes);
        let token = header.as_deref().unwrap_or_else(|| fields.text(Self::CSRF));
        if caller.csrf.is_empty() || token != caller.csrf {
            return Err(FieldsRejection::Foreign);
        }
        Ok(fields)
    }
}

#[cfg(test)]
mod tests {
    use super::Fields;

    #[test]
    fn fields_are_read_with_their_repetitions() {
        let f = Fields::parse("nom=+Le+Go%C3%ABl+&x=1&x=2&vide=".as_bytes());
        assert_eq!(f.text("nom"), "Le Goël");
        assert_eq!(f.all("x"), ["1", "2"]);
        assert_eq!(f.optional("vide"), None);
        assert!(f.ticked("vide") && !f.ticked("absent"));
        assert_eq!(f.text("absent"), "");
    }
}

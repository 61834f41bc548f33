//! A form that sends a file, read only when it proves that it comes from our own pages.

use axum::{
    extract::{FromRef, FromRequest, FromRequestParts as _, Multipart, Request, multipart::MultipartError},
    http::StatusCode,
    response::{IntoResponse, Response},
};

use crate::{Caller, Fields, FieldsRejection, Guard, Said};

/// The names of files are cut after this many letters: nobody reads more.
const LONGEST_NAME: usize = 120;

/// What a form with one file holds. How large it may be is the route's own limit (`DefaultBodyLimit`).
#[derive(Debug, Clone, Default)]
pub struct Upload {
    /// Its other fields, in their order.
    pub fields: Vec<(String, String)>,
    /// The file that was chosen, if any: its name without folders, and its bytes.
    pub file: Option<(String, Vec<u8>)>,
}

impl Upload {
    /// The last value of a field, without the blanks around it.
    pub fn text(&self, name: &str) -> &str {
        self.fields.iter().rev().find(|(n, _)| n == name).map_or("", |(_, v)| v.trim())
    }

    async fn read(mut form: Multipart) -> Result<Self, MultipartError> {
        let mut sent = Self::default();
        while let Some(part) = form.next_field().await? {
            let name = part.name().unwrap_or_default().to_owned();
            if let Some(file) = part.file_name().map(str::to_owned) {
                let bytes = part.bytes().await?.to_vec();
                if !file.is_empty() {
                    sent.file = Some((base_name(&file), bytes));
                }
            } else {
                sent.fields.push((name, part.text().await?));
            }
        }
        Ok(sent)
    }
}

/// The name of a file without the folders that some browsers send.
fn base_name(path: &str) -> String {
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
    name.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect()
}

/// Why a form with a file was not read.
#[derive(Debug)]
pub enum UploadRejection {
    /// As for any form.
    Fields(FieldsRejection),
    /// The file is larger than the route accepts.
    TooLarge,
}

impl IntoResponse for UploadRejection {
    fn into_response(self) -> Response {
        match self {
            Self::Fields(rejection) => rejection.into_response(),
            Self::TooLarge => Said::answer(
                StatusCode::PAYLOAD_TOO_LARGE,
                "Fichier trop volumineux",
                "Le fichier dépasse la taille acceptée. Vérifiez qu'il s'agit du bon fichier, ou découpez-le.",
            ),
        }
    }
}

impl<S> FromRequest<S> for Upload
where
    S: Send + Sync,
    Guard: FromRef<S>,
{
    type Rejection = UploadRejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let (mut parts, body) = request.into_parts();
        let caller = Caller::from_request_parts(&mut parts, state)
            .await
            .map_err(|n| UploadRejection::Fields(FieldsRejection::NoCaller(n)))?;
        let unreadable = || UploadRejection::Fields(FieldsRejection::Unreadable);
        let form = Multipart::from_request(Request::from_parts(parts, body), state)
            .await
            .map_err(|_| unreadable())?;
        let sent = Self::read(form).await.map_err(|e| {
            if e.status() == StatusCode::PAYLOAD_TOO_LARGE { UploadRejection::TooLarge } else { unreadable() }
        })?;
        if caller.csrf.is_empty() || sent.text(Fields::CSRF) != caller.csrf {
            return Err(UploadRejection::Fields(FieldsRejection::Foreign));
        }
        Ok(sent)
    }
}

#[cfg(test)]
mod tests {
    use super::base_name;

    #[test]
    fn un_nom_de_fichier_perd_ses_dossiers() {
        assert_eq!(base_name(r"C:\Users\zoe\liste.xlsx"), "liste.xlsx");
        assert_eq!(base_name("../../etc/liste\n.csv"), "liste.csv");
        assert_eq!(base_name(&"a".repeat(500)).len(), 120);
    }
}

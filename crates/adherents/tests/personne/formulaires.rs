//! Filling in the forms of the register.

use axum::{
    body::Body,
    http::{Request, header},
};

use super::personne::{Answer, Person};

impl Answer {
    /// The value of the hidden field `id` of the form.
    pub(crate) fn form_id(&self) -> String {
        let at = self.body.find(r#"name="id" value=""#).expect("the form has an id");
        self.body[at + 17..].split('"').next().unwrap().to_owned()
    }
}

impl Person {
    /// Posts a form with its token.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("_csrf", &self.csrf).extend_pairs(fields);
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, Body::from(body.finish())).await
    }
}

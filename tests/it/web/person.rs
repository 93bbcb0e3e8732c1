//! A person at a browser: keeps cookies, brings the form's token along, follows nothing by itself.

use reqwest::header::{HeaderMap, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Method};
use std::collections::BTreeMap;

#[derive(Clone)]
pub struct Person {
    base: String,
    client: Client,
    pub cookies: BTreeMap<String, String>,
    /// Of the last page with a form.
    pub csrf: String,
    /// Everything that was asked, and what came back.
    pub heard: Vec<(String, Answer)>,
}

/// What came back.
#[derive(Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn location(&self) -> String {
        self.headers.get(LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
    }
}

impl Person {
    /// `authority`: by whom the certificate of the site is believed (PEM).
    pub fn trusting(base: &str, authority: Option<&[u8]>) -> Self {
        // Another test of this binary may have installed it already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut client = Client::builder().redirect(Policy::none());
        if let Some(authority) = authority {
            client = client.tls_certs_only([Certificate::from_pem(authority).expect("a certificate")]);
        }
        let client = client.build().expect("a client");
        Self { base: base.to_owned(), client, cookies: BTreeMap::new(), csrf: String::new(), heard: Vec::new() }
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, None, &[]).await
    }

    /// With the token of the last page.
    pub async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        let csrf = self.csrf.clone();
        let mut form = form.to_vec();
        form.push(("csrf", &csrf));
        self.send(Method::POST, path, Some(&form), &[]).await
    }

    /// As it is given.
    pub async fn send(
        &mut self,
        method: Method,
        path: &str,
        form: Option<&[(&str, &str)]>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        if !self.cookies.is_empty() {
            let all: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header("cookie", all.join("; "));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(form) = form {
            request = request.form(form);
        }
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        for cookie in headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok()) {
            let (name, rest) = cookie.split_once('=').expect("a cookie");
            let value = rest.split(';').next().unwrap_or_default();
            match value {
                "" => self.cookies.remove(name),
                value => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
        let body = String::from_utf8_lossy(&response.bytes().await.expect("a body")).into_owned();
        if let Some(at) = body.find("name=\"csrf\" value=\"") {
            let rest = &body[at + "name=\"csrf\" value=\"".len()..];
            self.csrf = rest.split('"').next().unwrap_or_default().to_owned();
        }
        let answer = Answer { status, headers, body };
        self.heard.push((path.to_owned(), answer.clone()));
        answer
    }

    /// Whether anything comes back at all.
    pub async fn reaches(&self, path: &str) -> reqwest::Result<()> {
        self.client.get(format!("{}{path}", self.base)).send().await.map(drop)
    }

    /// What is looked at, as a page; and its name.
    pub async fn look(&mut self, question: &str) -> (Answer, String) {
        self.look_for(question, "").await
    }

    pub async fn look_for(&mut self, question: &str, procedure: &str) -> (Answer, String) {
        if self.csrf.is_empty() {
            self.get("/check").await;
        }
        let asked = self.post("/check", &[("question", question), ("procedure", procedure)]).await;
        assert_eq!(asked.status, 303, "{}", asked.body);
        let path = asked.location();
        let handle = path.trim_start_matches("/check/").to_owned();
        (self.get(&path).await, handle)
    }

    /// An API request with a key.
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        key: &str,
        body: Option<&serde_json::Value>,
        headers: &[(&str, &str)],
    ) -> (u16, serde_json::Value) {
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        if !key.is_empty() {
            request = request.header("authorization", format!("Bearer {key}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let response = request.send().await.expect("an answer");
        let status = response.status().as_u16();
        let text = response.text().await.expect("a body");
        (status, serde_json::from_str(&text).unwrap_or(serde_json::Value::String(text)))
    }
}

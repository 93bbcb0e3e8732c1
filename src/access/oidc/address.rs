//! Addresses that a provider names.

use super::OidcError;
use reqwest::Url;

/// An address to which people or secrets may be sent.
#[derive(Debug, Clone)]
pub(super) struct Address(Url);

impl Address {
    /// Over TLS. Without it only on this machine, and only where the issuer itself is: a provider
    /// elsewhere must not point at what listens here.
    pub fn parse(text: &str, what: &'static str, issuer: &str) -> Result<Self, OidcError> {
        let refused = || OidcError::Address { what };
        let url = Url::parse(text).map_err(|_| refused())?;
        let has_more = !url.username().is_empty() || url.password().is_some() || url.fragment().is_some();
        let in_clear = is_plain_loopback(&url) && Url::parse(issuer).is_ok_and(|issuer| is_plain_loopback(&issuer));
        if has_more || !(url.scheme() == "https" || in_clear) {
            return Err(refused());
        }
        Ok(Self(url))
    }

    pub fn url(&self) -> Url {
        self.0.clone()
    }

    /// With more in its query: it may have some of its own.
    pub fn with(&self, fields: &[(&str, &str)]) -> String {
        let mut url = self.0.clone();
        url.query_pairs_mut().extend_pairs(fields);
        url.to_string()
    }
}

fn is_plain_loopback(url: &Url) -> bool {
    url.scheme() == "http" && matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tls_or_this_machine_beside_an_issuer_of_this_machine() {
        let (far, near) = ("https://sso.example", "http://127.0.0.1:9000");
        for (address, issuer, fits) in [
            ("https://sso.example/token", far, true),
            ("https://elsewhere.example/token?tenant=1", far, true),
            ("http://sso.example/token", far, false),
            ("http://127.0.0.1/token", far, false),
            ("http://127.0.0.1:9000/token", near, true),
            ("http://localhost:9000/token", near, true),
            ("http://127.0.0.1.example/token", near, false),
            ("http://169.254.169.254/latest", near, false),
            ("https://somebody:secret@sso.example/token", far, false),
            ("https://sso.example/token#part", far, false),
            ("file:///etc/passwd", far, false),
            ("javascript:alert(1)", far, false),
            ("/token", far, false),
        ] {
            assert_eq!(Address::parse(address, "token_endpoint", issuer).is_ok(), fits, "{address} of {issuer}");
        }
    }

    #[test]
    fn a_query_is_kept_and_what_is_added_is_escaped() {
        let address = Address::parse("https://sso.example/a?tenant=1", "x", "https://sso.example").expect("fits");
        assert_eq!(address.with(&[("scope", "openid a&b")]), "https://sso.example/a?tenant=1&scope=openid+a%26b");
    }
}

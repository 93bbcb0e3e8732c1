//! Reached by others than this machine itself: over TLS only.

use super::site::Site;
use reqwest::header::SET_COOKIE;

#[tokio::test]
async fn with_a_certificate_pages_come_over_tls_alone_and_cookies_stay_with_this_host() {
    let site = Site::with_tls();
    assert!(site.base.starts_with("https://"), "{}", site.base);
    let mut visitor = site.visitor();
    let login = visitor.get("/login").await;
    assert_eq!(login.status, 200);
    assert_eq!(login.headers["strict-transport-security"], "max-age=31536000");

    let administrator = site.administrator().await;
    let cookies = |of: &super::person::Person| -> Vec<String> {
        let all = of.heard.iter().flat_map(|(_, answer)| answer.headers.get_all(SET_COOKIE));
        all.map(|value| value.to_str().expect("text").to_owned()).collect()
    };
    let set = [cookies(&visitor), cookies(&administrator)].concat();
    assert!(set.iter().any(|cookie| cookie.starts_with("__Host-session=")), "{set:?}");
    for cookie in &set {
        let parts: Vec<&str> = cookie.split("; ").collect();
        assert!(cookie.starts_with("__Host-"), "{cookie}");
        for needed in ["HttpOnly", "Secure", "Path=/"] {
            assert!(parts.contains(&needed), "{needed} in {cookie}");
        }
        assert!(parts.iter().any(|part| part.starts_with("SameSite=")), "{cookie}");
        assert!(!parts.iter().any(|part| part.starts_with("Domain=")), "{cookie}");
    }

    let in_clear = site.base.replacen("https://", "http://", 1);
    let asked = reqwest::get(format!("{in_clear}/login")).await;
    assert!(asked.is_err(), "nothing is answered in clear: {asked:?}");
    let stranger = super::person::Person::trusting(&site.base, None);
    assert!(stranger.reaches("/login").await.is_err(), "a certificate that nobody vouches for is not believed");
}

//! Signing in with the province's account: a provider of the test's own, the real program, and a
//! browser that follows by hand.

#[path = "../../../src/access/oidc/testing/mod.rs"]
#[allow(dead_code, reason = "the unit tests beside the code use the rest of it")]
mod testing;

use super::person::{Answer, Person};
use super::site::{NOW, Site, between};
use testing::{CLIENT, Mischief, Plan, Provider, SECRET};

/// A provider, and a site that knows it.
struct House {
    provider: Provider,
    site: Site,
    administrator: Person,
    _secret: tempfile::TempDir,
}

impl House {
    async fn open() -> Self {
        // The provider's client needs it as the program's does; another test may have been first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let now: jiff::Timestamp = NOW.parse().expect("a time");
        let provider = Provider::start(now.as_second()).await;
        let (site, secret) = site_with(&provider.issuer);
        let administrator = site.administrator().await;
        Self { provider, site, administrator, _secret: secret }
    }

    /// An account that waits for its person.
    async fn invite(&mut self, login: &str) {
        self.administrator.get("/accounts").await;
        let form = [("name", "Trần Thị Lan"), ("account", login), ("role", "clerk"), ("communes", "*")];
        let answer = self.administrator.post("/accounts/invite", &form).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }

    async fn disable(&mut self, login: &str) {
        let accounts = self.administrator.get("/accounts").await.body;
        let row = accounts.split("<tr ").find(|row| row.contains(login)).expect("the row");
        let id = between(row, "/accounts/", "/").to_owned();
        assert_eq!(self.administrator.post(&format!("/accounts/{id}/disable"), &[]).await.status, 303);
    }

    /// The path by which somebody who went to the provider comes back.
    async fn sent_back(&self, person: &mut Person) -> String {
        let there = person.get("/login/province").await;
        assert_eq!(there.status, 303, "{}", there.body);
        let back = self.provider.visited(&there.location()).await;
        back.strip_prefix(self.site.base.as_str()).expect("to this site").to_owned()
    }

    async fn sign_in(&self, plan: Plan) -> (Person, Answer) {
        self.provider.plan(plan);
        let mut person = self.site.visitor();
        let path = self.sent_back(&mut person).await;
        let answer = person.get(&path).await;
        (person, answer)
    }

    /// How often it stands in the audit log.
    fn noted(&self, event: &str) -> usize {
        let log = String::from_utf8(self.site.command(&["audit", "list", "--json"]).stdout).expect("text");
        log.matches(&format!("\"{event}\"")).count()
    }
}

/// A site that knows the provider, and the folder with its secret.
fn site_with(issuer: &str) -> (Site, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let secret = folder.path().join("secret");
    std::fs::write(&secret, SECRET).expect("written");
    let secret = crate::support::text(&secret);
    let settings = format!(
        "\n[serve.oidc]\nissuer = \"{issuer}\"\nclient_id = \"{CLIENT}\"\nclient_secret = {{ file = \"{secret}\" }}\n"
    );
    (Site::with(&settings), folder)
}

fn lan() -> Plan {
    Plan::person("248289761001", "Tran.Lan")
}

fn is_signed_in(person: &Person) -> bool {
    person.cookies.contains_key("session")
}

#[tokio::test]
async fn an_invited_person_signs_in_and_is_known_by_the_subject_from_then_on() {
    let mut house = House::open().await;
    house.invite("tran.lan").await;
    let (mut person, answer) = house.sign_in(lan()).await;
    assert_eq!((answer.status, is_signed_in(&person)), (200, true), "{}", answer.body);
    // A redirect would still come from the provider, and a Strict cookie would stay behind.
    assert_eq!(answer.headers["refresh"], "0; url=/");
    assert_eq!(person.get("/").await.location(), "/check");
    assert_eq!(person.get("/check").await.status, 200);
    assert_eq!(person.get("/accounts").await.status, 403, "the role is that of the account");

    let renamed = Plan::person("248289761001", "another.name");
    assert_eq!(house.sign_in(Plan { with_rsa: true, ..renamed }).await.1.status, 200, "the subject is enough");
    let namesake = Plan::person("99", "tran.lan");
    let (person, answer) = house.sign_in(namesake).await;
    assert_eq!((answer.status, is_signed_in(&person)), (403, false), "and a name is not, any more");
}

#[tokio::test]
async fn who_has_no_account_or_a_disabled_one_is_told_the_same() {
    let mut house = House::open().await;
    let (person, unknown) = house.sign_in(lan()).await;
    assert_eq!((unknown.status, is_signed_in(&person)), (403, false));
    assert!(unknown.body.contains("Chưa được cấp tài khoản"), "{}", unknown.body);
    assert_eq!(house.noted("sign_in.refused"), 1);

    house.invite("tran.lan").await;
    assert_eq!(house.sign_in(lan()).await.1.status, 200);
    house.disable("tran.lan").await;
    let (person, disabled) = house.sign_in(lan()).await;
    assert!(!is_signed_in(&person));
    assert_eq!((disabled.status, disabled.body), (unknown.status, unknown.body));
}

#[tokio::test]
async fn a_name_at_the_provider_opens_no_account_that_is_somebodys_already() {
    let house = House::open().await;
    // The administrator has a password, and no subject.
    let (person, answer) = house.sign_in(Plan::person("7", "quan.tri")).await;
    assert_eq!((answer.status, is_signed_in(&person)), (403, false), "{}", answer.body);
}

#[tokio::test]
async fn every_forged_token_is_refused() {
    let mut house = House::open().await;
    house.invite("tran.lan").await;
    // As many as one address may try in a minute.
    for mischief in Mischief::FORGERIES {
        let (person, answer) = house.sign_in(lan().with(mischief)).await;
        assert_eq!((answer.status, is_signed_in(&person)), (403, false), "{mischief:?}: {}", answer.body);
        assert!(answer.body.contains("OIDC_TOKEN"), "{mischief:?}: {}", answer.body);
    }
    assert_eq!(house.noted("account.bind"), 0);
    let said = house.site.said();
    for secret in [SECRET, "eyJ", "248289761001", "code-0"] {
        assert!(!said.contains(secret), "{secret} is in the log");
    }
}

#[tokio::test]
async fn a_return_counts_once_and_only_in_the_browser_that_left() {
    let mut house = House::open().await;
    house.invite("tran.lan").await;
    house.provider.plan(lan());

    let mut person = house.site.visitor();
    let path = house.sent_back(&mut person).await;
    let visit = person.cookies.clone();
    assert_eq!(person.get(&path).await.status, 200);
    person.cookies = visit;
    let again = person.get(&path).await;
    assert_eq!((again.status, is_signed_in(&person)), (422, false), "{}", again.body);
    assert!(again.body.contains("OIDC_STATE"), "{}", again.body);

    let mut victim = house.site.visitor();
    victim.get("/login").await;
    let path = house.sent_back(&mut person).await;
    let foreign = victim.get(&path).await;
    assert_eq!((foreign.status, is_signed_in(&victim)), (422, false), "the state of another browser");

    let path = house.sent_back(&mut person).await;
    let state = path.split_once("state=").expect("a state").1.to_owned();
    let declined = person.get(&format!("/login/callback?error=access_denied&state={state}")).await;
    assert!(declined.status == 422 && declined.body.contains("OIDC_DECLINED"), "{}", declined.body);
    for path in ["/login/callback", "/login/callback?code=x", "/login/callback?code=x&state=y"] {
        assert_eq!(person.get(path).await.status, 422, "{path}");
    }
}

#[tokio::test]
async fn a_provider_that_is_down_stops_nothing_but_its_own_way_in() {
    // Nobody listens there.
    let (site, _secret) = site_with("http://127.0.0.1:1");
    let mut administrator = site.administrator().await;
    assert_eq!(administrator.get("/accounts").await.status, 200);
    let mut person = site.visitor();
    let form = person.get("/login").await;
    assert!(form.body.contains("/login/province"), "{}", form.body);
    let answer = person.get("/login/province").await;
    assert_eq!(answer.status, 503);
    assert!(answer.body.contains("OIDC_UNREACHABLE"), "{}", answer.body);
}

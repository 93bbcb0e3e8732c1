//! Too many at once, and too many from one place.

use super::site::{NOW, Site};
use std::io::{Read, Write};
use std::net::TcpStream;

/// Of one address in a minute: `src/web/app/crowd.rs`.
const SIGN_INS: usize = 10;
/// Requests under way at once: the same.
const AT_ONCE: usize = 64;

/// How many of `count` sign-ins that come together are refused for their number; `from` says what a
/// proxy would say of each. So many more than a minute lets in that no machine is slow enough to
/// let them all in.
async fn refused(site: &Site, count: usize, from: impl Fn(usize) -> String) -> usize {
    let mut visitor = site.visitor();
    visitor.get("/login").await;
    let tries = (0..count).map(|at| {
        let (mut visitor, from) = (visitor.clone(), from(at));
        async move {
            let csrf = visitor.csrf.clone();
            let form = [("account", "khong.co"), ("password", "không phải mật khẩu"), ("csrf", csrf.as_str())];
            let answer =
                visitor.send(reqwest::Method::POST, "/login", Some(&form), &[("x-forwarded-for", &from)]).await;
            // On a slow machine a password that was let in may not be looked at in time: 503.
            assert!(matches!(answer.status, 422 | 429 | 503), "{}", answer.status);
            usize::from(answer.status == 429)
        }
    });
    futures::future::join_all(tries).await.into_iter().sum()
}

#[tokio::test]
async fn what_a_proxy_says_of_where_somebody_is_counts_only_where_the_proxy_is_known() {
    let many = 4 * SIGN_INS;
    let known = Site::with("\n[serve]\nproxies = [\"127.0.0.1\"]\n");
    assert!(refused(&known, many, |_| "203.0.113.1".into()).await > 0, "one address");
    assert_eq!(refused(&known, SIGN_INS, |_| "203.0.113.2".into()).await, 0, "another has its own");
    let behind = |at: usize| format!("198.51.100.{at}, 203.0.113.3");
    assert!(refused(&known, many, behind).await > 0, "only what the proxy itself has added is believed");

    for unknown in ["", "\n[serve]\nproxies = [\"192.0.2.1\"]\n"] {
        let site = Site::with(unknown);
        let forged = |at: usize| format!("203.0.113.{at}");
        assert!(refused(&site, many, forged).await > 0, "anybody can write a header: {unknown:?}");
    }
}

/// A form of which the last byte has not come yet: it holds a place.
struct Held(TcpStream);

impl Held {
    fn begin(base: &str, cookie: &str, form: &str) -> Self {
        let address = base.strip_prefix("http://").expect("in clear");
        let mut stream = TcpStream::connect(address).expect("connects");
        let head = format!(
            "POST /language HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\nConnection: close\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{}",
            form.len(),
            &form[..form.len() - 1]
        );
        stream.write_all(head.as_bytes()).expect("sent");
        Self(stream)
    }

    fn end(mut self, form: &str) -> String {
        self.0.write_all(&form.as_bytes()[form.len() - 1..]).expect("sent");
        let mut answer = String::new();
        self.0.read_to_string(&mut answer).expect("an answer");
        answer
    }
}

#[tokio::test]
async fn more_at_once_than_there_is_room_for_are_told_to_come_later_and_those_inside_are_answered() {
    let site = Site::with("\n[serve]\nrequests_per_minute = 1000000\n");
    let mut visitor = site.visitor();
    visitor.get("/login").await;
    let cookie = format!("visit={}", visitor.cookies["visit"]);
    let form = format!("csrf={}&lang=en&back=/login", visitor.csrf);
    let held: Vec<Held> = (0..AT_ONCE).map(|_| Held::begin(&site.base, &cookie, &form)).collect();
    // They are inside when the next one is not let in.
    let shed = loop {
        let answer = visitor.get("/login").await;
        match answer.status {
            503 => break answer,
            status => assert_eq!(status, 200, "{}", answer.body),
        }
    };
    assert_eq!(shed.headers["retry-after"], "2");
    assert!(shed.body.contains("Đang quá tải"), "{}", shed.body);
    assert_eq!(visitor.get("/healthz").await.status, 200, "a supervisor must not take it for dead");
    for held in held {
        let answer = held.end(&form);
        assert!(answer.starts_with("HTTP/1.1 303") && answer.contains("location: /login"), "{answer}");
        assert!(answer.contains("language=en"), "done as if nobody else had been there: {answer}");
    }
    assert_eq!(visitor.get("/login").await.status, 200, "there is room again");
    assert_eq!(site.command(&["check", "099099999999", "--officer", "lan", "--as-if", NOW]).status.code(), Some(2));
}

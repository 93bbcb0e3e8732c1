//! How many requests are taken: at once, and a minute from one person or one address. What is over
//! it is told to come later; what was taken in is answered in time.

use super::App;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::num::NonZeroU32;
use tokio::sync::Semaphore;

/// Requests under way at once. A look takes some milliseconds: more than this wait too long.
const AT_ONCE: usize = 64;
/// Sign-ins that one address may try in a minute.
const SIGN_INS: NonZeroU32 = NonZeroU32::new(10).unwrap();
/// How many are remembered before those that are calm again are forgotten.
const MOST_REMEMBERED: usize = 10_000;

pub struct Crowd {
    places: Semaphore,
    requests: DefaultKeyedRateLimiter<String>,
    sign_ins: DefaultKeyedRateLimiter<String>,
}

impl Crowd {
    pub fn new(per_minute: u32) -> Self {
        let per_minute = NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN);
        Self {
            places: Semaphore::new(AT_ONCE),
            requests: RateLimiter::keyed(Quota::per_minute(per_minute)),
            sign_ins: RateLimiter::keyed(Quota::per_minute(SIGN_INS)),
        }
    }

    /// One more request of this person or address: may it be answered?
    pub fn admits(&self, who: &str) -> bool {
        if self.requests.len() > MOST_REMEMBERED {
            self.requests.retain_recent();
        }
        self.requests.check_key(&who.to_owned()).is_ok()
    }

    pub fn admits_sign_in(&self, address: &str) -> bool {
        if self.sign_ins.len() > MOST_REMEMBERED {
            self.sign_ins.retain_recent();
        }
        self.sign_ins.check_key(&address.to_owned()).is_ok()
    }
}

/// Sheds what does not fit.
pub async fn within_capacity(State(app): State<App>, request: Request, next: Next) -> Response {
    let Ok(_place) = app.crowd.places.try_acquire() else {
        let later = [(header::RETRY_AFTER, HeaderValue::from_static("2"))];
        return (
            StatusCode::SERVICE_UNAVAILABLE,
            later,
            "Đang quá tải, thử lại sau 2 giây / Busy, try again in 2 seconds",
        )
            .into_response();
    };
    next.run(request).await
}

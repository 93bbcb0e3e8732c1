//! The one-stop system: a centre's cases by update time, in slices without totals.

use super::auth::{Credentials, Grant, Tokens};
use super::http::{Ask, Reply, Service};
use super::order::{page_of, slice, tie};
use crate::days::{Minute, minute_of};
use crate::wire::one_stop as wire;
use crate::world::World;
use axum::http::Method;
use jiff::Timestamp;
use jiff::civil::DateTime;
use schemas::clock::VIETNAM;
use serde_json::{Value, json};
use std::sync::Arc;

/// Life of a token, as Keycloak realms set it.
const LIFE_S: i64 = 300;

pub struct OneStop {
    world: Arc<World>,
    tokens: Tokens,
    by_commune: Vec<Vec<u32>>,
}

impl OneStop {
    pub fn new(world: Arc<World>, credentials: &Credentials, order: u64) -> Self {
        let mut by_commune = vec![Vec::new(); world.places.communes.len()];
        for (at, case) in world.cases.iter().enumerate() {
            by_commune[usize::from(case.commune)].push(at as u32);
        }
        for list in &mut by_commune {
            list.sort_by_key(|at| (world.cases[*at as usize].updated, tie(order, *at)));
        }
        let grant = Grant::Password {
            client_id: credentials.one_stop_client_id.clone(),
            username: credentials.one_stop_username.clone(),
            password: credentials.one_stop_password.clone(),
        };
        Self { world, tokens: Tokens::new(grant, &credentials.one_stop_token_path, LIFE_S), by_commune }
    }

    fn search(&self, ask: &Ask) -> Result<Reply, Reply> {
        let (page, size) = page_of(ask, "size")?;
        if ask.parameter("sort") != "updatedDate,asc" || ask.parameter("spec") != "slice" {
            return Err(Reply::bad_request("sort"));
        }
        let commune = self.world.places.position(ask.parameter("ancestor-agency-id"));
        let list = commune.map_or(&[][..], |at| &self.by_commune[at][..]);
        let from = updated_from(ask.parameter("updated-from"))?;
        let start = list.partition_point(|at| self.world.cases[*at as usize].updated < from);
        let wanted = &list[start..];
        let content: Vec<Value> =
            slice(wanted, page * size, size).iter().map(|at| wire::record(&self.world, *at)).collect();
        Ok(Reply::json(&json!({
            "numberOfElements": content.len(),
            "content": content,
            "number": page,
            "size": size,
            "last": (page + 1) * size >= wanted.len(),
        })))
    }
}

/// The first minute wanted. With an offset (of any spelling) or, without one, Vietnamese time.
fn updated_from(text: &str) -> Result<Minute, Reply> {
    if text.is_empty() {
        return Ok(0);
    }
    let instant = text.parse::<Timestamp>().ok().or_else(|| {
        jiff::fmt::strtime::parse("%Y-%m-%dT%H:%M:%S%.f%z", text).and_then(|parsed| parsed.to_timestamp()).ok()
    });
    let local = match instant {
        Some(instant) => Ok(VIETNAM.to_datetime(instant)),
        None => text.parse::<DateTime>().map_err(|_| Reply::bad_request("updated-from")),
    }?;
    Ok(minute_of(local) + u32::from(local.second() > 0))
}

impl Service for OneStop {
    fn answer(&self, ask: &Ask) -> Reply {
        if ask.path == self.tokens.path() {
            return self.tokens.issue(ask);
        }
        if !self.tokens.accepts(ask) {
            return Reply::unauthorized();
        }
        if ask.method != Method::GET || ask.path != "/pa/dossier/search" {
            return Reply::not_found();
        }
        self.search(ask).unwrap_or_else(|refusal| refusal)
    }

    fn forget_tokens(&self) {
        self.tokens.forget();
    }

    fn is_token_path(&self, path: &str) -> bool {
        path == self.tokens.path()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_update_time_is_read_with_and_without_an_offset() {
        let local = updated_from("2026-11-24T08:30:00").map_err(|_| ()).expect("local");
        for text in ["2026-11-24T08:30:00.000+0700", "2026-11-24T08:30:00+07:00", "2026-11-24T01:30:00Z"] {
            assert_eq!(updated_from(text).map_err(|_| ()), Ok(local), "{text}");
        }
        assert!(updated_from("yesterday").is_err());
    }
}

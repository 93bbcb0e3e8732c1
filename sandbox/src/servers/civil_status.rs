//! The civil-status registers: the feed of a commune's entries and the poll of linked cases.

use super::auth::{Credentials, Grant, Tokens};
use super::http::{Ask, Reply, Service};
use super::order::{as_of, between, page_of, slice, tie};
use super::variants::{CivilStatusShape, Variants};
use crate::cases::{NO_CASE, case_code, national_code};
use crate::civil::WAIT_DAYS;
use crate::days::{days_between, minute_of};
use crate::wire::{civil_status as wire, feed_page};
use crate::world::World;
use axum::http::{Method, StatusCode};
use schemas::clock::VIETNAM;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;

/// Codes in one poll.
const MOST_CODES: usize = 50;

pub struct CivilStatus {
    world: Arc<World>,
    tokens: Tokens,
    variants: Variants,
    by_commune: Vec<Vec<wire::Served>>,
    by_code: HashMap<String, u32>,
}

#[derive(Deserialize)]
struct Poll {
    #[serde(rename = "maDinhDanhHoSo")]
    codes: Vec<String>,
    #[serde(rename = "maTinh")]
    province: String,
    #[serde(default)]
    module: String,
}

impl CivilStatus {
    pub fn new(world: Arc<World>, credentials: &Credentials, order: u64, variants: Variants) -> Self {
        let mut by_commune = vec![Vec::new(); world.places.communes.len()];
        for (at, event) in world.events.iter().enumerate() {
            let served = wire::Served { event: at as u32, at: event.updated, version: 1, waits: false };
            let list = &mut by_commune[usize::from(event.commune)];
            match variants.arrival().filter(|_| waits(&world, at as u32)) {
                Some(arrival) => list.extend([
                    wire::Served { waits: true, ..served },
                    wire::Served { at: arrival.max(event.updated), version: 2, ..served },
                ]),
                None => list.push(served),
            }
        }
        for list in &mut by_commune {
            list.sort_by_key(|served| (served.at, tie(order, served.event), served.version));
        }
        let mut by_code = HashMap::new();
        for (at, case) in world.cases.iter().enumerate().filter(|(_, c)| c.is_linked() && c.echo_of == NO_CASE) {
            by_code.insert(case_code(&world.places, case), at as u32);
            by_code.insert(national_code(case), at as u32);
        }
        let grant = Grant::ClientCredentials {
            client_id: credentials.civil_status_client_id.clone(),
            client_secret: credentials.civil_status_client_secret.clone(),
        };
        let tokens = Tokens::new(grant, &credentials.civil_status_token_path, 3600);
        Self { world, tokens, variants, by_commune, by_code }
    }

    fn feed(&self, ask: &Ask) -> Result<Reply, Reply> {
        let (page, size) = page_of(ask, "pageSize")?;
        let commune = self.world.places.position(ask.parameter("maXa"));
        let list = commune.map_or(&[][..], |at| &self.by_commune[at][..]);
        // What has not happened yet is not served.
        let until = minute_of(VIETNAM.to_datetime(ask.now));
        let list = match self.variants.arrival() {
            Some(arrival) if arrival > until => &list[..list.partition_point(|served| served.at <= until)],
            _ => list,
        };
        let wanted = between(ask, list, |served| served.at)?;
        let newer = self.variants.civil_status == CivilStatusShape::Newer;
        let data = slice(wanted, page * size, size).iter().map(|at| wire::entry(&self.world, at, newer)).collect();
        Ok(Reply::json(&feed_page(&as_of(ask.now), page, size, wanted.len(), data)))
    }

    fn poll(&self, ask: &Ask) -> Result<Reply, Reply> {
        let poll: Poll = serde_json::from_str(&ask.body).map_err(|_| Reply::bad_request("body"))?;
        if poll.codes.len() > MOST_CODES || poll.province != self.world.places.province.as_str() {
            return Err(self.refused(&poll));
        }
        let until = minute_of(VIETNAM.to_datetime(ask.now));
        let number = |event: u32| {
            let arrival = self.variants.arrival()?;
            let waits = arrival > until && waits(&self.world, event);
            Some(wire::number_of(&self.world, event).filter(|_| !waits).map_or(Value::Null, Value::String))
        };
        let of_module = |value: &Value| poll.module.is_empty() || value["module"] == poll.module.as_str();
        let value: Vec<Value> = poll
            .codes
            .iter()
            .filter_map(|code| self.by_code.get(code))
            .filter_map(|at| wire::result(&self.world, *at, &self.world.cases[*at as usize], number))
            .filter(of_module)
            .collect();
        Ok(Reply::json(&json!({"status": 1, "statusDescription": "Thành công", "value": value})))
    }

    /// What is wrong with the poll; the newer shape says it of all fields in one text.
    fn refused(&self, poll: &Poll) -> Reply {
        if self.variants.civil_status == CivilStatusShape::Older {
            return Reply::bad_request("maDinhDanhHoSo");
        }
        let mut errors = String::new();
        if poll.codes.len() > MOST_CODES {
            errors.push_str(&format!("maDinhDanhHoSo không được dài quá {MOST_CODES} phần tử"));
        }
        if poll.province != self.world.places.province.as_str() {
            errors.push_str(&format!("maTinh '{}' không có trong danh mục", poll.province));
        }
        let body = json!({"title": "One or more validation errors occurred.", "errors": errors, "status": 500});
        Reply::json_with(StatusCode::INTERNAL_SERVER_ERROR, &body)
    }
}

/// A birth of the last days that has a number: the one that may be on its way.
fn waits(world: &World, event: u32) -> bool {
    let registered = world.events[event as usize].registered;
    days_between(registered, world.settings.today) <= WAIT_DAYS && wire::number_of(world, event).is_some()
}

impl Service for CivilStatus {
    fn answer(&self, ask: &Ask) -> Reply {
        if ask.path == self.tokens.path() {
            return self.tokens.issue(ask);
        }
        if !self.tokens.accepts(ask) {
            return Reply::unauthorized();
        }
        let reply = match (&ask.method, ask.path.as_str()) {
            (&Method::GET, "/hotich/1.0/thaydoi") => self.feed(ask),
            (&Method::POST, "/apiLienThongKSKT/1.0/ketQua") => self.poll(ask),
            _ => Err(Reply::not_found()),
        };
        reply.unwrap_or_else(|refusal| refusal)
    }

    fn forget_tokens(&self) {
        self.tokens.forget();
    }

    fn is_token_path(&self, path: &str) -> bool {
        path == self.tokens.path()
    }
}

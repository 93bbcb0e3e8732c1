//! The population database: look-up, verification, change feed, deleted records.

use super::auth::{Credentials, digest_is_right};
use super::gateway;
use super::http::{Ask, Reply, Service};
use super::order::{as_of, between, page_of, slice, tie};
use super::soap::Asked;
use super::variants::Variants;
use crate::people::{DELETED, IN_POPULATION};
use crate::shown::{Birth, Shown};
use crate::spelling::key_of;
use crate::wire::{feed_page, population as wire};
use crate::world::World;
use axum::http::Method;
use config::Operation;
use serde_json::{Map, Value};
use std::sync::Arc;

pub struct Population {
    world: Arc<World>,
    credentials: Credentials,
    variants: Variants,
    changes: Vec<wire::Change>,
    deleted: Vec<wire::Change>,
    /// Current numbers, cancelled numbers and CMNDs, with whose they are.
    numbers: Vec<(u64, u32)>,
}

impl Population {
    pub fn new(world: Arc<World>, credentials: &Credentials, order: u64, variants: Variants) -> Self {
        let (mut changes, mut deleted) = wire::changes(&world);
        for list in [&mut changes, &mut deleted] {
            list.sort_by_key(|c| (c.at, tie(order, c.person), c.version));
        }
        let mut numbers = Vec::with_capacity(world.people.all.len() * 2);
        for (at, person) in world.people.all.iter().enumerate() {
            if person.has(IN_POPULATION) && !person.has(DELETED) {
                let keys = [person.number, person.former, u64::from(person.cmnd)];
                numbers.extend(keys.into_iter().filter(|key| *key != 0).map(|key| (key, at as u32)));
            }
        }
        numbers.sort_unstable();
        Self { world, credentials: credentials.clone(), variants, changes, deleted, numbers }
    }

    fn feed(&self, ask: &Ask, list: &[wire::Change]) -> Result<Reply, Reply> {
        let (page, size) = page_of(ask, "pageSize")?;
        let wanted = between(ask, list, |change| change.at)?;
        let data = slice(wanted, page * size, size).iter().map(|c| wire::entry(&self.world, c)).collect();
        Ok(Reply::json(&feed_page(&as_of(ask.now), page, size, wanted.len(), data)))
    }

    fn answer_about(&self, ask: &Ask, operation: Operation) -> Result<Reply, Reply> {
        let asked = gateway::open(ask, operation, self.variants, &self.credentials)?;
        let found = self.find(&asked);
        let xml = match operation {
            Operation::LookUp => wire::collection(&self.world, found, &as_of(ask.now)),
            Operation::Verify => wire::verdict(found.is_some()),
        };
        Ok(gateway::wrap(self.variants.wrapper, xml))
    }

    /// Number and name must agree, and the birth date where it is asked for.
    fn find(&self, asked: &Asked) -> Option<u32> {
        let lookup = &asked.lookup;
        let number: u64 = lookup.number.parse().ok()?;
        let from = self.numbers.partition_point(|(key, _)| *key < number);
        let holders = self.numbers[from..].iter().take_while(|(key, _)| *key == number).map(|(_, at)| *at);
        holders.into_iter().find(|at| {
            let person = &self.world.people.all[*at as usize];
            let shown = Shown::of(&self.world, person, self.world.marks.population.get(at));
            let by_cmnd = u64::from(person.cmnd) == number;
            let born = asked.birth.as_deref().is_none_or(|birth| births_agree(shown.birth, birth));
            by_cmnd == lookup.by_cmnd && key_of(&shown.name) == lookup.name && born
        })
    }
}

/// As far as both know it.
fn births_agree(birth: Birth, asked: &str) -> bool {
    match birth {
        Birth::Full(d) if asked.len() == 8 => format!("{:04}{:02}{:02}", d.year(), d.month(), d.day()) == asked,
        _ => asked.starts_with(&format!("{:04}", birth.year())),
    }
}

impl Service for Population {
    fn answer(&self, ask: &Ask) -> Reply {
        if !digest_is_right(ask, &self.credentials) {
            return Reply::unauthorized();
        }
        let reply = match (&ask.method, ask.path.as_str()) {
            (&Method::POST, "/tracuu") => self.answer_about(ask, Operation::LookUp),
            (&Method::POST, "/xacthuc") => self.answer_about(ask, Operation::Verify),
            (&Method::GET, "/thaydoi") => self.feed(ask, &self.changes),
            (&Method::GET, "/daxoa") => self.feed(ask, &self.deleted),
            _ => Err(Reply::not_found()),
        };
        reply.unwrap_or_else(|refusal| refusal)
    }

    fn forget_tokens(&self) {}

    fn is_token_path(&self, _path: &str) -> bool {
        false
    }

    /// Without the request's own number.
    fn same_body(&self, body: &str) -> String {
        if let Ok(mut fields) = serde_json::from_str::<Map<String, Value>>(body)
            && fields.remove("maYeuCau").is_some()
        {
            return Value::Object(fields).to_string();
        }
        let mut parts = body.split("MaYeuCau>");
        let front = parts.next().unwrap_or_default();
        let rest: Vec<&str> = parts.skip(1).collect();
        format!("{front}{}", rest.join(""))
    }
}

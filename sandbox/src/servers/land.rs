//! The land system: certificates of a commune or of an owner, page by page.

use super::auth::{Credentials, Grant, Tokens};
use super::http::{Ask, Reply, Service, pairs};
use super::order::{slice, tie};
use crate::wire::land as wire;
use crate::world::World;
use axum::http::Method;
use schemas::CommuneCode;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

const SEARCH: &str = "/dc/CungCapThongTinGiayChungNhanAjax/AdvancedSearchGiayChungNhan";

pub struct Land {
    world: Arc<World>,
    tokens: Tokens,
    by_commune: Vec<Vec<u32>>,
    order: u64,
    /// By the owners' numbers, for those who ask for one: most runs never do.
    by_owner: OnceLock<HashMap<String, Vec<u32>>>,
}

impl Land {
    pub fn new(world: Arc<World>, credentials: &Credentials, order: u64) -> Self {
        let mut by_commune = vec![Vec::new(); world.places.communes.len()];
        for (at, certificate) in world.certificates.iter().enumerate() {
            by_commune[usize::from(certificate.commune)].push(at as u32);
        }
        for list in &mut by_commune {
            list.sort_by_key(|at| tie(order, *at));
        }
        let grant = Grant::ClientCredentials {
            client_id: credentials.land_client_id.clone(),
            client_secret: credentials.land_client_secret.clone(),
        };
        let tokens = Tokens::new(grant, &credentials.land_token_path, 3600);
        Self { world, tokens, by_commune, order, by_owner: OnceLock::new() }
    }

    /// The certificates that name this number among their owners, by the whole number.
    fn of_owner(&self, number: &str) -> &[u32] {
        let by_owner = self.by_owner.get_or_init(|| {
            let mut by_owner: HashMap<String, Vec<u32>> = HashMap::new();
            for at in 0..self.world.certificates.len() as u32 {
                for number in wire::owner_numbers(&self.world, at) {
                    by_owner.entry(number).or_default().push(at);
                }
            }
            for list in by_owner.values_mut() {
                list.sort_by_key(|at| tie(self.order, *at));
                list.dedup();
            }
            by_owner
        });
        by_owner.get(number).map_or(&[], Vec::as_slice)
    }

    /// What the form asks for: a commune, the whole province (0), an owner's number in either.
    fn wanted(&self, commune: &str, owner: &str) -> Result<Vec<u32>, Reply> {
        let is_everywhere = !commune.is_empty() && commune.bytes().all(|b| b == b'0');
        let code = CommuneCode::parse_lenient(commune).map_err(|_| Reply::bad_request("xaId"));
        let place = if is_everywhere { None } else { Some(self.world.places.position(code?.as_str())) };
        let lies_there = |at: &u32| {
            let commune = usize::from(self.world.certificates[*at as usize].commune);
            place.is_none_or(|place| place == Some(commune))
        };
        if !owner.is_empty() {
            return Ok(self.of_owner(owner).iter().copied().filter(lies_there).collect());
        }
        Ok(match place {
            None => self.by_commune.concat(),
            Some(place) => place.map(|at| self.by_commune[at].clone()).unwrap_or_default(),
        })
    }

    fn search(&self, ask: &Ask) -> Result<Reply, Reply> {
        let form = ask.form();
        let field = |name: &'static str| form.get(name).map_or("", String::as_str);
        let number = |name: &'static str| field(name).parse::<usize>().map_err(|_| Reply::bad_request(name));
        let (draw, start, length) = (number("draw")?, number("start")?, number("length")?);
        if length == 0 || length > 10_000 {
            return Err(Reply::bad_request("length"));
        }
        let here = number("tinhId")? == self.world.places.province.as_str().parse::<usize>().unwrap_or_default();
        let wanted = self.wanted(field("xaId"), field("soGiayTo"))?;
        let list = if here { wanted } else { Vec::new() };
        let data: Vec<Value> = slice(&list, start, length).iter().map(|at| wire::record(&self.world, *at)).collect();
        Ok(Reply::json(&json!({
            "draw": draw,
            "recordsTotal": list.len(),
            "recordsFiltered": list.len(),
            "statusText": "OK",
            "data": data,
        })))
    }
}

impl Service for Land {
    fn answer(&self, ask: &Ask) -> Reply {
        if ask.path == self.tokens.path() {
            return self.tokens.issue(ask);
        }
        if !self.tokens.accepts(ask) {
            return Reply::unauthorized();
        }
        if ask.method != Method::POST || ask.path != SEARCH {
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

    /// `draw` counts the client's requests.
    fn same_body(&self, body: &str) -> String {
        pairs(body).into_iter().filter(|(key, _)| key != "draw").map(|(key, value)| format!("{key}={value}&")).collect()
    }
}

//! The land system: certificates of a commune, page by page.

use super::auth::{Credentials, Grant, Tokens};
use super::http::{Ask, Reply, Service, pairs};
use super::order::{slice, tie};
use crate::wire::land as wire;
use crate::world::World;
use axum::http::Method;
use schemas::CommuneCode;
use serde_json::{Value, json};
use std::sync::Arc;

const SEARCH: &str = "/dc/CungCapThongTinGiayChungNhanAjax/AdvancedSearchGiayChungNhan";

pub struct Land {
    world: Arc<World>,
    tokens: Tokens,
    by_commune: Vec<Vec<u32>>,
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
        Self { world, tokens: Tokens::new(grant, &credentials.land_token_path, 3600), by_commune }
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
        let code = CommuneCode::parse_lenient(field("xaId")).map_err(|_| Reply::bad_request("xaId"))?;
        let commune = self.world.places.position(code.as_str()).filter(|_| here);
        let list = commune.map_or(&[][..], |at| &self.by_commune[at][..]);
        let data: Vec<Value> = slice(list, start, length).iter().map(|at| wire::record(&self.world, *at)).collect();
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

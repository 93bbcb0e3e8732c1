//! The list of all pages with what each asks of whoever comes. Routes are made from it and from
//! nothing else: a page that is not in the list does not exist, and one that is in it is guarded.

use super::guard::{Guard, guard};
use super::{App, Needs};
use axum::Router;
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};

/// One page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteInfo {
    pub method: &'static str,
    /// As axum has it: `/check/{handle}`.
    pub path: &'static str,
    pub needs: Needs,
}

pub struct Registry {
    app: App,
    router: Router<App>,
    pub routes: Vec<RouteInfo>,
}

impl Registry {
    pub fn new(app: App) -> Self {
        Self { app, router: Router::new(), routes: Vec::new() }
    }

    pub fn get<H: Handler<T, App>, T: 'static>(self, path: &'static str, needs: Needs, handler: H) -> Self {
        self.add(RouteInfo { method: "get", path, needs }, get(handler))
    }

    pub fn post<H: Handler<T, App>, T: 'static>(self, path: &'static str, needs: Needs, handler: H) -> Self {
        self.add(RouteInfo { method: "post", path, needs }, post(handler))
    }

    fn add(mut self, info: RouteInfo, handler: MethodRouter<App>) -> Self {
        let guarding = Guard { app: self.app.clone(), needs: info.needs, route: info.path };
        self.router = self.router.route(info.path, handler.layer(from_fn_with_state(guarding, guard)));
        self.routes.push(info);
        self
    }

    /// What is told where no page has the address; whoever is signed in is known there, too.
    pub fn otherwise<H: Handler<T, App>, T: 'static>(mut self, handler: H) -> Self {
        let guarding = Guard { app: self.app.clone(), needs: Needs::Nothing, route: "unknown" };
        self.router = self.router.fallback(handler.layer(from_fn_with_state(guarding, guard)));
        self
    }

    pub fn router(self) -> Router {
        self.router.with_state(self.app)
    }
}

//! HTTP servers on the loopback interface that speak as the national systems do.
//!
//! Promises: what is served is the world and nothing else, whatever the page size, the order seed
//! or the faults; every answer has a `Date` by the given clock; without valid credentials every
//! data path is 401.

mod auth;
mod civil_status;
mod gateway;
mod http;
mod land;
mod one_stop;
mod order;
mod population;
mod soap;
mod variants;

pub use auth::Credentials;
pub use variants::{CivilStatusShape, Variants};

use crate::SandboxError;
use crate::faults::{FaultPlan, Faults};
use crate::world::World;
use http::Service;
use schemas::Clock;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub struct ServerSettings {
    pub faults: Faults,
    /// Not 0: records that the source gives no order of their own come in another one.
    pub page_order_seed: u64,
    pub clock: Arc<dyn Clock>,
    pub variants: Variants,
}

/// Requests to one server.
#[derive(Debug, Default)]
pub struct Counter {
    requests: AtomicU64,
    faults: AtomicU64,
    refused: AtomicU64,
}

impl Counter {
    /// All requests, failed ones and those for tokens included.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Requests that a planned fault befell.
    pub fn faults(&self) -> u64 {
        self.faults.load(Ordering::Relaxed)
    }

    /// Requests answered with 401, planned ones not counted.
    pub fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }
}

#[derive(Debug, Default)]
pub struct Counters {
    pub population: Arc<Counter>,
    pub civil_status: Arc<Counter>,
    pub land: Arc<Counter>,
    pub one_stop: Arc<Counter>,
}

/// The running servers: where they are, and how to be let in.
pub struct Running {
    pub population: String,
    pub civil_status: String,
    pub land: String,
    pub one_stop: String,
    pub credentials: Credentials,
    pub counters: Counters,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Running {
    /// Stops listening; answers under way are finished.
    pub fn stop(&self) {
        // Nobody listening means that the servers are gone already.
        let _ = self.stop.send(true);
    }

    /// Stops, and waits until the ports are free.
    pub async fn stopped(mut self) {
        self.stop();
        for task in std::mem::take(&mut self.tasks) {
            let _ = task.await;
        }
    }
}

pub struct Servers;

impl Servers {
    pub async fn start(world: Arc<World>, settings: ServerSettings) -> Result<Running, SandboxError> {
        let credentials = Credentials::for_seed(world.settings.seed);
        let (stop, stopped) = watch::channel(false);
        let mut tasks = Vec::new();
        let counters = Counters::default();
        let (order, variants) = (settings.page_order_seed, settings.variants);
        let mut launch = async |service: Arc<dyn Service>, counter: &Arc<Counter>| {
            let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(SandboxError::Bind)?;
            let address = listener.local_addr().map_err(SandboxError::Bind)?;
            let plan = FaultPlan::new(settings.faults.clone());
            let host = http::Host { service, plan, clock: settings.clock.clone(), counter: counter.clone() };
            tasks.push(tokio::spawn(http::serve(listener, host, stopped.clone())));
            Ok::<_, SandboxError>(format!("http://{address}"))
        };
        let service = Arc::new(population::Population::new(world.clone(), &credentials, order, variants));
        let population = launch(service, &counters.population).await?;
        let service = Arc::new(civil_status::CivilStatus::new(world.clone(), &credentials, order, variants));
        let civil_status = launch(service, &counters.civil_status).await?;
        let service = Arc::new(land::Land::new(world.clone(), &credentials, order));
        let land = launch(service, &counters.land).await?;
        let service = Arc::new(one_stop::OneStop::new(world, &credentials, order));
        let one_stop = launch(service, &counters.one_stop).await?;
        Ok(Running { population, civil_status, land, one_stop, credentials, counters, stop, tasks })
    }
}

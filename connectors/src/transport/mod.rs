//! How every source is asked: one loop that survives what the interconnect does, and never asks
//! more than was allowed.
//!
//! Promises:
//!
//! * an error that comes out is final for this night, and its class says why;
//! * retries are bounded four ways: attempts of one page, the budget of the source, the breaker,
//!   and the nightly quota;
//! * every wait ends within a second of [`Stop::request`];
//! * a body is whole, within its limit and parsed, or it is an error;
//! * nothing that leaves through an error or a log line is personal or secret.

pub mod ask;
pub mod auth;
pub mod backoff;
pub mod body;
pub mod breaker;
pub mod budget;
pub mod classify;
pub mod client;
pub mod counters;
pub mod digest;
pub mod gate;
pub mod json_size;
pub mod pace;
pub mod persist;
pub mod request;
pub mod retry_after;
pub mod stop;
pub mod tls;
pub mod token;
pub mod window;

pub use ask::Transport;
pub use auth::Credentials;
pub use persist::Persistence;
pub use request::{Expect, Payload, Reply, Request};
pub use stop::Stop;

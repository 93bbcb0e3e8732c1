//! A provider for tests, here and of the whole program: real keys, real tokens over real HTTP, and a
//! forger's hand where one is wanted.

mod plan;
mod provider;
mod signer;

pub use plan::{Mischief, Plan};
pub use provider::{CLIENT, Provider, SECRET};
pub use signer::{Signer, part, token_with_secret};

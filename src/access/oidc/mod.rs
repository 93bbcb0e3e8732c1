//! Signing in with the account that people have at an OpenID provider: code flow with PKCE.
//!
//! Promises: only what a provider signed for this program, for this browser and for this sign-in
//! counts, and it counts once; algorithms and the kinds of their keys are listed here and not
//! chosen by a token; addresses come from the settings and from the provider's own discovery
//! document, and redirects are not followed; a provider that is down stops nothing but signing in
//! with it. A token says who somebody is. What they may do stands in their account.
//!
//! Time and randomness are arguments. No error and no log holds a code, a token or a claim.

mod address;
mod claims;
mod departures;
mod discovery;
mod exchange;
mod fault;
mod fetch;
mod flow;
mod id_token;
mod keys;
mod provider;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use claims::Identity;
pub use fault::{OidcError, TokenFault};
pub use flow::{Oidc, Registration};

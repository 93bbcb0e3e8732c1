//! Who may come in, and what they may do.
//!
//! Promises: what is not granted is refused; no password, token or key is kept or logged in clear;
//! a session that is over, or whose account is disabled, is over on the server; wrong passwords
//! lock an account for a while, and an account that does not exist takes as long to refuse as one
//! that does.

mod admission;
mod entropy;
pub mod oidc;
mod passwords;
mod permission;
mod sessions;
mod setup;
mod sign_in;
mod tokens;

pub use admission::{Admission, admission};
pub use entropy::{Entropy, SystemEntropy};
pub use passwords::{FEWEST_CHARACTERS, Passwords};
pub use permission::{Actor, KEY_SCOPES, Permission, may};
pub use sessions::{Sessions, SignedIn};
pub use setup::{Invitation, Invited, first_link, invite, new_link, redeem, setup_first, worthless};
pub use sign_in::{SignInFailed, sign_in};
pub use tokens::{Token, hash_token, random_id};

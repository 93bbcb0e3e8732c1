//! What every page is made with, and what stands in front of each: who asks, whether they may, where
//! the request comes from, how many there are.

mod cookies;
mod crowd;
mod failure;
mod frame;
mod guard;
mod headers;
mod looks;
mod registry;
mod state;

pub use cookies::{LANGUAGE, SESSION, VISIT, set as set_cookie};
pub use crowd::{Crowd, within_capacity};
pub use failure::{Failure, drawn};
pub use frame::{Reader, frame, role_name, scope_words, unit_name};
pub(in crate::web) use guard::serde_urlencoded_fields as fields_of_form;
pub use guard::{Address, Needs, Who};
pub use headers::headers;
pub use looks::{Look, Looks};
pub use registry::{Registry, RouteInfo};
pub use state::{App, AppState, RequestId};

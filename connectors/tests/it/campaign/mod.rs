//! Fault campaigns against connectors: what `docs/reliability.md` promises, with the parameters of
//! `tests/scenarios/reliability.toml`. A small share of each runs in every build.

#[path = "../../../../tests/support/chaos.rs"]
mod scenario;

mod f13_paging;
mod f14_moving;
mod f15_drift;
mod f16_bombs;
mod f17_xml_attacks;
mod f18_wrong_content;
mod f19_tls;
mod f2_blackout;
mod f4_cut_bodies;
mod f5_slow_bodies;
mod f6_retry_after;
mod f8_tokens;
mod mutations;
mod tls_server;

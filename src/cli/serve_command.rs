//! `doisoat serve`: the HTTP face, until interrupted.

use super::args::ServeArgs;
use crate::Lang;
use crate::problem::Problem;
use crate::units::{UnitService, learned};
use crate::web;
use crate::workspace::{connect, load_settings, load_units};
use reconcile::units::Resolver;
use std::path::Path;
use std::sync::Arc;

pub async fn run(config: Option<&Path>, args: ServeArgs, lang: Lang) -> Result<u8, Problem> {
    let loaded = load_settings(config)?;
    let ledger = connect(&loaded.settings).await?;
    ledger.migrate().await?;
    let taught = learned::for_resolver(&ledger.learned().await?);
    let units = Arc::new(UnitService::new(Resolver::new(&load_units(&loaded.settings)?), taught));
    let ready = |address| {
        println!("{} http://{address}", lang.pick("Đang phục vụ tại", "Serving at"));
        println!("OpenRefine: http://{address}/reconcile");
    };
    let until = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    web::serve(args.listen, units, ledger.clone(), ready, until).await?;
    ledger.close().await;
    Ok(0)
}

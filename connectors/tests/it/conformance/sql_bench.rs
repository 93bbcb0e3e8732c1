//! A view of a real database behind a switch.

use super::switch::Switch;
use crate::sql_support::{OneStop, Server, build, with};
use config::SourceSettings;
use connectors::conformance::{Bench, Fault};
use connectors::{Connector, PlanContext};
use futures::future::BoxFuture;

pub struct View {
    settings: SourceSettings,
    switch: Switch,
}

impl View {
    pub async fn new(server: Server) -> Self {
        let one_stop = OneStop::on(server).await;
        one_stop.cases(25).await;
        // A reject: rows that nothing names.
        one_stop.run("UPDATE ho_so SET id = NULL WHERE id = 'H-0007'").await;
        one_stop.run("UPDATE ho_so SET da_xoa = true WHERE id = 'H-0009'").await;
        let port: u16 = one_stop.url().rsplit([':', '/']).nth(1).and_then(|port| port.parse().ok()).expect("a port");
        let switch = Switch::before(port).await;
        let mut settings = with(one_stop.settings(), |sql| {
            sql.url = sql.url.replace(&format!(":{port}/"), &format!(":{}/", switch.port));
        });
        settings.retry.attempts = 3;
        Self { settings, switch }
    }
}

impl Bench for View {
    fn connector(&self) -> Box<dyn Connector> {
        build(&self.settings)
    }

    fn context(&self) -> PlanContext {
        crate::support::context()
    }

    fn canaries(&self) -> Vec<String> {
        ["099085", "Nguyễn Văn Mẫu"].map(str::to_owned).into()
    }

    fn behave(&self, fault: Fault) -> BoxFuture<'_, bool> {
        self.switch.set(fault);
        Box::pin(async move { fault != Fault::Stale })
    }
}

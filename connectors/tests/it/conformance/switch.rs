//! A TCP proxy in front of a server, which does what it is told to every new connection.

use connectors::conformance::Fault;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::{TcpListener, TcpStream};

pub struct Switch {
    pub port: u16,
    fault: Arc<Mutex<Fault>>,
}

impl Switch {
    pub async fn before(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let fault = Arc::new(Mutex::new(Fault::Healthy));
        let now = fault.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let fault = *now.lock().expect("not poisoned");
                tokio::spawn(forward(client, server, fault));
            }
        });
        Self { port, fault }
    }

    pub fn set(&self, fault: Fault) {
        *self.fault.lock().expect("not poisoned") = fault;
    }
}

/// A cut falls into the first answers of the server; silence says nothing from the beginning.
async fn forward(mut client: TcpStream, server: u16, fault: Fault) {
    match fault {
        Fault::Away => return,
        Fault::Silent => while matches!(client.read(&mut [0; 64]).await, Ok(1..)) {},
        _ => {}
    }
    let Ok(server) = TcpStream::connect(("127.0.0.1", server)).await else { return };
    let (mut from_server, mut to_server) = server.into_split();
    let (mut from_client, mut to_client) = client.into_split();
    let there = copy(&mut from_client, &mut to_server);
    let back = async {
        if fault == Fault::Cut {
            let mut rest = (&mut from_server).take(900);
            copy(&mut rest, &mut to_client).await?;
            return to_client.shutdown().await;
        }
        copy(&mut from_server, &mut to_client).await.map(drop)
    };
    tokio::select! {
        _ = there => {}
        _ = back => {}
    }
}

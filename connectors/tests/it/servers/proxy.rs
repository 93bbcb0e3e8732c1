//! A TCP proxy that cuts what a server says.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Bytes by which each cut comes later than the one before.
const STEP: usize = 41;

/// Cuts the first connections, each a little later than the one before; those after them live.
/// Answers the port.
pub async fn cutting_proxy(server: u16, cuts: u64) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        let mut number = 0;
        while let Ok((client, _)) = listener.accept().await {
            let most = if number < cuts { number as usize * STEP } else { usize::MAX };
            number += 1;
            tokio::spawn(async move {
                if let Ok(server) = TcpStream::connect(("127.0.0.1", server)).await {
                    forward(client, server, most).await;
                }
            });
        }
    });
    port
}

/// Ends both connections when the server has said `most` bytes.
async fn forward(client: TcpStream, server: TcpStream, mut most: usize) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let there = tokio::io::copy(&mut from_client, &mut to_server);
    let back = async {
        let mut bytes = [0u8; 4_096];
        while most > 0 {
            let read = from_server.read(&mut bytes).await.unwrap_or(0);
            let let_through = read.min(most);
            if read == 0 || to_client.write_all(&bytes[..let_through]).await.is_err() {
                return;
            }
            most -= let_through;
        }
    };
    tokio::select! {
        _ = there => {}
        () = back => {}
    }
}

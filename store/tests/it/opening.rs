//! A ledger that opens, and one that does not.

use crate::both::{connecting, on_both, open};
use crate::postgres::{Cluster, PASSWORD};
use schemas::Sensitive;
use store::open_ledger;

on_both!(migrating_twice_is_harmless,);

async fn migrating_twice_is_harmless(kind: &str) {
    let opened = open(kind).await;
    opened.ledger.migrate().await.expect("a second migration finds nothing to do");
}

#[tokio::test]
async fn a_wrong_password_and_a_missing_database_have_codes_of_their_own() {
    let url = Cluster::shared().database();
    let folder = tempfile::tempdir().unwrap();
    let open = |url: String, password: &'static str| {
        let folder = folder.path().to_owned();
        async move {
            open_ledger(&url, Some(&Sensitive::new(password)), &folder, connecting(2))
                .await
                .map(|_| ())
                .unwrap_err()
                .code()
        }
    };
    assert_eq!(open(url.clone(), "wrong").await, "LEDGER_PASSWORD");
    assert_eq!(open(format!("{url}_missing"), PASSWORD).await, "LEDGER_MISSING");
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    assert_eq!(open(format!("postgres://doisoat@127.0.0.1:{free}/x"), PASSWORD).await, "LEDGER_UNREACHABLE");
}

#[tokio::test]
async fn a_file_that_is_not_a_database_is_named_corrupt_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ledger.sqlite");
    let content = "this is a letter, not a database; ".repeat(100);
    std::fs::write(&file, &content).unwrap();
    let error = open_ledger("sqlite", None, folder.path(), connecting(1)).await.map(|_| ()).unwrap_err();
    assert_eq!(error.code(), "LEDGER_CORRUPT", "{error:?}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), content);
}

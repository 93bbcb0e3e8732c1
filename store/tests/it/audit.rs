//! The audit log: one chain, and nothing behind a cut.

use crate::both::{Opened, on_both, open};
use store::StoreError;
use store::audit_chain::{AuditEntry, AuditKey, Verifier};

on_both!(
    audit_entries_form_one_chain_however_many_write,
    nothing_is_appended_to_an_audit_log_without_the_entry_that_was_last,
);

async fn audit_entries_form_one_chain_however_many_write(kind: &str) {
    let Opened { ledger, _folder } = open(kind).await;
    let key = AuditKey::parse(&"1f".repeat(32)).expect("a key");
    let entry = |writer: usize, at: usize| AuditEntry { request_id: format!("{writer}-{at}"), ..AuditEntry::default() };
    let writers = (0..4).map(|writer| {
        let (ledger, key) = (ledger.clone(), key.clone());
        tokio::spawn(async move {
            for at in 0..10 {
                ledger.append_audit(&key, None, &[entry(writer, at), entry(writer, at + 100)]).await.expect("appends");
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.expect("lives");
    }
    let (last, hash) = ledger.append_audit(&key, None, &[]).await.expect("the head");
    let mut verifier = Verifier::new(&key, Some((last, hash)));
    for chained in ledger.audit_from(1, 1_000).await.expect("reads") {
        verifier.next(&chained).expect("unbroken");
    }
    assert_eq!(verifier.finish(), Ok(80));
}

async fn nothing_is_appended_to_an_audit_log_without_the_entry_that_was_last(kind: &str) {
    let Opened { ledger, _folder } = open(kind).await;
    let key = AuditKey::parse(&"1f".repeat(32)).expect("a key");
    let entry = [AuditEntry { event: "check.open".into(), ..AuditEntry::default() }];
    let first = ledger.append_audit(&key, None, &entry).await.expect("appends");
    let second = ledger.append_audit(&key, Some(&first), &entry).await.expect("behind the last one");
    ledger.append_audit(&key, Some(&first), &entry).await.expect("behind what others wrote meanwhile");
    for gone in [(4, second.1.clone()), (2, first.1.clone()), (3, first.1)] {
        let refused = ledger.append_audit(&key, Some(&gone), &entry).await;
        assert!(matches!(refused, Err(StoreError::AuditBroken { .. })), "{} is not there so", gone.0);
    }
    assert_eq!(ledger.audit_from(1, 10).await.expect("reads").len(), 3, "who was refused has written nothing");
}

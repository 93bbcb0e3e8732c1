//! What a night reads from a real PostgreSQL and a real MariaDB.

use crate::sql_support::{OneStop, build, night, view, with};
use config::settings::{SqlField, Watermark};
use connectors::connector::Capabilities;
use schemas::Dataset;

fn expected(numbers: std::ops::RangeInclusive<u32>) -> Vec<String> {
    numbers.map(|n| format!("H-{n:04}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_night_reads_the_whole_view_and_each_row_once() {
    for one_stop in OneStop::both().await {
        one_stop.cases(25).await;
        let connector = one_stop.connector();
        let feed = Capabilities { feed: true, deletions: true, ..Capabilities::default() };
        assert_eq!(connector.datasets(), [(Dataset::Dossier, feed)]);
        let night = night(&*connector, None).await.expect("a night");
        assert_eq!(night.keys(), expected(1..=25));
        assert_eq!(night.served, 25);
        let envelope = &night.records[0].envelope;
        assert_eq!(envelope.commune.as_deref(), Some("00691"), "the padding of char is gone");
        assert_eq!(envelope.updated_at.as_deref(), Some("2026-11-23T08:01:00+07:00"));
        let case = night.dossier("H-0001");
        assert_eq!(case.name.as_deref(), Some("Nguyễn Văn Mẫu"));
        assert_eq!(case.personal_id.as_deref(), Some("099085000001"));
        assert_eq!((case.birth_date.as_deref(), case.sex.as_deref()), (Some("1985-03-05"), Some("m")));
        assert_eq!(case.status.as_deref(), Some("processing"));
        let accepted = one_stop.pick("2026-11-20T15:30:00+07:00", "2026-11-20T08:30:00+07:00");
        assert_eq!(case.accepted_at.as_deref(), Some(accepted), "an instant with a zone, and one without");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_night_reads_what_changed_and_what_was_committed_late() {
    for one_stop in OneStop::both().await {
        one_stop.cases(25).await;
        let connector = one_stop.connector();
        let first = night(&*connector, None).await.expect("a night");
        // Began before the newest row and was committed after the night: its time lies behind it.
        one_stop.case("H-late", "2026-11-23 08:20:30").await;
        one_stop.case("H-new", "2026-11-24 07:00:00").await;
        one_stop.run("UPDATE ho_so SET trang_thai = 4, cap_nhat = '2026-11-24 07:01:00' WHERE id = 'H-0003'").await;
        let second = night(&*connector, first.resume).await.expect("a night");
        let keys = second.keys();
        for key in ["H-late", "H-new", "H-0003"] {
            assert_eq!(keys.iter().filter(|found| **found == key).count(), 1, "{key} in {keys:?}");
        }
        assert_eq!(second.dossier("H-0003").status.as_deref(), Some("done"));
        assert!(!keys.contains(&"H-0010"), "nothing from before the overlap of ten minutes");
        // 08:15 to 08:25 without the row that moved, and the three.
        assert_eq!(second.served, 14, "{keys:?}");
        let third = night(&*connector, second.resume).await.expect("a night");
        assert_eq!(third.keys(), ["H-new", "H-0003"], "only the overlap");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_one_watermark_are_neither_lost_nor_doubled_at_a_page_border() {
    for one_stop in OneStop::both().await {
        one_stop.cases(40).await;
        one_stop.run("UPDATE ho_so SET cap_nhat = '2026-11-23 08:00:00.123456'").await;
        let night = night(&*one_stop.connector(), None).await.expect("a night");
        assert_eq!(night.keys(), expected(1..=40));
        assert!(night.pages > 6, "{}", night.pages);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_share_watermark_and_key_stay_together() {
    for one_stop in OneStop::both().await {
        one_stop.cases(6).await;
        // Ten rows of one key, so that no page of seven could end between them.
        for number in 1..10 {
            one_stop.case("H-0003", "2026-11-23 08:03:00").await;
            let change = format!("UPDATE ho_so SET ho_ten = 'Mẫu {number}' WHERE id = 'H-0003' AND ho_ten LIKE 'Ngu%'");
            one_stop.run(&change).await;
        }
        let night = night(&*one_stop.connector(), None).await.expect("a night");
        assert_eq!(night.served, 15, "{:?} {:?}", night.keys(), night.reasons());
        assert_eq!(night.rejects.len(), 9, "one key with two contents: nobody can say which one is true");
        assert!(night.reasons().iter().all(|reason| *reason == "conflicting_version"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_differ_only_in_case_are_two_records() {
    for one_stop in OneStop::both().await {
        for key in ["a-1", "A-1", "a-2", "A-2", "a-3", "A-3", "a-4", "A-4"] {
            one_stop.case(key, "2026-11-23 08:00:00").await;
        }
        let mut settings = one_stop.settings();
        settings.page_size = 3;
        let night = night(&*build(&settings), None).await.expect("a night");
        let mut keys = night.keys();
        keys.sort_unstable();
        assert_eq!(keys, ["A-1", "A-2", "A-3", "A-4", "a-1", "a-2", "a-3", "a-4"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_row_is_a_deletion_without_values() {
    for one_stop in OneStop::both().await {
        one_stop.cases(3).await;
        let connector = one_stop.connector();
        let first = night(&*connector, None).await.expect("a night");
        assert!(first.records.iter().all(|row| !row.envelope.deleted));
        one_stop.run("UPDATE ho_so SET da_xoa = true, cap_nhat = '2026-11-23 09:00:00' WHERE id = 'H-0002'").await;
        let second = night(&*connector, first.resume).await.expect("a night");
        let deleted: Vec<_> = second.records.iter().filter(|row| row.envelope.deleted).collect();
        assert_eq!(deleted.len(), 1);
        assert_eq!(deleted[0].envelope.record_key, "H-0002");
        assert!(second.dossier("H-0002") == schemas::DossierRecord::default());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_without_a_place_are_quarantined_and_counted() {
    for one_stop in OneStop::both().await {
        one_stop.cases(10).await;
        one_stop.run("UPDATE ho_so SET cap_nhat = NULL WHERE id IN ('H-0002', 'H-0003')").await;
        one_stop.run("UPDATE ho_so SET cap_nhat = '2099-01-01 00:00:00' WHERE id = 'H-0004'").await;
        one_stop.run("UPDATE ho_so SET id = NULL WHERE id = 'H-0005'").await;
        one_stop.run("UPDATE ho_so SET ma_xa = 'xa Mau' WHERE id = 'H-0006'").await;
        let connector = one_stop.connector();
        let first = night(&*connector, None).await.expect("a night");
        assert_eq!((first.served, first.records.len()), (10, 5));
        let reasons = ["bad_commune", "future_watermark", "no_key", "no_watermark", "no_watermark"];
        assert_eq!(first.reasons(), reasons);
        assert!(first.rejects.iter().all(|reject| reject.payload.expose().contains("Nguyễn Văn Mẫu")));
        // A date far ahead does not carry the next night past what changes until then.
        one_stop.case("H-new", "2026-11-23 08:11:00").await;
        let second = night(&*connector, first.resume).await.expect("a night");
        assert!(second.keys().contains(&"H-new"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_change_while_we_page_are_neither_missing_nor_old() {
    for one_stop in OneStop::both().await {
        one_stop.cases(25).await;
        let connector = one_stop.connector();
        let context = crate::support::context();
        let partition = connector.partitions(Dataset::Dossier, &context).remove(0);
        let mut seen = crate::sql_support::Night::default();
        let mut cursor = None;
        loop {
            let page = connector.page(&partition, cursor.as_ref(), &context).await.expect("a page");
            let next = seen.add(page);
            if seen.pages == 1 {
                // One that was read already, and one that was not.
                let change = "UPDATE ho_so SET trang_thai = 4, cap_nhat = '2026-11-23 08:59:00' WHERE id = ";
                one_stop.run(&format!("{change}'H-0002'")).await;
                one_stop.run(&format!("{change}'H-0020'")).await;
            }
            match next {
                Some(next) => cursor = Some(next),
                None => break,
            }
        }
        let mut keys = seen.keys();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys, expected(1..=25));
        for key in ["H-0002", "H-0020"] {
            assert_eq!(seen.dossier(key).status.as_deref(), Some("done"), "{key}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_without_a_watermark_is_read_whole_each_night() {
    for one_stop in OneStop::both().await {
        one_stop.cases(20).await;
        let settings = with(one_stop.settings(), |sql| sql.views[0].watermark = None);
        let connector = build(&settings);
        let pages = Capabilities { pages: true, deletions: true, ..Capabilities::default() };
        assert_eq!(connector.datasets(), [(Dataset::Dossier, pages)]);
        let first = night(&*connector, None).await.expect("a night");
        assert_eq!(first.keys(), expected(1..=20));
        assert_eq!(first.resume, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rising_number_serves_as_a_watermark_too() {
    for one_stop in OneStop::both().await {
        one_stop.cases(20).await;
        one_stop.run("ALTER TABLE ho_so ADD COLUMN phien bigint").await;
        one_stop.run("UPDATE ho_so SET phien = trang_thai * 100 + CAST(SUBSTRING(id, 3, 4) AS decimal(9))").await;
        one_stop.run("CREATE VIEW v_so AS SELECT * FROM ho_so").await;
        one_stop.grant("v_so").await;
        let settings = with(one_stop.settings(), |sql| {
            sql.views[0].name = "v_so".into();
            sql.views[0].watermark = Some(Watermark::Number { column: "phien".into(), overlap: 3 });
        });
        let connector = build(&settings);
        let first = night(&*connector, None).await.expect("a night");
        assert_eq!(first.keys(), expected(1..=20));
        assert_eq!((first.records[0].envelope.version, &first.records[0].envelope.updated_at), (201, &None));
        one_stop.run("UPDATE ho_so SET phien = 300 WHERE id = 'H-0001'").await;
        let second = night(&*connector, first.resume).await.expect("a night");
        assert_eq!(second.keys(), ["H-0017", "H-0018", "H-0019", "H-0020", "H-0001"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_watermark_than_last_night_reads_the_view_from_its_beginning() {
    for one_stop in OneStop::both().await {
        one_stop.cases(10).await;
        one_stop.run("ALTER TABLE ho_so ADD COLUMN phien bigint NOT NULL DEFAULT 7").await;
        one_stop.run("CREATE VIEW v_so AS SELECT * FROM ho_so").await;
        one_stop.grant("v_so").await;
        let first = night(&*one_stop.connector(), None).await.expect("a night");
        let by_number = build(&with(one_stop.settings(), |sql| {
            sql.views[0].name = "v_so".into();
            sql.views[0].watermark = Some(Watermark::Number { column: "phien".into(), overlap: 3 });
        }));
        assert_eq!(night(&*by_number, first.resume).await.expect("a night").keys(), expected(1..=10));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_persons_number_as_the_key_is_hashed_by_the_database() {
    for one_stop in OneStop::both().await {
        one_stop.cases(20).await;
        let by_number = |hash_key| {
            build(&with(one_stop.settings(), |sql| {
                sql.views[0].key = "so_dinh_danh".into();
                sql.views[0].hash_key = hash_key;
            }))
        };
        let night_of_hashes = night(&*by_number(true), None).await.expect("a night");
        let mut keys = night_of_hashes.keys();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), 20);
        assert!(keys.contains(&connectors::read::key::hashed("099085000001").as_str()), "as everywhere else");
        assert!(night_of_hashes.cursors.iter().all(|cursor| !cursor.0.contains("099085")));
        let refused = night(&*by_number(false), None).await.map(|_| ()).expect_err("a number in a cursor");
        assert_eq!(refused.code, "personal_key");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_type_that_views_have_is_read_and_others_are_quarantined() {
    for one_stop in OneStop::both().await {
        one_stop.cases(3).await;
        let columns = one_stop.pick(
            "id, ma_xa, da_xoa, cap_nhat::timestamptz AS cap_nhat, 150.50::numeric(10,2) AS thap_phan, \
             'c0ffee00-0000-4000-8000-000000000001'::uuid AS ma, 12345678901::bigint AS lon, \
             1.5::float8 AS thuc, ''::text AS rong, NULL::date AS khong, 'x'::bytea AS nhi_phan",
            "id, ma_xa, da_xoa, cap_nhat, CAST(150.50 AS decimal(10,2)) AS thap_phan, \
             CAST('c0ffee00-0000-4000-8000-000000000001' AS char(36)) AS ma, 12345678901 AS lon, \
             CAST(1.5 AS double) AS thuc, '' AS rong, CAST(NULL AS date) AS khong, CAST('x' AS binary) AS nhi_phan",
        );
        one_stop.run(&format!("CREATE VIEW v_kieu AS SELECT {columns} FROM ho_so")).await;
        one_stop.grant("v_kieu").await;
        let with_fields = |fields: &[(&str, &str)]| {
            let fields = fields.iter().map(|(f, c)| ((*f).to_owned(), SqlField::Column((*c).to_owned()))).collect();
            build(&with(one_stop.settings(), |sql| {
                sql.views = vec![config::settings::SqlView { fields, ..view("v_kieu") }];
            }))
        };
        let readable = [
            ("code", "ma"),
            ("name", "thap_phan"),
            ("national_code", "lon"),
            ("agency_code", "thuc"),
            ("personal_id", "rong"),
            ("birth_date", "khong"),
        ];
        let read = night(&*with_fields(&readable), None).await.expect("a night");
        assert_eq!((read.records.len(), read.rejects.len()), (3, 0), "{:?}", read.reasons());
        let case = read.dossier("H-0001");
        assert_eq!(case.code.as_deref(), Some("c0ffee00-0000-4000-8000-000000000001"));
        assert_eq!(case.name.as_deref(), Some("150.50"));
        assert_eq!(case.national_code.as_deref(), Some("12345678901"));
        assert_eq!(case.agency_code.as_deref(), Some("1.5"));
        assert_eq!((case.personal_id, case.birth_date), (None, None));
        // Where the view makes an instant of a time without a zone, the session's zone is Vietnam's.
        assert_eq!(read.records[0].envelope.updated_at.as_deref(), Some("2026-11-23T08:01:00+07:00"));
        let bytes = night(&*with_fields(&[("name", "nhi_phan")]), None).await.expect("a night, not a failure");
        assert_eq!((bytes.served, bytes.reasons()), (3, vec!["unknown_type"; 3]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_padded_key_is_as_good_as_any() {
    for one_stop in OneStop::both().await {
        one_stop.cases(20).await;
        let key = one_stop.pick("id::char(12) AS ma", "CAST(id AS char(12)) AS ma");
        one_stop.run(&format!("CREATE VIEW v_dem AS SELECT {key}, ho_so.* FROM ho_so")).await;
        one_stop.grant("v_dem").await;
        let connector = build(&with(one_stop.settings(), |sql| {
            sql.views[0].name = "v_dem".into();
            sql.views[0].key = "ma".into();
        }));
        assert_eq!(night(&*connector, None).await.expect("a night").keys(), expected(1..=20));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watermark_of_zeros_is_none() {
    let [_, one_stop] = OneStop::both().await;
    one_stop.cases(20).await;
    // More than a page of them, and they sort before everything else.
    let zeros = "SET SESSION sql_mode = ''; UPDATE ho_so SET cap_nhat = '0000-00-00 00:00:00' WHERE id <= 'H-0009'";
    one_stop.run(zeros).await;
    let night = night(&*one_stop.connector(), None).await.expect("a night");
    assert_eq!(night.keys(), expected(10..=20));
    assert_eq!(night.reasons(), vec!["no_watermark"; 9]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_in_latin1_is_read_as_unicode() {
    let [_, one_stop] = OneStop::both().await;
    let table = "CREATE TABLE cu (id int, ma_xa char(5), ho_ten varchar(50), cap_nhat datetime, da_xoa bit(1)) \
                 CHARACTER SET latin1; \
                 INSERT INTO cu VALUES (1, '00691', 'Hélène Café', '2026-11-23 08:00:00', b'0'); \
                 CREATE VIEW v_cu AS SELECT * FROM cu";
    one_stop.run(table).await;
    one_stop.grant("v_cu").await;
    let settings = with(one_stop.settings(), |sql| {
        let fields = [("name".to_owned(), SqlField::Column("ho_ten".into()))].into();
        sql.views = vec![config::settings::SqlView { fields, ..view("v_cu") }];
    });
    let night = night(&*build(&settings), None).await.expect("a night");
    assert_eq!(night.dossier("1").name.as_deref(), Some("Hélène Café"));
}

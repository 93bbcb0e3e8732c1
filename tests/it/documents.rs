//! Documents that are made from data stay true to the data.

use std::path::Path;

/// Texts of a rule with its placeholders in words that a reader understands.
fn readable(text: &str) -> String {
    [
        ("{reference}", "⟨nguồn gốc⟩"),
        ("{reference_date}", "⟨ngày⟩"),
        ("{reference_value}", "…"),
        ("{source}", "⟨nguồn lệch⟩"),
        ("{source_date}", "⟨ngày⟩"),
        ("{value}", "…"),
        ("{suggestion}", "⟨gợi ý⟩"),
        ("{variants}", "⟨khác chỗ nào⟩"),
        ("{count}", "⟨số lượng⟩"),
    ]
    .into_iter()
    .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

fn guide() -> String {
    let rules: toml::Table = config::rules::EMBEDDED.parse().expect("rules are TOML");
    let mut text = String::from(
        "# Các loại sai lệch\n\n\
         Trang này lấy từ `config/rules.toml`: tỉnh sửa quy tắc ở đó, không cần dựng lại chương trình. \
         Mức **dừng**: hồ sơ chưa đi tiếp được. **kiểm tra**: phải xem trước khi đi tiếp. **lưu ý**: nên biết.\n\
         Định nghĩa chính xác của từng loại: [findings.md](findings.md).\n",
    );
    for rule in rules["rule"].as_array().expect("rules") {
        let word = |key: &str| rule[key].as_str().expect("a text");
        let severity = match word("severity") {
            "stop" => "dừng",
            "check" => "kiểm tra",
            _ => "lưu ý",
        };
        text.push_str(&format!(
            "\n## {}\n\nMức: **{severity}**. Căn cứ: {}.\n\n{}\n\n*Việc cần làm:* {}\n",
            word("kind"),
            word("basis"),
            readable(word("explain_vi")),
            readable(word("next_vi")),
        ));
    }
    text
}

#[test]
fn the_guide_to_findings_says_what_the_rules_say() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/sai-lech.md");
    if std::env::var_os("DOISOAT_WRITE_DOCS").is_some() {
        std::fs::write(&file, guide()).expect("the guide is written");
    }
    let written = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(written == guide(), "docs/sai-lech.md is not what the rules say: write it anew with DOISOAT_WRITE_DOCS=1");
}

#[test]
fn the_page_of_findings_names_group_and_criterion_of_every_kind() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/findings.md");
    let page = std::fs::read_to_string(file).expect("the page");
    let criterion = |criterion| match criterion {
        schemas::Criterion::Accuracy => "đúng",
        schemas::Criterion::Completeness => "đủ",
        schemas::Criterion::Cleanness => "sạch",
        schemas::Criterion::Timeliness => "sống",
        schemas::Criterion::Consistency => "thống nhất",
    };
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| `")).collect();
    assert_eq!(rows.len(), schemas::FindingKind::ALL.len(), "a row for each kind");
    for kind in schemas::FindingKind::ALL {
        let (group, one) = kind.quality();
        let begins = format!("| `{kind}` | {} | {} |", group.number(), criterion(one));
        assert!(rows.iter().any(|row| row.starts_with(&begins)), "docs/findings.md has no row {begins}");
    }
}

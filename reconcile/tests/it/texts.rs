use super::world::{context, run, scenarios};

#[test]
fn every_text_is_filled_in_in_both_languages() {
    let context = context(false);
    for scenario in scenarios().iter().filter(|s| !s.mosaic) {
        let rows: Vec<_> = scenario.row.iter().collect();
        for finding in run(context, &rows, 2) {
            for text in [
                finding.explanation_vi.expose(),
                finding.explanation_en.expose(),
                &finding.next_step_vi,
                &finding.next_step_en,
            ] {
                assert!(!text.contains(['{', '}']) && !text.contains("“”") && !text.contains("()"), "{text}");
                assert!(text.len() > 40, "{text}");
            }
            assert!(
                finding.explanation_vi.expose().contains("ngày cập nhật")
                    || finding.explanation_vi.expose().contains("cập nhật")
                    || finding.kind.as_str() == "ID_MISSING"
                    || finding.kind.as_str() == "ID_DUPLICATE",
                "{}",
                finding.kind
            );
        }
    }
}

#[test]
fn a_different_name_is_told_with_both_sources_and_their_dates() {
    let context = context(false);
    let scenario = scenarios().into_iter().find(|s| s.name == "a missing middle name differs").expect("the scenario");
    let rows: Vec<_> = scenario.row.iter().collect();
    let findings = run(context, &rows, 1);
    let text = findings[0].explanation_vi.expose();
    assert_eq!(
        text,
        "Họ tên khác nhau, không phải do dấu hay cách viết. Dân cư (cập nhật 03/11/2026) ghi “NGUYỄN VĂN MẪU”; \
         Đất đai (cập nhật 05/10/2025) ghi “Nguyễn Mẫu”."
    );
    assert_eq!(findings[0].owner, "land");
}

#[test]
fn no_personal_value_is_shown_by_debug() {
    let context = context(false);
    for scenario in scenarios().iter() {
        let rows: Vec<_> = scenario.row.iter().collect();
        let shown = format!("{:?}", run(context, &rows, 1));
        for name in scenario.row.iter().filter_map(|r| r.person.as_ref()?.name.as_deref()) {
            assert!(!shown.contains(name), "{}", scenario.name);
        }
    }
}

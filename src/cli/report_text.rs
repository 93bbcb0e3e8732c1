//! A run's report as a person reads it: a sentence first, then the sources, then the findings.

use super::table::table;
use crate::Lang;
use crate::nightly::{FileCounts, Incident, LinkCounts, Report, Scope, SourceReport, run_status, source_status};
use schemas::SourceStatus;

pub fn print(report: &Report, lang: Lang) {
    println!("{}", sentence(report, lang));
    println!();
    let header = match lang {
        Lang::Vi => ["Nguồn", "Tập dữ liệu", "Tình trạng", "Bản ghi", "Cách ly", "Yêu cầu", "Gửi lại", "Số liệu đến"],
        Lang::En => ["Source", "Dataset", "Status", "Records", "Quarantined", "Requests", "Retries", "Data as of"],
    };
    let mut sources = table(&header);
    for source in &report.sources {
        sources.add_row([
            source.name.to_string(),
            dataset(source, lang).to_owned(),
            source_status(source.status, lang).to_owned(),
            lang.number(source.snapshot_records),
            lang.number(source.quarantined),
            lang.number(source.requests),
            lang.number(source.retries),
            source.as_of.as_ref().and_then(|t| t.parse().ok()).map_or_else(|| "–".into(), |t| lang.instant(t)),
        ]);
    }
    println!("{sources}");
    for incident in &report.incidents {
        println!("  {}", self::incident(incident, lang));
    }
    for source in report.sources.iter().filter(|s| s.error.is_some()) {
        println!(
            "  {} / {}: [{}] {}",
            source.name,
            dataset(source, lang),
            source.error_code.as_deref().unwrap_or_default(),
            source.error.as_deref().unwrap_or_default()
        );
    }
    for source in &report.sources {
        if let Some(answers) = source.answers {
            let unconfirmed = match answers.not_confirmed {
                0 => String::new(),
                n => format!(
                    "{} {}, ",
                    lang.number(n),
                    lang.pick("số và tên không khớp", "number and name not together")
                ),
            };
            println!(
                "  {}: {} {}, {} {}, {unconfirmed}{} {}",
                source.name,
                lang.number(answers.found),
                lang.pick("có", "found"),
                lang.number(answers.not_found),
                lang.pick("không có", "not found"),
                lang.number(answers.could_not_ask),
                lang.pick("chưa hỏi được", "could not ask")
            );
        }
    }
    for source in &report.sources {
        if let Some(files) = source.files.filter(|files| *files != FileCounts::default()) {
            println!("  {}: {}", source.name, self::files(&files, lang));
        }
    }
    if let Some(forgotten) = report.forgotten {
        println!(
            "  {}: {}; {}: {}",
            lang.pick("Câu trả lời hết thời hạn lưu, đã xóa số liệu", "Answers whose time was up, values removed"),
            lang.number(forgotten.answers),
            lang.pick("kết luận được giữ lại", "conclusions kept"),
            lang.number(forgotten.findings)
        );
    }
    for line in report.removed.iter().flat_map(|removed| super::retention_command::lines(removed, lang)) {
        println!("  {}: {line}", lang.pick("Quá thời hạn giữ", "Older than it is kept"));
    }
    for source in report.stale_units.iter().filter(|s| s.stale > 0) {
        let share = source.stale as f64 * 100.0 / source.addresses.max(1) as f64;
        let behind = match source.communes_not_taken_over.as_slice() {
            [] => String::new(),
            communes => {
                format!("; {}: {}", lang.pick("chưa chuyển sang tên mới ở", "not taken over in"), communes.join(", "))
            }
        };
        println!(
            "  {}: {} % {} ({}/{}){behind}",
            source.name,
            lang.decimal(share),
            lang.pick("địa chỉ còn tên, mã đơn vị cũ", "of addresses use abolished names or codes"),
            lang.number(source.stale),
            lang.number(source.addresses)
        );
    }
    super::quality_command::print_report(report, lang);
    for links in report.links.iter().filter(|links| links.without_number > 0) {
        println!("  {}: {}", links.name, self::links(links, lang));
    }
    println!();
    let mut findings = table(&match lang {
        Lang::Vi => ["Sai lệch", "Số lượng"],
        Lang::En => ["Finding", "Count"],
    });
    for (kind, count) in &report.findings {
        findings.add_row([kind.clone(), lang.number(*count)]);
    }
    println!("{findings}");
    println!();
    println!("{}: {}", lang.pick("Dấu vân tay của sai lệch", "Digest of the findings"), report.findings_digest);
}

/// What became of the files, without what there was none of.
fn files(files: &FileCounts, lang: Lang) -> String {
    let parts = [
        (files.taken, lang.pick("tệp đã nhận", "files taken")),
        (files.returned, lang.pick("tệp trả lại", "files returned")),
        (files.already_taken, lang.pick("tệp đã nhận từ trước", "files taken before")),
        (files.waiting, lang.pick("tệp còn trong thư mục", "files still in the folder")),
        (files.returned_rows, lang.pick("dòng trả lại trong bảng tính", "rows returned in a spreadsheet")),
    ];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    parts.map(|(count, what)| format!("{} {what}", lang.number(count))).collect::<Vec<_>>().join(", ")
}

/// What became of records without a usable number.
fn links(links: &LinkCounts, lang: Lang) -> String {
    let parts = [
        (links.linked, lang.pick("đã ghép với người", "linked to a person")),
        (links.in_doubt, lang.pick("cần người xem", "for people to look at")),
        (links.unlinked, lang.pick("chưa ghép được", "not linked")),
    ];
    let mut parts: Vec<String> = parts.iter().map(|(count, what)| format!("{} {what}", lang.number(*count))).collect();
    if links.grouped > 0 {
        let what = lang.pick("cùng nói về người không có trong dân cư", "together of people whom the population lacks");
        parts.push(format!("{} {what}", lang.number(links.grouped)));
    }
    let without = lang.pick("bản ghi không có số định danh dùng được", "records without a usable number");
    format!("{} {without}: {}", lang.number(links.without_number), parts.join(", "))
}

/// One line for one incident, however many communes it hit.
fn incident(incident: &Incident, lang: Lang) -> String {
    let sources = incident.sources.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let partitions = lang.number(incident.partitions);
    match (incident.scope, lang) {
        (Scope::Interconnect, Lang::Vi) => format!(
            "Sự cố: trục liên thông {} – {}/{} nguồn không hỏi được ({sources}), {partitions} phần dừng ở mốc [{}]",
            incident.name,
            incident.sources.len(),
            incident.sources_in_scope,
            incident.code
        ),
        (Scope::Interconnect, Lang::En) => format!(
            "Incident: interconnect {}: {} of {} sources unreachable ({sources}), {partitions} partitions stand [{}]",
            incident.name,
            incident.sources.len(),
            incident.sources_in_scope,
            incident.code
        ),
        (Scope::Source, Lang::Vi) => {
            format!("Sự cố: nguồn {} – {partitions} phần dừng ở mốc [{}]", incident.name, incident.code)
        }
        (Scope::Source, Lang::En) => {
            format!("Incident: source {}: {partitions} partitions stand [{}]", incident.name, incident.code)
        }
    }
}

fn sentence(report: &Report, lang: Lang) -> String {
    let complete = report.sources.iter().filter(|s| s.status == SourceStatus::Complete).count();
    let states = |state: &str| report.finding_states.get(state).copied().unwrap_or_default();
    match lang {
        Lang::Vi => format!(
            "Lượt {}: {}. {complete}/{} tập dữ liệu đầy đủ, {} sai lệch ({} mới, {} hết), {} giây.",
            report.run_id,
            run_status(report.status, lang),
            report.sources.len(),
            lang.number(report.finding_count()),
            lang.number(states("new") + states("reopened")),
            lang.number(states("gone")),
            report.seconds.round(),
        ),
        Lang::En => format!(
            "Run {}: {}. {complete} of {} datasets complete, {} findings ({} new, {} gone), {} seconds.",
            report.run_id,
            run_status(report.status, lang),
            report.sources.len(),
            lang.number(report.finding_count()),
            lang.number(states("new") + states("reopened")),
            lang.number(states("gone")),
            report.seconds.round(),
        ),
    }
}

fn dataset(source: &SourceReport, lang: Lang) -> &'static str {
    match source.dataset {
        schemas::Dataset::Person => lang.pick("nhân khẩu", "person"),
        schemas::Dataset::CivilEvent => lang.pick("sự kiện hộ tịch", "civil_event"),
        schemas::Dataset::LandRight => lang.pick("quyền đất đai", "land_right"),
        schemas::Dataset::Dossier => lang.pick("hồ sơ", "dossier"),
    }
}

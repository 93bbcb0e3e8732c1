//! `doisoat quality`: how good the data of each source are, commune by commune.

use super::args::QualityArgs;
use super::table::table;
use crate::Lang;
use crate::nightly::quality::{by_source, read};
use crate::nightly::{Report, SourceQuality};
use crate::problem::Problem;
use crate::workspace::{connect, load_settings, load_units};
use config::Quality as Scale;
use reconcile::Catalogue;
use reconcile::quality::{Quality, worst_first};
use schemas::{Band, CommuneCode, Criterion, ErrorGroup};
use serde_json::json;
use std::collections::BTreeSet;
use std::path::Path;
use store::Ledger;

pub async fn run(config: Option<&Path>, args: QualityArgs, lang: Lang) -> Result<u8, Problem> {
    let settings = load_settings(config)?.settings;
    let catalogue = Catalogue::new(&load_units(&settings)?);
    let ledger = connect(&settings).await?;
    ledger.migrate().await?;
    let run = match args.run {
        Some(run) => ledger.run(&run).await?.run_id,
        None => newest(&*ledger).await?,
    };
    let all = read(ledger.quality(&run).await?)?;
    ledger.close().await;
    let sources: BTreeSet<&str> = all.iter().map(|row| row.source.as_str()).collect();
    if let Some(asked) = args.source.as_deref().filter(|asked| !sources.contains(asked)) {
        let there = sources.into_iter().collect::<Vec<_>>().join(", ");
        return Err(Problem::failed("NOT_FOUND", format!("no source {asked} in run {run}; there are: {there}")));
    }
    if let Some(asked) = args.commune.as_deref().filter(|asked| !all.iter().any(|row| row.commune == *asked)) {
        let cause = format!("run {run} has no records of a commune {asked}: a code of today has five digits");
        return Err(Problem::failed("NOT_FOUND", cause));
    }
    let fits = |asked: &Option<String>, own: &str| asked.as_deref().is_none_or(|asked| asked == own);
    let mut rows: Vec<Quality> =
        all.into_iter().filter(|row| fits(&args.source, &row.source) && fits(&args.commune, &row.commune)).collect();
    worst_first(&mut rows, &settings.quality);
    let sources = by_source(&rows, &settings.quality);
    if args.json {
        let places: Vec<_> = rows.iter().map(|row| to_json(row, &settings.quality)).collect();
        println!("{}", json!({ "run_id": run, "sources": sources, "communes": places }));
        return Ok(0);
    }
    println!("{}", sentence(&run, &rows, &sources, &settings.quality, lang));
    if !rows.is_empty() {
        println!("\n{}", source_table(&sources, lang));
        println!("\n{}", commune_table(&rows, &catalogue, &settings.quality, args.limit, lang));
        println!("\n{}", legend(lang));
    }
    Ok(0)
}

/// The newest run that has figures; a run that is under way or failed early has none.
async fn newest(ledger: &dyn Ledger) -> Result<String, Problem> {
    let runs = ledger.runs(100).await?;
    for run in &runs {
        if !ledger.quality(&run.run_id).await?.is_empty() {
            return Ok(run.run_id.clone());
        }
    }
    Err(Problem::failed("NOT_FOUND", "no run has measured the quality of data yet"))
}

fn to_json(row: &Quality, scale: &Scale) -> serde_json::Value {
    let measured = &row.measured;
    let criteria: serde_json::Map<_, _> = Criterion::ALL
        .iter()
        .filter_map(|criterion| {
            let share = measured.share(*criterion);
            let points = share.basis_points()?;
            let value = json!({ "evaluated": share.evaluated, "satisfied": share.satisfied, "basis_points": points });
            Some((criterion.as_str().to_owned(), value))
        })
        .collect();
    json!({
        "source": row.source, "commune": row.commune, "rows": measured.rows, "dqi": measured.dqi(scale),
        "band": measured.band(scale), "criteria": criteria, "identifiers": measured.identifiers,
        "identifiers_whole": measured.identifiers_are_whole(), "groups": measured.groups,
    })
}

fn sentence(run: &str, rows: &[Quality], sources: &[SourceQuality], scale: &Scale, lang: Lang) -> String {
    let measured = rows.iter().filter(|row| row.measured.dqi(scale).is_some()).count() as u64;
    let red = rows.iter().filter(|row| row.measured.band(scale) == Some(Band::Red)).count() as u64;
    let unknown = sources.iter().filter(|source| source.dqi.is_none()).map(|source| source.name.as_str());
    let unknown = unknown.collect::<Vec<_>>().join(", ");
    let worst = sources.iter().filter_map(|s| Some((s.dqi?, &s.name))).min();
    let Some((points, name)) = worst else {
        return match lang {
            Lang::Vi => format!("Lượt {run}: chưa có số liệu để đo chất lượng."),
            Lang::En => format!("Run {run}: there is nothing to measure the quality of data by."),
        };
    };
    let points = percent(Some(points), lang);
    let mut text = match lang {
        Lang::Vi => format!(
            "Lượt {run}: nguồn thấp nhất là {name}, DQI {points}; trong {} cặp nguồn – xã có {} cặp ở mức đỏ.",
            lang.number(measured),
            lang.number(red)
        ),
        Lang::En => format!(
            "Run {run}: the lowest source is {name} with a DQI of {points}; {} of {} pairs of source and commune are red.",
            lang.number(red),
            lang.number(measured)
        ),
    };
    if !unknown.is_empty() {
        text.push(' ');
        text.push_str(lang.pick("Chưa đo được: ", "No figure: "));
        text.push_str(&unknown);
        text.push('.');
    }
    text
}

fn source_table(sources: &[SourceQuality], lang: Lang) -> comfy_table::Table {
    let mut header = vec![lang.pick("Nguồn", "Source").to_owned()];
    header.extend(figures_header(lang));
    let mut rows = table(&header.iter().map(String::as_str).collect::<Vec<_>>());
    for source in sources {
        let mut cells = vec![source.name.clone(), lang.number(source.rows), index(source.dqi, source.band, lang)];
        cells.extend(Criterion::ALL.iter().map(|criterion| percent(source.criteria.get(criterion).copied(), lang)));
        cells.push(whole(source.identifiers_whole, lang));
        cells.push(groups(source.groups.iter(), lang));
        rows.add_row(cells);
    }
    rows
}

fn commune_table(
    rows: &[Quality],
    catalogue: &Catalogue,
    scale: &Scale,
    limit: usize,
    lang: Lang,
) -> comfy_table::Table {
    let mut header = vec![
        lang.pick("Nguồn", "Source").to_owned(),
        lang.pick("Xã", "Commune").to_owned(),
        lang.pick("Tên", "Name").to_owned(),
    ];
    header.extend(figures_header(lang));
    let mut out = table(&header.iter().map(String::as_str).collect::<Vec<_>>());
    for row in rows.iter().take(limit) {
        let measured = &row.measured;
        let code = CommuneCode::parse(&row.commune).ok();
        let name = code.and_then(|code| catalogue.current(code)).map(|unit| unit.full_name.clone());
        let place =
            if row.commune.is_empty() { lang.pick("(không rõ)", "(unknown)").into() } else { row.commune.clone() };
        let mut cells = vec![row.source.clone(), place, name.unwrap_or_default(), lang.number(measured.rows)];
        cells.push(index(measured.dqi(scale), measured.band(scale), lang));
        let criteria = Criterion::ALL.iter().map(|criterion| measured.share(*criterion).basis_points());
        cells.extend(criteria.map(|points| percent(points, lang)));
        cells.push(whole(measured.identifiers_are_whole(), lang));
        cells.push(groups(measured.groups.iter(), lang));
        out.add_row(cells);
    }
    out
}

fn figures_header(lang: Lang) -> Vec<String> {
    let mut header = vec![lang.pick("Dòng", "Rows").to_owned(), "DQI".to_owned()];
    header.extend(Criterion::ALL.iter().map(|criterion| criterion_name(*criterion, lang).to_owned()));
    header.push(lang.pick("Số định danh 100 %", "Identifiers 100 %").to_owned());
    header.push(lang.pick("Sai lệch theo nhóm lỗi", "Findings by error group").to_owned());
    header
}

fn criterion_name(criterion: Criterion, lang: Lang) -> &'static str {
    match criterion {
        Criterion::Accuracy => lang.pick("Đúng", "Accurate"),
        Criterion::Completeness => lang.pick("Đủ", "Complete"),
        Criterion::Cleanness => lang.pick("Sạch", "Clean"),
        Criterion::Timeliness => lang.pick("Sống", "Timely"),
        Criterion::Consistency => lang.pick("Thống nhất", "Consistent"),
    }
}

fn group_name(group: ErrorGroup, lang: Lang) -> &'static str {
    match group {
        ErrorGroup::MissingMandatory => lang.pick("thiếu dữ liệu bắt buộc", "missing mandatory value"),
        ErrorGroup::AbnormalValue => lang.pick("giá trị bất thường", "abnormal value"),
        ErrorGroup::Duplicate => lang.pick("trùng", "duplicate"),
        ErrorGroup::WrongFormat => lang.pick("sai định dạng", "wrong format"),
        ErrorGroup::BrokenReference => lang.pick("tham chiếu hỏng", "broken reference"),
        ErrorGroup::Contradiction => lang.pick("mâu thuẫn giữa các trường", "contradiction between fields"),
        ErrorGroup::Stale => lang.pick("lạc hậu", "stale"),
        ErrorGroup::NotAsReference => lang.pick("không khớp nguồn gốc", "not as the national source"),
    }
}

fn percent(points: Option<u32>, lang: Lang) -> String {
    // Rounded down: 99.96 % is not 100 %.
    points.map_or_else(|| "–".to_owned(), |points| format!("{} %", lang.decimal(f64::from(points / 10) / 10.0)))
}

fn band_name(band: Band, lang: Lang) -> &'static str {
    match band {
        Band::Green => lang.pick("xanh", "green"),
        Band::Yellow => lang.pick("vàng", "yellow"),
        Band::Red => lang.pick("đỏ", "red"),
    }
}

fn index(points: Option<u32>, band: Option<Band>, lang: Lang) -> String {
    match band {
        Some(band) => format!("{} {}", percent(points, lang), band_name(band, lang)),
        None => lang.pick("chưa đo được", "no figure").to_owned(),
    }
}

fn whole(whole: Option<bool>, lang: Lang) -> String {
    let text = whole.map(|whole| if whole { lang.pick("có", "yes") } else { lang.pick("chưa", "no") });
    text.unwrap_or("–").to_owned()
}

/// By the groups' numbers, as officers cite them; [`legend`] says what they are.
fn groups<'g>(groups: impl Iterator<Item = (&'g ErrorGroup, &'g u64)>, lang: Lang) -> String {
    let one = |(group, count): (&ErrorGroup, &u64)| format!("{}: {}", group.number(), lang.number(*count));
    groups.map(one).collect::<Vec<_>>().join("; ")
}

fn legend(lang: Lang) -> String {
    let one = |group: &ErrorGroup| format!("{} {}", group.number(), group_name(*group, lang));
    let groups = ErrorGroup::ALL.iter().map(one).collect::<Vec<_>>().join(", ");
    format!("{}: {groups}.", lang.pick("Nhóm lỗi", "Error groups"))
}

/// One line of a night's report for each source.
pub fn print_report(report: &Report, lang: Lang) {
    for source in &report.quality {
        let identifiers = match source.identifiers_whole {
            Some(false) => lang.pick("; số định danh chưa đạt 100 %", "; identifiers are not at 100 %"),
            _ => "",
        };
        let index = index(source.dqi, source.band, lang);
        println!(
            "  {}: {} {index}{identifiers}",
            source.name,
            lang.pick("chất lượng dữ liệu (DQI)", "quality of data (DQI)")
        );
    }
}

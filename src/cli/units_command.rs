//! `doisoat units`: resolve, explain, list, convert, and what officers taught.

use super::args::{LearnedAction, UnitsAction, UnitsArgs};
use super::run_command::workers;
use super::table::table;
use crate::Lang;
use crate::problem::Problem;
use crate::units::convert::{Columns, Judge};
use crate::units::{Change, Resolved, UnitService, called, convert_file, explained, learned};
use crate::workspace::{connect, load_settings, load_units};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::Date;
use reconcile::stale_rates::StaleRate;
use reconcile::units::{Learned, Resolver};
use schemas::clock::SystemClock;
use schemas::{Clock, CommuneCode, ProvinceCode};
use std::io::IsTerminal;
use std::path::Path;
use std::sync::Arc;
use store::Ledger;

pub async fn run(config: Option<&Path>, args: UnitsArgs, lang: Lang) -> Result<u8, Problem> {
    let loaded = load_settings(config)?;
    let resolver = Resolver::new(&load_units(&loaded.settings)?);
    // Without a ledger nothing was taught yet, and looking up a name needs none.
    let has_ledger = loaded.settings.ledger.url != "sqlite"
        || loaded.settings.data.directory.join("ledger.sqlite").exists()
        || matches!(args.action, UnitsAction::Learned { .. } | UnitsAction::Stale { .. });
    let ledger = if has_ledger { Some(connect(&loaded.settings).await?) } else { None };
    let taught = match &ledger {
        Some(ledger) => {
            ledger.migrate().await?;
            learned::for_resolver(&ledger.learned().await?)
        }
        None => Learned::default(),
    };
    let service = UnitService::new(resolver, taught);
    match args.action {
        UnitsAction::Resolve { text, code, as_of, json } => {
            resolve(&service, &text, code.as_deref(), as_of, json, lang)?
        }
        UnitsAction::Explain { code, json } => explain(&service, &code, json, lang)?,
        UnitsAction::List { province, json } => list(&service, &province, json, lang)?,
        UnitsAction::Convert { input, column, code_column, as_of_column, out, workers: threads } => {
            let columns = Columns { text: column, code: code_column, as_of: as_of_column };
            convert(&service, &input, &out, &columns, workers(threads), lang)?;
        }
        UnitsAction::Stale { run, source, limit, json } => {
            if let Some(ledger) = &ledger {
                stale(&service, ledger, run, source, limit, json, lang).await?;
            }
        }
        UnitsAction::Learned { action } => {
            if let Some(ledger) = &ledger {
                teach(&service, ledger, action, lang).await?;
            }
        }
    }
    if let Some(ledger) = ledger {
        ledger.close().await;
    }
    Ok(0)
}

fn to_json(value: &impl serde::Serialize) -> Result<String, Problem> {
    serde_json::to_string(value).map_err(|e| Problem::failed("REPORT", e.to_string()))
}

fn status(word: &str, lang: Lang) -> &str {
    match word {
        "current" => lang.pick("hiện hành", "current"),
        "stale" => lang.pick("đơn vị cũ", "stale"),
        "split" => lang.pick("đơn vị cũ đã chia", "split"),
        "ambiguous" => lang.pick("chưa đủ rõ", "ambiguous"),
        "unknown" => lang.pick("không nhận ra", "unknown"),
        other => other,
    }
}

fn resolve(
    service: &UnitService,
    text: &str,
    code: Option<&str>,
    as_of: Option<Date>,
    json: bool,
    lang: Lang,
) -> Result<(), Problem> {
    let resolved: Resolved = service.resolve(text, code, as_of);
    if json {
        println!("{}", to_json(&resolved)?);
        return Ok(());
    }
    println!(
        "{}: {} ({} {:.0} %)",
        status(resolved.status, lang),
        lang.pick(resolved.reason_vi, resolved.reason_en),
        lang.pick("độ tin", "confidence"),
        resolved.confidence * 100.0
    );
    for found in &resolved.candidates {
        println!("  {}  {}", found.code, found.full_name);
        if !found.evidence_vi.is_empty() {
            println!("         {}: {}", lang.pick("vì", "because"), found.evidence(lang));
        }
        for change in &found.path {
            println!("         {}", change_line(change, lang));
        }
    }
    Ok(())
}

fn change_line(change: &Change, lang: Lang) -> String {
    let date = change.date.as_deref().map_or_else(|| "?".to_owned(), |d| lang.date(d));
    let kind = lang.pick(change.kind_vi, change.kind);
    format!("{date}: {} → {} ({kind}; {})", change.from, change.to, change.act)
}

fn explain(service: &UnitService, code: &str, json: bool, lang: Lang) -> Result<(), Problem> {
    let code = CommuneCode::parse(code).map_err(|e| Problem::usage("USAGE", format!("{code}: {e}")))?;
    let meanings = explained(service, code);
    if meanings.is_empty() {
        return Err(Problem::failed("NOT_FOUND", format!("no unit ever had the code {code}")));
    }
    if json {
        println!("{}", to_json(&meanings)?);
        return Ok(());
    }
    for meaning in meanings {
        let day = |day: &Option<String>| day.as_deref().map_or_else(|| "?".to_owned(), |d| lang.date(d));
        let until = match &meaning.ended_on {
            Some(_) => format!("{} {}", lang.pick("đến trước", "until before"), day(&meaning.ended_on)),
            None => lang.pick("đến nay", "to this day").to_owned(),
        };
        println!("{code}  {}  ({} {} {until})", meaning.name, lang.pick("từ", "from"), day(&meaning.from));
        for change in &meaning.predecessors {
            println!("    ← {}", change_line(change, lang));
        }
        for change in &meaning.successors {
            println!("    → {}", change_line(change, lang));
        }
        for disputed in &meaning.disputed {
            println!("    ? {} ({}: {})", disputed.to_code, disputed.claimed_by, disputed.verdict);
        }
    }
    Ok(())
}

fn list(service: &UnitService, province: &str, json: bool, lang: Lang) -> Result<(), Problem> {
    let code =
        ProvinceCode::parse(province).map_err(|e| Problem::usage("USAGE", format!("--province {province}: {e}")))?;
    let units: Vec<_> = service.list(code).collect();
    if units.is_empty() {
        return Err(Problem::failed("NOT_FOUND", format!("no province of today has the code {code}")));
    }
    if json {
        let rows: Vec<_> = units
            .iter()
            .map(|u| serde_json::json!({"code": u.code, "full_name": u.full_name, "within": u.within}))
            .collect();
        println!("{}", serde_json::Value::Array(rows));
        return Ok(());
    }
    let mut rows = table(&match lang {
        Lang::Vi => ["Mã", "Đơn vị", "Từ ngày"],
        Lang::En => ["Code", "Unit", "Since"],
    });
    for unit in &units {
        let since = unit.from.map_or_else(|| "–".to_owned(), |d| lang.date(&d.to_string()));
        rows.add_row([unit.code.to_string(), called(unit), since]);
    }
    println!("{rows}");
    println!("{} {}", lang.number(units.len() as u64), lang.pick("đơn vị", "units"));
    Ok(())
}

fn convert(
    service: &UnitService,
    input: &Path,
    out: &Path,
    columns: &Columns,
    threads: usize,
    lang: Lang,
) -> Result<(), Problem> {
    let bar = ProgressBar::new(std::fs::metadata(input)?.len());
    let style = ProgressStyle::with_template("{bar:30} {percent} % {msg} {eta}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("█▌ "));
    if !std::io::stderr().is_terminal() {
        bar.set_draw_target(indicatif::ProgressDrawTarget::hidden());
    }
    let began = std::time::Instant::now();
    let judge_one = |row: &_| service.verdict(row, lang);
    let judge = Judge::new(&judge_one, threads);
    let converted = convert_file(input, out, columns, &judge, &mut |bytes, rows| {
        if bytes > 0 {
            bar.set_position(bytes);
        }
        let rate = rows as f64 / began.elapsed().as_secs_f64().max(0.001);
        bar.set_message(format!("{} ({} /s)", lang.number(rows), lang.number(rate as u64)));
    })?;
    bar.finish_and_clear();
    let seconds = began.elapsed().as_secs_f64();
    println!(
        "{}: {} {} ({}), {:.1} s, {} /s",
        out.display(),
        lang.number(converted.rows),
        lang.pick("dòng", "rows"),
        converted.summary(),
        seconds,
        lang.number((converted.rows as f64 / seconds.max(0.001)) as u64)
    );
    Ok(())
}

async fn stale(
    service: &UnitService,
    ledger: &Arc<dyn Ledger>,
    run: Option<String>,
    source: Option<String>,
    limit: usize,
    json: bool,
    lang: Lang,
) -> Result<(), Problem> {
    let run = match run {
        Some(run) => run,
        None => match ledger.runs(1).await?.into_iter().next() {
            Some(run) => run.run_id,
            None => return Err(Problem::failed("NOT_FOUND", "there is no run yet")),
        },
    };
    let mut rates: Vec<StaleRate> = ledger
        .stale_counts(&run)
        .await?
        .into_iter()
        .filter(|c| source.as_ref().is_none_or(|s| *s == c.source))
        .map(|c| StaleRate {
            source: c.source,
            commune: c.commune,
            addresses: c.addresses as u64,
            stale: c.stale as u64,
            split: c.split as u64,
        })
        .collect();
    rates.sort_by(|a, b| b.share().total_cmp(&a.share()).then_with(|| a.commune.cmp(&b.commune)));
    if json {
        println!("{}", to_json(&rates)?);
        return Ok(());
    }
    let mut rows = table(&match lang {
        Lang::Vi => ["Nguồn", "Xã", "Tên", "Địa chỉ", "Cũ", "Cũ, đã chia", "Tỷ lệ"],
        Lang::En => ["Source", "Commune", "Name", "Addresses", "Stale", "Split", "Share"],
    });
    for rate in rates.iter().take(limit) {
        let name = CommuneCode::parse(&rate.commune).ok().and_then(|c| service.resolver().full_name(c));
        let mark = if rate.not_taken_over() { " !" } else { "" };
        rows.add_row([
            rate.source.clone(),
            rate.commune.clone(),
            name.unwrap_or_default(),
            lang.number(rate.addresses),
            lang.number(rate.stale),
            lang.number(rate.split),
            format!("{:.0} %{mark}", rate.share() * 100.0),
        ]);
    }
    println!("{rows}");
    Ok(())
}

async fn teach(
    service: &UnitService,
    ledger: &Arc<dyn Ledger>,
    action: LearnedAction,
    lang: Lang,
) -> Result<(), Problem> {
    match action {
        LearnedAction::Add { old, hamlet, new, officer, note } => {
            let now = SystemClock.now();
            let one = learned::answer(service, &old, &hamlet, &new, &officer, now, note.as_deref())?;
            ledger.learn(&[one]).await?;
            println!("{}", lang.pick("Đã ghi nhớ.", "Remembered."));
        }
        LearnedAction::List { json } => {
            let answers = ledger.learned().await?;
            if json {
                let rows: Vec<_> = answers
                    .iter()
                    .map(|a| {
                        serde_json::json!({"old_commune": a.old_commune, "hamlet": a.hamlet, "new_commune": a.new_commune,
                                           "officer": a.officer, "learned_at": a.learned_at.to_string(), "note": a.note})
                    })
                    .collect();
                println!("{}", serde_json::Value::Array(rows));
                return Ok(());
            }
            let mut rows = table(&match lang {
                Lang::Vi => ["Xã cũ", "Thôn", "Nay thuộc", "Cán bộ", "Lúc"],
                Lang::En => ["Old commune", "Hamlet", "Now in", "Officer", "At"],
            });
            for a in &answers {
                rows.add_row([
                    a.old_commune.to_string(),
                    a.hamlet.clone(),
                    a.new_commune.to_string(),
                    a.officer.clone(),
                    lang.instant(a.learned_at),
                ]);
            }
            println!("{rows}");
        }
        LearnedAction::Forget { old, hamlet } => {
            let gone = ledger.forget(&old, &Learned::key(&hamlet)).await?;
            println!(
                "{}",
                if gone { lang.pick("Đã bỏ.", "Forgotten.") } else { lang.pick("Không có.", "There was none.") }
            );
        }
        LearnedAction::Export { file } => {
            let answers = ledger.learned().await?;
            learned::export(&answers, &file)?;
            println!("{}: {}", file.display(), answers.len());
        }
        LearnedAction::Import { file } => {
            let answers = learned::import(service, &file)?;
            let taken = ledger.learn(&answers).await?;
            println!(
                "{}: {taken}/{} {}",
                file.display(),
                answers.len(),
                lang.pick("câu trả lời mới", "answers were new")
            );
        }
    }
    Ok(())
}

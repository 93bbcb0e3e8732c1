//! `doisoat compare`: in what two tables with a common key differ.

use super::args::CompareArgs;
use super::run_command::workers;
use super::table::table;
use crate::Lang;
use crate::problem::{Problem, chain};
use crate::tables::TableError;
use crate::tables::compare::report::{level_name, next_step, page, reason};
use crate::tables::compare::summary::LEVELS;
use crate::tables::compare::{CompareError, Request, Summary, compare};
use crate::workspace::{load_settings, load_units};
use config::comparing::ColumnMap;
use std::path::Path;

pub fn run(config: Option<&Path>, args: CompareArgs, lang: Lang) -> Result<u8, Problem> {
    let map = args.map.as_deref().map(ColumnMap::load).transpose()?;
    let units = load_units(&load_settings(config)?.settings)?;
    let request = Request {
        left: &args.left,
        right: &args.right,
        key: &args.key,
        map,
        out: &args.out,
        threads: workers(args.workers),
        memory_bytes: args.memory_mib.max(1) << 20,
        lang,
    };
    let summary = compare(&request, units).map_err(problem)?;
    if let Some(html) = &args.html {
        let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let names = [name(&args.left), name(&args.right)];
        std::fs::write(html, page(&summary, [&names[0], &names[1]], lang))?;
    }
    if args.json {
        let mut json = summary.to_json();
        json["out"] = args.out.display().to_string().into();
        println!("{json}");
    } else {
        print(&summary, &args, lang);
    }
    Ok(0)
}

fn problem(error: CompareError) -> Problem {
    let cause = chain(&error);
    match &error {
        CompareError::Table { source: TableError::Ending, .. } | CompareError::OutEnding => {
            Problem::usage("USAGE", cause)
        }
        CompareError::Table { source: TableError::NoColumn { .. }, .. } | CompareError::NoKey { .. } => {
            Problem::failed("NO_COLUMN", cause)
        }
        CompareError::Table { source: TableError::Csv(_), .. } => Problem::failed("NOT_UTF8", cause),
        CompareError::Table { .. } | CompareError::TooManyRows => Problem::failed("TABLE", cause),
        CompareError::TwoKeys { .. } => Problem::failed("TWO_KEYS", cause),
        CompareError::NothingInCommon { .. } => Problem::failed("NOTHING_IN_COMMON", cause),
        CompareError::Write { .. } => Problem::failed("FILE", cause),
    }
}

fn print(summary: &Summary, args: &CompareArgs, lang: Lang) {
    let number = |n: u64| lang.number(n);
    println!(
        "{} × {} {}; {} {}, {} {}",
        number(summary.left.rows),
        number(summary.right.rows),
        lang.pick("dòng", "rows"),
        number(summary.shared),
        lang.pick("khóa chung", "shared keys"),
        number(summary.compared),
        lang.pick("cặp dòng đã so", "pairs of rows compared"),
    );
    for (code, count) in summary.codes(None) {
        println!("  {}: {}", reason(code, lang), number(count));
    }
    for (table, side) in
        [(&summary.left, lang.pick("bảng trái", "left")), (&summary.right, lang.pick("bảng phải", "right"))]
    {
        if let Some(encoding) = table.encoding {
            println!("  {side}: {} {encoding}", lang.pick("đã giải mã từ", "decoded from"));
        }
        if table.ragged > 0 {
            println!(
                "  {side}: {} {}",
                number(table.ragged),
                lang.pick("dòng thừa hoặc thiếu ô", "rows with more or fewer cells")
            );
        }
        if !table.columns_alone.is_empty() {
            println!(
                "  {side}: {} {}",
                lang.pick("cột không so:", "columns not compared:"),
                table.columns_alone.join(", ")
            );
        }
    }
    let mut header = vec![lang.pick("Trường", "Field").to_owned()];
    header.extend(LEVELS.iter().map(|level| level_name(*level, lang).to_owned()));
    let mut lines = table(&header.iter().map(String::as_str).collect::<Vec<_>>());
    for (field, name) in summary.fields.iter().enumerate() {
        let mut line = vec![name.clone()];
        line.extend(LEVELS.iter().map(|level| number(summary.at(field, *level))));
        lines.add_row(line);
    }
    println!("{lines}");
    println!("{} {}: {}", number(summary.listed()), lang.pick("sai lệch", "findings"), args.out.display());
    println!("{} {}", lang.pick("Việc nên làm trước:", "First next step:"), next_step(summary, lang));
}

//! `doisoat link`: which rows of two tables, or of one, are of the same person or thing.

use super::args::LinkArgs;
use super::run_command::workers;
use crate::Lang;
use crate::problem::{Problem, chain};
use crate::tables::{Table, TableError, read};
use config::linkage::LinkageSpec;
use reconcile::linkage::{Decided, Decision, Explainer, Fields, Input, Linked, Model, link};
use serde_json::json;
use std::path::Path;

pub fn run(args: LinkArgs, lang: Lang) -> Result<u8, Problem> {
    let spec = LinkageSpec::load(&args.spec).map_err(|error| Problem::failed("LINK_SPEC", chain(&error)))?;
    let right_path = args.right.as_ref().filter(|right| **right != args.left);
    let left_names: Vec<&str> = spec.fields.iter().map(|f| f.left()).chain(args.key.as_deref()).collect();
    let right_names: Vec<&str> = spec.fields.iter().map(|f| f.right()).chain(args.key.as_deref()).collect();
    let left = table(&args.left, &left_names)?;
    let right = right_path.map(|path| table(path, &right_names)).transpose()?;
    let model = match &args.model {
        Some(path) => Some(load_model(path, &spec)?),
        None => None,
    };
    let fields = Fields::new(&spec, &input(&left, &spec), right.as_ref().map(|right| input(right, &spec)).as_ref());
    let linked = link(&spec, &fields, model, workers(args.workers));
    if let Some(path) = &args.save_model {
        std::fs::write(path, linked.model.to_json())?;
    }
    let partial = std::path::PathBuf::from(format!("{}.partial", args.out.display()));
    let written = write(&args, &partial, &spec, &fields, &linked, &left, right.as_ref().unwrap_or(&left));
    if written.is_err() {
        // The half-written file is of no use to anybody; that it may be missing is no matter.
        let _ = std::fs::remove_file(&partial);
    }
    written?;
    std::fs::rename(&partial, &args.out)?;
    report(&args, &linked, left.rows, right.as_ref().map(|right| right.rows), lang);
    Ok(0)
}

fn table(path: &Path, names: &[&str]) -> Result<Table, Problem> {
    read(path, names).map_err(|error| {
        let code = match &error {
            TableError::NoColumn { .. } => "NO_COLUMN",
            TableError::Csv(_) => "NOT_UTF8",
            TableError::Ending => "USAGE",
            _ => "TABLE",
        };
        let cause = format!("{}: {}", path.display(), chain(&error));
        if code == "USAGE" { Problem::usage(code, cause) } else { Problem::failed(code, cause) }
    })
}

fn input<'a>(table: &'a Table, spec: &LinkageSpec) -> Input<'a> {
    let columns = table.columns.iter().take(spec.fields.len());
    Input { columns: columns.map(|column| column.iter().map(String::as_str).collect()).collect() }
}

fn load_model(path: &Path, spec: &LinkageSpec) -> Result<Model, Problem> {
    let text = std::fs::read_to_string(path)?;
    Model::from_json(&text, spec).map_err(|error| Problem::failed("MODEL", format!("{}: {error}", path.display())))
}

/// One line for each pair: rows (from 1, without the header), keys, decision, probability, weight
/// in bits, group, and the level of each field.
fn write(
    args: &LinkArgs,
    partial: &Path,
    spec: &LinkageSpec,
    fields: &Fields,
    linked: &Linked,
    left: &Table,
    right: &Table,
) -> Result<(), Problem> {
    let failed = |error: csv::Error| Problem::failed("FILE", error.to_string());
    let mut out = csv::Writer::from_writer(std::io::BufWriter::new(std::fs::File::create(partial)?));
    let mut header: Vec<String> = ["left_row", "right_row"].map(str::to_owned).into();
    if args.key.is_some() {
        header.extend(["left_key", "right_key"].map(str::to_owned));
    }
    header.extend(["decision", "probability", "weight"].map(str::to_owned));
    if linked.groups.is_some() {
        header.push("group".into());
    }
    header.extend(linked.model.comparisons.iter().map(|c| c.name.clone()));
    out.write_record(&header).map_err(failed)?;
    let explainer = Explainer::new(spec, fields, &linked.model);
    for Decided { pair, decision } in &linked.pairs {
        let mut line = vec![(pair.left + 1).to_string(), (pair.right + 1).to_string()];
        if args.key.is_some() {
            let key = |table: &Table, row: u32| table.columns.last().map(|keys| keys[row as usize].clone());
            line.extend([key(left, pair.left), key(right, pair.right)].map(Option::unwrap_or_default));
        }
        let decision = match decision {
            Decision::Link => "link",
            Decision::Doubt => "doubt",
        };
        let bits = pair.weight / std::f64::consts::LN_2;
        line.extend([decision.to_owned(), format!("{:.6}", pair.probability()), format!("{bits:.3}")]);
        if let Some(groups) = &linked.groups {
            line.push((groups[pair.left as usize] + 1).to_string());
        }
        let steps = explainer.explain(pair.left, pair.right);
        line.extend(steps.into_iter().skip(1).map(|step| step.level.unwrap_or_default()));
        out.write_record(&line).map_err(failed)?;
    }
    Ok(out.flush()?)
}

fn report(args: &LinkArgs, linked: &Linked, left: usize, right: Option<usize>, lang: Lang) {
    let count = |wanted: Decision| linked.pairs.iter().filter(|d| d.decision == wanted).count() as u64;
    let (links, doubts) = (count(Decision::Link), count(Decision::Doubt));
    let rows_in_groups = linked.groups.as_ref().map(|groups| {
        let mut sizes = std::collections::BTreeMap::new();
        groups.iter().for_each(|group| *sizes.entry(group).or_insert(0u64) += 1);
        sizes.values().filter(|size| **size > 1).count() as u64
    });
    if args.json {
        let summary = json!({
            "left_rows": left, "right_rows": right, "compared": linked.candidates, "links": links, "doubts": doubts,
            "groups": rows_in_groups, "prior": linked.model.prior, "out": args.out,
        });
        println!("{summary}");
        return;
    }
    let number = |n: u64| lang.number(n);
    let of = right
        .map_or_else(|| number(left as u64), |right| format!("{} × {}", number(left as u64), number(right as u64)));
    let groups = rows_in_groups.map(|n| format!(", {} {}", number(n), lang.pick("nhóm", "groups"))).unwrap_or_default();
    println!(
        "{of} {}: {} {}, {} {}{groups}; {} {}. {}",
        lang.pick("dòng", "rows"),
        number(links),
        lang.pick("cặp là một", "links"),
        number(doubts),
        lang.pick("cặp cần người xem", "pairs for people to look at"),
        number(linked.candidates as u64),
        lang.pick("cặp đã so", "pairs compared"),
        args.out.display()
    );
}

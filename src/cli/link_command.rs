//! `doisoat link`: which rows of two tables, or of one, are of the same person or thing.

use super::args::LinkArgs;
use super::link_pairs::Pairs;
use super::run_command::workers;
use crate::Lang;
use crate::problem::{Problem, chain};
use crate::tables::{Table, TableError, read};
use config::linkage::LinkageSpec;
use reconcile::linkage::{Decision, Fields, Linked, Model, link};
use serde_json::json;
use std::path::Path;

pub fn run(args: LinkArgs, lang: Lang) -> Result<u8, Problem> {
    let spec = LinkageSpec::load(&args.spec).map_err(|error| Problem::failed("LINK_SPEC", chain(&error)))?;
    let right_path = args.right.as_ref().filter(|right| **right != args.left);
    let left_names: Vec<&str> = spec.fields.iter().map(|f| f.left()).chain(args.key.as_deref()).collect();
    let right_names: Vec<&str> = spec.fields.iter().map(|f| f.right()).chain(args.key.as_deref()).collect();
    let (left, right) = std::thread::scope(|scope| {
        let right = right_path.map(|path| scope.spawn(|| table(path, &right_names)));
        let left = table(&args.left, &left_names);
        let right = right.map(|right| right.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        Ok::<_, Problem>((left?, right.transpose()?))
    })?;
    let model = match &args.model {
        Some(path) => Some(load_model(path, &spec)?),
        None => None,
    };
    let workers = workers(args.workers);
    // Behind the compared columns stands the key.
    let compared = ..spec.fields.len();
    let right_columns = right.as_ref().map(|right| &right.columns[compared]);
    let fields = Fields::new(&spec, &left.columns[compared], right_columns, workers);
    let linked = link(&spec, &fields, model, workers);
    if let Some(path) = &args.save_model {
        std::fs::write(path, linked.model.to_json())?;
    }
    let partial = std::path::PathBuf::from(format!("{}.partial", args.out.display()));
    let tables = [&left, right.as_ref().unwrap_or(&left)];
    let pairs = Pairs::new(&spec, &fields, &linked, args.key.is_some().then_some(tables));
    let written = pairs.write(&partial, workers);
    if written.is_err() {
        // The half-written file is of no use to anybody; that it may be missing is no matter.
        let _ = std::fs::remove_file(&partial);
    }
    written?;
    std::fs::rename(&partial, &args.out)?;
    report(&args, &linked, left.rows, right.as_ref().map(|right| right.rows), lang);
    // The process ends: giving the memory back piece by piece would take longer than much of the work.
    std::mem::forget((fields, linked, left, right));
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

fn load_model(path: &Path, spec: &LinkageSpec) -> Result<Model, Problem> {
    let text = std::fs::read_to_string(path)?;
    Model::from_json(&text, spec).map_err(|error| Problem::failed("MODEL", format!("{}: {error}", path.display())))
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

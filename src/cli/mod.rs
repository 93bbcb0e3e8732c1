//! The commands. Each file is one of them; `args` is their grammar.

mod accounts_command;
mod args;
mod audit_command;
mod backup_command;
mod check_command;
mod check_page;
mod compare_command;
mod config_command;
mod db_command;
mod demo_command;
mod finding_page;
mod findings_command;
mod findings_export;
mod health_command;
mod help_vi;
mod link_command;
mod link_pairs;
mod links_command;
mod logging;
mod progress_bars;
mod quality_command;
mod quarantine_command;
mod replay_command;
mod report_text;
mod restore_command;
mod retention_command;
mod rules_command;
mod run_command;
mod runs_command;
mod sandbox_command;
mod serve_command;
mod sources_command;
mod table;
#[cfg(feature = "otel")]
mod traces;
mod units_command;
mod usage;
mod waterfall;
mod weekly_command;

use crate::lang::Lang;
use crate::problem::{EXIT_COMPLETE, EXIT_FAILED, Problem};
use args::{Cli, Command};
use clap::FromArgMatches;
use std::ffi::OsString;
use std::process::ExitCode;

/// Runs one command line and answers its exit code: 0 complete, 2 finished but something is
/// incomplete or stale, 3 failed, 64 wrong use.
pub fn main(arguments: Vec<OsString>) -> ExitCode {
    ignore_broken_pipe_panics();
    let lang = language(&arguments);
    let matches = match args::command(lang).try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => return usage::print(&error, lang),
    };
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => return usage::print(&error, lang),
    };
    let _logging = logging::begin(cli.log.as_deref());
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            say(lang, &Problem::from(error));
            return ExitCode::from(EXIT_FAILED);
        }
    };
    let code = match runtime.block_on(dispatch(cli, lang)) {
        Ok(code) => code,
        Err(problem) => {
            say(lang, &problem);
            problem.exit
        }
    };
    ExitCode::from(code)
}

async fn dispatch(cli: Cli, lang: Lang) -> Result<u8, Problem> {
    let config = cli.config.as_deref();
    match cli.command {
        Command::Demo(args) => demo_command::run(args, lang).await,
        Command::Sandbox(args) => sandbox_command::run(args, lang).await,
        Command::Run(args) => run_command::run(config, args, lang).await,
        Command::Runs(args) => runs_command::run(config, args, lang).await,
        Command::Sources(args) => sources_command::run(config, args, lang).await,
        Command::Findings(args) => findings_command::run(config, args, lang).await,
        Command::Check(args) => check_command::run(config, args, lang).await,
        Command::Quality(args) => quality_command::run(config, args, lang).await,
        Command::Health(args) => health_command::run(config, args, lang).await,
        Command::Weekly(args) => weekly_command::run(config, args, lang).await,
        Command::Quarantine(args) => quarantine_command::run(config, args, lang).await,
        Command::Config(args) => config_command::run(config, args, lang),
        Command::Units(args) => units_command::run(config, args, lang).await,
        Command::Replay(args) => replay_command::run(config, args, lang).await,
        Command::Rules(args) => rules_command::run(config, args, lang),
        Command::Link(args) => link_command::run(args, lang),
        Command::Links(args) => links_command::run(config, args, lang).await,
        Command::Accounts(args) => accounts_command::run(config, args, lang).await,
        Command::Compare(args) => compare_command::run(config, args, lang),
        Command::Serve(args) => serve_command::run(config, args, lang).await,
        Command::Audit(args) => audit_command::run(config, args, lang).await,
        Command::Db(args) => db_command::run(config, args, lang).await,
        Command::Backup(args) => backup_command::run(config, args, lang).await,
        Command::Restore(args) => restore_command::run(config, args, lang).await,
        Command::Retention(args) => retention_command::run(config, args, lang).await,
    }
}

/// `--lang` wins over the locale. Looked for before parsing, so that usage errors speak it too.
fn language(arguments: &[OsString]) -> Lang {
    let texts: Vec<&str> = arguments.iter().filter_map(|a| a.to_str()).collect();
    let given = texts.iter().enumerate().find_map(|(at, text)| {
        let value = text
            .strip_prefix("--lang=")
            .or_else(|| if *text == "--lang" { texts.get(at + 1).copied() } else { None })?;
        Lang::parse(value)
    });
    given.unwrap_or_else(|| Lang::from_locale(crate::workspace::environment))
}

/// Code, cause, next step.
fn say(lang: Lang, problem: &Problem) {
    eprintln!("{} [{}]: {}", lang.pick("Lỗi", "Error"), problem.code, problem.cause);
    eprintln!("{}: {}", lang.pick("Việc cần làm", "Next step"), problem.next_step(lang));
}

/// `doisoat … | head` ends quietly: the reader has seen enough.
fn ignore_broken_pipe_panics() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let text = info.payload().downcast_ref::<String>().map_or("", String::as_str);
        if text.contains("Broken pipe") {
            std::process::exit(i32::from(EXIT_COMPLETE));
        }
        default(info);
    }));
}

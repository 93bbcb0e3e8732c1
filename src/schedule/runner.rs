//! The process of a night: started, listened to, never two from here.

use crate::problem::Problem;
use jiff::Timestamp;
use schemas::Clock;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

/// Lines that are kept to be shown.
const LINES: usize = 400;

/// One line of a run's log. The program logs no personal values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    pub at: Timestamp,
    pub level: String,
    pub text: String,
}

pub struct Runner {
    program: PathBuf,
    /// Before `run`: where the settings are.
    arguments: Vec<String>,
    clock: Arc<dyn Clock>,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Default)]
struct Shared {
    alive: bool,
    log: VecDeque<LogEntry>,
}

impl Runner {
    pub fn new(program: PathBuf, arguments: Vec<String>, clock: Arc<dyn Clock>) -> Self {
        Self { program, arguments, clock, shared: Arc::default() }
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A run that was started here is under way.
    pub fn is_running(&self) -> bool {
        self.locked().alive
    }

    /// Of the newest run that was started here; oldest first.
    pub fn log(&self) -> Vec<LogEntry> {
        self.locked().log.iter().cloned().collect()
    }

    /// Begins a run, or goes on with the newest one. It outlives the request, and the server where
    /// that ends first: a run is killed by nothing but the system.
    pub fn start(&self, resume: bool) -> Result<(), Problem> {
        {
            let mut shared = self.locked();
            if shared.alive {
                return Err(Problem::failed("RUN_UNDER_WAY", "a run that was started here is under way"));
            }
            shared.alive = true;
            shared.log.clear();
        }
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).args(["--log", "info", "run", "--json"]);
        if resume {
            command.arg("--resume");
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let started = command.spawn();
        let mut child = match started {
            Ok(child) => child,
            Err(error) => {
                self.locked().alive = false;
                return Err(Problem::failed("RUN_NOT_STARTED", error.to_string()));
            }
        };
        let (shared, clock) = (self.shared.clone(), self.clock.clone());
        let said = child.stderr.take();
        tokio::spawn(async move {
            if let Some(said) = said {
                let mut lines = BufReader::new(said).lines();
                while let Ok(Some(line)) = lines.next_line().await {
                    let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
                    if shared.log.len() == LINES {
                        shared.log.pop_front();
                    }
                    shared.log.push_back(entry(clock.now(), &line));
                }
            }
            let ended = child.wait().await;
            match ended {
                Ok(status) => tracing::info!(code = status.code(), "a night's process has ended"),
                Err(error) => tracing::warn!(error = error.to_string(), "a night's process was lost"),
            }
            shared.lock().unwrap_or_else(PoisonError::into_inner).alive = false;
        });
        Ok(())
    }
}

/// A line as the log writes it: instant, level, text; without colours.
fn entry(now: Timestamp, line: &str) -> LogEntry {
    let plain = without_colours(line);
    let mut words = plain.trim().splitn(2, char::is_whitespace);
    let first = words.next().unwrap_or_default();
    let Ok(at) = first.parse::<Timestamp>() else {
        return LogEntry { at: now, level: String::new(), text: plain.trim().to_owned() };
    };
    let rest = words.next().unwrap_or_default().trim_start();
    let (level, text) = rest.split_once(' ').unwrap_or((rest, ""));
    LogEntry { at, level: level.to_owned(), text: text.trim().to_owned() }
}

fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        if letter == '\u{1b}' {
            letters.by_ref().find(char::is_ascii_alphabetic);
        } else if !letter.is_control() {
            plain.push(letter);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_taken_apart_and_its_colours_are_gone() {
        let now = Timestamp::UNIX_EPOCH;
        let line =
            "\u{1b}[2m2026-11-24T19:00:01.5Z\u{1b}[0m \u{1b}[32m INFO\u{1b}[0m a snapshot was promoted source=land";
        let read = entry(now, line);
        assert_eq!((read.level.as_str(), read.text.as_str()), ("INFO", "a snapshot was promoted source=land"));
        assert_eq!(read.at, "2026-11-24T19:00:01.5Z".parse().expect("an instant"));
        assert_eq!(entry(now, "→ Tải").text, "→ Tải");
    }
}

//! How fast each HTTP source is pulled, validated and staged, beside a bare loop that asks for the
//! same pages and only parses them: ratios of one run on one machine.
//!
//! A relay records the sandbox's answers on the first pull. Afterwards it answers from memory, so
//! that neither loop waits for the making of pages. One request at a time on both sides: as in a
//! nightly run of a source with `concurrency = 1`, the next partition asks while the last page of
//! the one before is committed.

mod relay;

use connectors::connector::{Connector, PlanContext, Question};
use doisoat::sync::{Pull, PullEvents, Said, pull_partitions};
use doisoat::workspace::{Workspace, environment};
use jiff::civil::date;
use relay::{Recorded, Relay};
use schemas::clock::FixedClock;
use schemas::{Dataset, Partition, PartitionStatus, Record, SourceId};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;
use store::ledger::NewRun;

const ROUNDS: usize = 5;
const QUESTIONS: usize = 4_000;

/// A made-up province, served by a process of its own.
struct Sandbox(Child);

impl Sandbox {
    fn serve(folder: &Path, population: &str) -> Self {
        let persons = std::env::var("PERSONS").unwrap_or_else(|_| "200000".into());
        let mut child = Command::new(env!("CARGO_BIN_EXE_doisoat"))
            .args([
                "sandbox",
                "--seed",
                "1",
                "--faults",
                "0",
                "--persons",
                &persons,
                "--population",
                population,
                "--dir",
            ])
            .arg(folder)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the sandbox starts");
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().expect("its output")).read_line(&mut line).expect("a line");
        assert!(line.contains("doisoat.toml"), "{line}");
        Self(child)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[derive(Default)]
struct Counted(AtomicU64);

impl PullEvents for Counted {
    fn page(&self, _: &Partition, records: u64) {
        self.0.fetch_add(records, Ordering::Relaxed);
    }
    fn partition_ended(&self, partition: &Partition, status: PartitionStatus) {
        assert_eq!(status, PartitionStatus::Complete, "{partition}");
    }
}

/// One source in one province.
struct Source {
    name: String,
    workspace: Workspace,
    connector: Arc<dyn Connector>,
    context: Arc<PlanContext>,
    relay: Relay,
}

impl Source {
    /// Reached through a relay, with nothing that holds it back.
    async fn open(settings: &Path, name: &str, questions: Vec<Question>) -> Self {
        let mut settings = config::Settings::load(settings).expect("settings");
        let id = SourceId::parse(name).expect("a name");
        let clock = Arc::new(FixedClock("2026-11-24T15:00:00Z".parse().expect("an instant")));
        let source = settings.sources.get_mut(&id).expect("the source");
        let relay = Relay::start(&source.base_url);
        source.base_url = relay.url.clone();
        (source.concurrency, source.requests_per_second, source.nightly_quota) = (1, 100_000, 0);
        let source = source.clone();
        settings.data.directory = settings.data.directory.join(format!("bench-{name}"));
        std::fs::create_dir_all(&settings.data.directory).expect("a folder");
        let workspace = Workspace::open(settings, clock.clone(), 1).await.expect("a workspace");
        let catalogue = workspace.catalogue();
        let communes: Vec<String> =
            catalogue.communes_of(workspace.settings.province.code).iter().map(ToString::to_string).collect();
        let dependencies = || connectors::Dependencies {
            clock: clock.clone(),
            seed: 1,
            environment: &environment,
            communes: communes.clone(),
            province: workspace.settings.province.code,
            requests_used: 0,
            audit: workspace.audit.clone(),
        };
        let connector = Arc::from(connectors::build(&id, &source, dependencies()).expect("a connector"));
        let context = Arc::new(PlanContext { communes: communes.clone(), questions, ..PlanContext::default() });
        Self { name: name.to_owned(), workspace, connector, context, relay }
    }

    fn dataset(&self) -> Dataset {
        self.connector.datasets()[0].0
    }

    /// Pulls and stages everything; answers records and seconds.
    async fn pull(&self, run_id: &str) -> (u64, f64) {
        let ledger = &*self.workspace.ledger;
        let now = self.workspace.clock.now();
        let owner = "bench".to_owned();
        ledger.take_lease("run", &owner, now, jiff::SignedDuration::from_hours(24)).await.expect("the lease");
        let day = date(2026, 11, 24);
        let province = self.workspace.settings.province.code.to_string();
        let run = NewRun { run_id: run_id.into(), started_at: now, business_date: day, province, owner };
        ledger.create_run(&run).await.expect("a run");
        let partitions = self.connector.partitions(self.dataset(), &self.context);
        let planned: Vec<_> = partitions.iter().map(|p| (p.clone(), None)).collect();
        ledger.plan_partitions(run_id, &planned).await.expect("planned");
        let counted = Arc::new(Counted::default());
        let pull = Pull {
            ledger: self.workspace.ledger.clone(),
            run_id: run_id.to_owned(),
            connector: self.connector.clone(),
            context: self.context.clone(),
            events: counted.clone(),
            said: Said::default(),
        };
        let began = Instant::now();
        pull_partitions(pull, partitions, 1).await.expect("pulled");
        (counted.0.load(Ordering::Relaxed), began.elapsed().as_secs_f64())
    }

    /// Asks for the same pages through the connector and stages nothing; answers seconds.
    async fn read(&self) -> f64 {
        let began = Instant::now();
        for partition in self.connector.partitions(self.dataset(), &self.context) {
            let mut cursor = None;
            loop {
                let page = self.connector.page(&partition, cursor.as_ref(), &self.context).await.expect("a page");
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
        }
        began.elapsed().as_secs_f64()
    }

    /// People to ask for, from what the population feed serves.
    async fn people(&self) -> Vec<Question> {
        let partition = self.connector.partitions(Dataset::Person, &self.context).remove(0);
        let page = self.connector.page(&partition, None, &self.context).await.expect("a page");
        let mut cursor = page.next.clone();
        let mut rows = page.records;
        while let Some(at) = cursor.filter(|_| rows.len() < 2 * QUESTIONS) {
            let page = self.connector.page(&partition, Some(&at), &self.context).await.expect("a page");
            rows.extend(page.records);
            cursor = page.next;
        }
        let question = |row: &schemas::CanonicalRecord| match &row.record {
            Record::Person(person) => Some(Question {
                personal_id: person.personal_id.clone()?,
                name: person.name.clone()?,
                birth_date: person.birth_date.clone()?,
                procedure: None,
                case: None,
            }),
            _ => None,
        };
        rows.iter().filter_map(question).take(QUESTIONS).collect()
    }
}

/// Parses a body; with `inside` also the JSON that stands as a text in it, where the records are.
fn parse(body: &[u8], inside: bool) -> usize {
    fn texts(value: &serde_json::Value) -> usize {
        match value {
            serde_json::Value::String(text) if text.starts_with(['[', '{']) => {
                serde_json::from_str::<serde_json::Value>(text).map_or(0, |value| texts(&value))
            }
            serde_json::Value::Array(list) => list.iter().map(texts).sum(),
            serde_json::Value::Object(map) => map.values().map(texts).sum(),
            _ => 1,
        }
    }
    let value: serde_json::Value = serde_json::from_slice(body).expect("JSON");
    if inside { texts(&value) } else { value.as_object().map_or(1, |object| object.len()) }
}

/// Asks for the same pages and parses them, and nothing else; answers seconds.
async fn bare(client: &reqwest::Client, url: &str, recorded: &[Recorded], inside: bool) -> f64 {
    let began = Instant::now();
    let mut parsed = 0usize;
    for question in recorded {
        let mut request = client.request(question.method.clone(), format!("{url}{}", question.path));
        for (name, value) in &question.headers {
            request = request.header(name, value);
        }
        let answer = request.body(question.body.clone()).send().await.expect("an answer");
        let body = answer.bytes().await.expect("a body");
        if body.trim_ascii_start().starts_with(b"<") {
            // XML: the citizens of a look-up.
            let mut reader = quick_xml::Reader::from_reader(&body[..]);
            while !matches!(reader.read_event().expect("XML"), quick_xml::events::Event::Eof) {}
        } else {
            parsed += parse(&body, inside);
        }
    }
    std::hint::black_box(parsed);
    began.elapsed().as_secs_f64()
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() {
    rustls::crypto::ring::default_provider().install_default().expect("the first one");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let folder = tempfile::tempdir().expect("a folder");
        let (feed, look_up) = (folder.path().join("feed"), folder.path().join("look_up"));
        let (_feed, _look_up) = (Sandbox::serve(&feed, "feed"), Sandbox::serve(&look_up, "lookup"));
        let (feed, look_up) = (feed.join("doisoat.toml"), look_up.join("doisoat.toml"));
        let mut sources = Vec::new();
        for name in ["population", "civil_status", "land", "one_stop"] {
            sources.push(("", Source::open(&feed, name, Vec::new()).await));
        }
        let people = sources[0].1.people().await;
        sources.push((" look-up", Source::open(&look_up, "population", people).await));
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        println!(
            "source               records  requests      MiB   ours/s read only/s   bare/s  ratio  inside/s  ratio"
        );
        // ONLY=land: one source, for a profiler.
        let only = std::env::var("ONLY").unwrap_or_default();
        for (kind, source) in sources.iter().filter(|(kind, source)| format!("{}{kind}", source.name).contains(&only)) {
            // The first pull only records.
            let (records, _) = source.pull("recording").await;
            let recorded = source.relay.recorded();
            let (mut ours, mut reads, mut loops, mut insides) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
            for round in 0..ROUNDS {
                let (again, seconds) = source.pull(&format!("round-{round}")).await;
                assert_eq!(again, records);
                ours.push(seconds);
                reads.push(source.read().await);
                loops.push(bare(&client, &source.relay.origin, &recorded, false).await);
                insides.push(bare(&client, &source.relay.origin, &recorded, true).await);
            }
            let (ours, reads) = (median(&mut ours), median(&mut reads));
            let (loops, insides) = (median(&mut loops), median(&mut insides));
            let bytes: usize = recorded.iter().map(|r| r.answer_bytes).sum();
            println!(
                "{:<20} {records:>7} {:>9} {:>8.1} {:>8.0} {:>11.0} {:>8.0} {:>6.2} {:>9.0} {:>6.2}",
                format!("{}{kind}", source.name),
                recorded.len(),
                bytes as f64 / f64::from(1 << 20),
                records as f64 / ours,
                records as f64 / reads,
                records as f64 / loops,
                loops / ours,
                records as f64 / insides,
                insides / ours,
            );
        }
    });
}

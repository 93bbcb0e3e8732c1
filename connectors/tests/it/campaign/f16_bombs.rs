//! F16: small answers that want to be large. Each is thrown at a process of its own, whose memory
//! is measured: the peak must follow from our limit, not from what the bomb holds.

use super::scenario::Scenario;
use crate::server::{Answer, Piece, Server};
use crate::subjects::{ALL, CANARIES, LOOK_UP, Subject};
use crate::support::build;
use schemas::ErrorClass;
use std::process::{Command, Output};
use std::sync::Arc;

const CHILD: &str = "campaign::f16_bombs::the_process_that_is_bombed";
const MIB: u64 = 1 << 20;

struct Bomb {
    name: &'static str,
    headers: String,
    /// Made anew for each request.
    pieces: Arc<dyn Fn() -> Vec<Piece> + Send + Sync>,
}

impl Bomb {
    fn new(
        name: &'static str,
        headers: impl Into<String>,
        pieces: impl Fn() -> Vec<Piece> + Send + Sync + 'static,
    ) -> Self {
        Self { name, headers: headers.into(), pieces: Arc::new(pieces) }
    }

    fn whole(name: &'static str, body: String) -> Self {
        let headers = format!("Content-Length: {}\r\n", body.len());
        Self::new(name, headers, move || vec![Piece::Bytes(body.clone().into_bytes())])
    }

    /// `head`, then so many times `middle`, then `tail`.
    fn repeated(name: &'static str, head: &str, middle: &str, times: u64, tail: &str) -> Self {
        let many = (MIB / middle.len() as u64).clamp(1, times);
        let (block, blocks) = (middle.repeat(many as usize), times / many);
        let headers =
            format!("Content-Length: {}\r\n", head.len() as u64 + block.len() as u64 * blocks + tail.len() as u64);
        let (head, tail) = (head.to_owned(), tail.to_owned());
        Self::new(name, headers, move || {
            let text = |text: &str| Piece::Bytes(text.as_bytes().to_vec());
            vec![text(&head), Piece::Often(block.clone().into_bytes(), blocks), text(&tail)]
        })
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

/// Compressed answers: one block again and again, as both formats allow.
fn compressed(held_mib: u64) -> Vec<Bomb> {
    let block = vec![b' '; MIB as usize];
    let (gz, zst) = (gzip(&block), zstd::encode_all(&*block, 3).expect("memory"));
    let bomb = |name, headers: &str, block: &[u8]| {
        let block = block.to_vec();
        Bomb::new(name, headers.to_owned(), move || vec![Piece::Often(block.clone(), held_mib)])
    };
    vec![
        bomb("gzip", "Content-Encoding: gzip\r\n", &gz),
        bomb("zstd", "Content-Encoding: zstd\r\n", &zst),
        bomb("gzip that is not declared", "", &gz),
        bomb("gzip twice", "Content-Encoding: gzip, gzip\r\n", &gz),
    ]
}

fn bombs(subject: Subject, held_mib: u64, limit_mib: u64) -> Vec<Bomb> {
    let mut bombs = compressed(held_mib);
    let gib =
        |head: &'static str| move || vec![Piece::Bytes(head.into()), Piece::Often(vec![b'a'; MIB as usize], held_mib)];
    if subject.name == LOOK_UP.name {
        let collection = "<e:Envelope xmlns:e=\"x\"><e:Body><CongdanCollection SoCongDan=\"1\"><CongDan>";
        let names: String = (0..60).map(|n| format!(" a{n}=\"\"")).collect();
        bombs.extend([
            Bomb::new("a long text", "", gib("<Envelope>")),
            Bomb::new("a long text, announced", format!("Content-Length: {}\r\n", held_mib * MIB), gib("<Envelope>")),
            Bomb::whole("deep nesting", "<a>".repeat(100_000)),
            Bomb::whole("deep nesting, closed", format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000))),
            Bomb::repeated("a flood of elements", collection, "<a/>", (limit_mib - 1) * MIB / 4, ""),
            Bomb::repeated("a flood of attributes", collection, &format!("<a{names}/>"), 150_000, ""),
        ]);
        return bombs;
    }
    let (list, frame) = (
        subject.list,
        "\"status\": 1, \"last\": true, \"draw\": 1, \"recordsTotal\": 1, \
        \"pagination\": {\"page\": 0, \"totalPages\": 1}, ",
    );
    let head = format!("{{{frame}\"{list}\": [");
    let keys: String = (0..1_000_000).map(|n| format!("\"k{n}\":1,")).collect();
    let small = |size: u64| (limit_mib - 1) * MIB / size;
    let string =
        "{\"DuLieuTiepNhan\": {\"IdBanGhi\": \"a\", \"maDonVi\": \"00691\", \"module\": \"LTKS\", \"data\": \"[0";
    bombs.extend([
        Bomb::new("a long text", "", gib("{\"a\": \"")),
        Bomb::new("a long text, chunked", "Transfer-Encoding: chunked\r\n", move || {
            let chunk = [b"100000\r\n".as_slice(), &vec![b'a'; MIB as usize], b"\r\n"].concat();
            vec![Piece::Bytes(b"6\r\n{\"a\":\"\r\n".to_vec()), Piece::Often(chunk, held_mib)]
        }),
        Bomb::whole("deep nesting", format!("{head}{}", "[".repeat(100_000))),
        Bomb::whole("deep nesting, closed", format!("{head}{}{}]}}", "[".repeat(100_000), "]".repeat(100_000))),
        Bomb::whole("deep objects", format!("{head}{}", "{\"a\":".repeat(100_000))),
        Bomb::whole("a million keys", format!("{head}{{{keys}\"z\":1}}]}}")),
        Bomb::repeated("many small values", &head, "0,", small(2), "0]}"),
        Bomb::repeated("many empty lists", &head, "[],", small(3), "0]}"),
        Bomb::repeated("many empty objects", &head, "{},", small(3), "0]}"),
        Bomb::repeated("as many bad records as are read at all", &head, "0,", 99_999, "0]}"),
        Bomb::repeated("as many small values as are read at all", &format!("{head}["), "0,", 1_900_000, "0]]}"),
        Bomb::repeated("small values in a text", &format!("{head}{string}"), ",0", small(2), "]\"}}]}"),
        Bomb::whole("deep nesting in a text", format!("{head}{string}{}\"}}}}]}}", ",[".repeat(100_000))),
    ]);
    bombs
}

/// The peak of this process, in KiB.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("a peak");
    line.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).expect("a number")
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name}: this test is started by the campaign"))
}

#[tokio::test]
#[ignore = "the campaign below starts it as a process of its own"]
async fn the_process_that_is_bombed() {
    let subject = ALL.into_iter().find(|subject| subject.name == variable("BOMBED")).expect("a subject");
    let mut settings = subject.settings(&variable("BOMB_URL"));
    (settings.max_body_bytes, settings.timeout_ms) = (variable("BOMB_LIMIT").parse().expect("bytes"), 120_000);
    let connector = build(&settings);
    let before = peak_kib();
    let outcome = subject.first_page(&*connector, 1).await;
    let grown = peak_kib() - before;
    let (word, told) = match &outcome {
        Ok(page) => (format!("page of {} records, {} rejects", page.records.len(), page.rejects.len()), String::new()),
        Err(error) => (format!("{:?} {}", error.class, error.code), error.to_string()),
    };
    assert!(CANARIES.iter().all(|canary| !told.contains(canary)), "a value of the bomb is told");
    let is_final = outcome.as_ref().map_or_else(
        |error| matches!(error.class, ErrorClass::Contract | ErrorClass::Exhausted),
        |page| page.records.is_empty(),
    );
    assert!(is_final, "{word}");
    let statistics = connector.statistics();
    assert_eq!(statistics.not_found, 0, "a bomb is no answer");
    let word = if statistics.could_not_ask > 0 { "could not ask".to_owned() } else { word };
    println!("\nBOMB\t{grown}\t{word}");
}

/// What the child says: how much its peak grew, in KiB, and what became of the page.
async fn bombed(subject: Subject, bomb: &Bomb, limit: u64) -> (u64, String) {
    let (headers, pieces) = (bomb.headers.clone(), bomb.pieces.clone());
    let server = Server::start(move |_| Answer::wire(&headers, pieces())).await;
    let mut child = Command::new(std::env::current_exe().expect("this test"));
    child.args([CHILD, "--exact", "--ignored", "--nocapture"]);
    child.envs([("BOMBED", subject.name), ("BOMB_URL", &server.url), ("BOMB_LIMIT", &limit.to_string())]);
    let run = tokio::task::spawn_blocking(move || child.output());
    let Output { status, stdout, stderr } = run.await.expect("a thread").expect("the child starts");
    let said = String::from_utf8_lossy(&stdout);
    let case = format!("{}: {}", subject.name, bomb.name);
    assert!(status.success(), "{case}: {status}\n{said}\n{}", String::from_utf8_lossy(&stderr));
    let line = said.lines().find_map(|line| line.strip_prefix("BOMB\t")).unwrap_or_else(|| panic!("{case}: {said}"));
    let (grown, word) = line.split_once('\t').expect("two parts");
    (grown.parse().expect("KiB"), word.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_bomb_costs_more_memory_than_a_few_times_our_limit() {
    let scenario = Scenario::load("F16");
    let (held_mib, limit_mib) = (scenario.number("held_mib"), scenario.number("limit_mib"));
    let (mut runs, mut worst) = (0, (0, String::new()));
    let subjects = scenario.number("subjects") as usize;
    // The look-up is the one that reads XML; the register has JSON inside JSON.
    let order = [2, 1, 5, 4, 3, 0].map(|at: usize| ALL[at]);
    for subject in order.into_iter().take(subjects) {
        for bomb in bombs(subject, held_mib, limit_mib) {
            let (grown_kib, word) = bombed(subject, &bomb, limit_mib * MIB).await;
            println!("{:<22} {:<40} {:>6} KiB  {word}", subject.name, bomb.name, grown_kib);
            let most = limit_mib * scenario.number("most_times_limit");
            assert!(grown_kib / 1_024 <= most, "{}: {}: {} MiB", subject.name, bomb.name, grown_kib / 1_024);
            worst = worst.max((grown_kib, format!("{} at the {}", bomb.name, subject.name)));
            runs += 1;
        }
    }
    let seen = format!(
        "bombs that hold {held_mib} MiB, limit {limit_mib} MiB: the peak grew by {} MiB at most ({}); nesting 100,000 deep \
         overflows no stack; nothing was taken for a page with records",
        worst.0 / 1_024,
        worst.1
    );
    scenario.passed("memory", runs, &seen);
}

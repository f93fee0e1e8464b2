//! What this crate costs, compared with ureq and serde_json used by hand.
//!
//! ```sh
//! cargo run --release --example overhead
//! cargo run --release --example overhead -- 20000 3    # number of connectors, number of rounds
//! ```
//!
//! The server and every measured run are separate processes, so that neither counts for the other.
//! Each can be started by itself and measured with other tools:
//! `overhead server`, `overhead client crate URL list PAGES`, `overhead client hand URL get CALLS`.

use std::error::Error;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs};

mod client;
mod server;

type Result<T, E = Box<dyn Error>> = std::result::Result<T, E>;

/// The argument that selects it, and its name in the output.
type Way = (&'static str, &'static str);

const BY_HAND: Way = ("hand", "by hand");
const VALUE: Way = ("value", "serde_json::Value");
const THIS_CRATE: Way = ("crate", "this crate");

/// How many processes with one call are measured together. A single one is shorter than a tick of the
/// CPU clock.
const PROCESSES: usize = 100;

/// How many calls on a pooled connection are measured together.
const CALLS: usize = 2_000;

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["server"] => server::serve(),
        ["client", way, url, "list", pages] => client::list(way, &format!("{url}/{pages}")),
        ["client", way, url, "get", calls] => client::get(way, &format!("{url}/1"), calls.parse()?),
        [] => compare(50_000, 5),
        [connectors] => compare(connectors.parse()?, 5),
        [connectors, rounds] => compare(connectors.parse()?, rounds.parse()?),
        _ => Err("usage: overhead [CONNECTORS [ROUNDS]]".into()),
    }
}

fn compare(connectors: usize, rounds: usize) -> Result<()> {
    if cfg!(debug_assertions) {
        println!("Built without --release: these figures are meaningless.");
    }
    let pages = connectors.div_ceil(server::PAGE_SIZE).max(1);
    let rounds = rounds.max(1);
    let server = Server::start()?;
    // The first run pays for cold caches.
    run(&server, THIS_CRATE, "list", 1)?;
    println!(
        "{rounds} rounds, each way in turn; a ratio is the median of the ratios of all rounds."
    );
    listings(&server, pages, rounds)?;
    processes(&server, rounds)?;
    pooled_connection(&server, rounds)
}

fn listings(server: &Server, pages: usize, rounds: usize) -> Result<()> {
    let ways = [BY_HAND, VALUE, THIS_CRATE];
    let runs = in_turn(&ways, rounds, |way| run(server, way, "list", pages))?;
    let (size, clock) = (server::PAGE_SIZE, Clock::name());
    println!("\nA listing of {pages} pages of {size} connectors, medians");
    println!("{clock:>30}   ratio   peak memory   threads started");
    let by_hand = column(&runs[0], |run| run.seconds);
    for ((_, name), runs) in ways.iter().zip(&runs) {
        let seconds = column(runs, |run| run.seconds);
        let (ratio, seconds) = (ratio(&seconds, &by_hand), median(&seconds));
        let peak = match median(&column(runs, |run| run.printed[1])) {
            0.0 => "unknown".to_owned(),
            kib => format!("{kib} KiB"),
        };
        let threads = median(&column(runs, |run| run.printed[2]));
        println!("{name:18}{seconds:10.3} s{ratio:8.2}{peak:>14}{threads:18}");
    }
    if median(&by_hand) < 0.1 {
        println!("This is short for a clock with ticks of 0.01 s: use more connectors.");
    }
    Ok(())
}

fn processes(server: &Server, rounds: usize) -> Result<()> {
    let ways = [BY_HAND, THIS_CRATE];
    let times = in_turn(&ways, rounds, |way| {
        let clock = Clock::start();
        for _ in 0..PROCESSES {
            run(server, way, "get", 1)?;
        }
        Ok(clock.seconds() / PROCESSES as f64)
    })?;
    // A median of such short times would show the ticks of the clock.
    let mean = |times: &[f64]| times.iter().sum::<f64>() / times.len() as f64;
    let number = rounds * PROCESSES;
    println!("\nOne get in a separate process, including its start and end, means of {number}");
    println!("{:>30}   ratio", Clock::name());
    for ((_, name), run) in ways.iter().zip(&times) {
        let (milliseconds, ratio) = (mean(run) * 1e3, mean(run) / mean(&times[0]));
        println!("{name:18}{milliseconds:9.2} ms{ratio:8.2}");
    }
    Ok(())
}

fn pooled_connection(server: &Server, rounds: usize) -> Result<()> {
    let ways = [BY_HAND, VALUE, THIS_CRATE];
    let runs = in_turn(&ways, rounds, |way| run(server, way, "get", CALLS))?;
    println!("\n{CALLS} gets on a pooled connection, medians");
    println!("{:>30}   ratio   per second (wall time)", Clock::name());
    let by_hand = column(&runs[0], |run| run.seconds);
    for ((_, name), runs) in ways.iter().zip(&runs) {
        let seconds = column(runs, |run| run.seconds);
        let (ratio, seconds) = (ratio(&seconds, &by_hand), median(&seconds));
        let rate = median(&column(runs, |run| CALLS as f64 / run.printed[0]));
        println!("{name:18}{seconds:10.3} s{ratio:8.2}{rate:13.0}");
    }
    Ok(())
}

fn column(runs: &[Run], value: fn(&Run) -> f64) -> Vec<f64> {
    runs.iter().map(value).collect()
}

/// Measures each way once in every round, one after the other, so that changes in the machine's load
/// affect all of them.
fn in_turn<T>(
    ways: &[Way],
    rounds: usize,
    mut measure: impl FnMut(Way) -> Result<T>,
) -> Result<Vec<Vec<T>>> {
    let mut measured: Vec<_> = ways.iter().map(|_| Vec::new()).collect();
    for _ in 0..rounds {
        for (way, measured) in ways.iter().zip(&mut measured) {
            measured.push(measure(*way)?);
        }
    }
    Ok(measured)
}

fn ratio(values: &[f64], to: &[f64]) -> f64 {
    let ratios = values.iter().zip(to).map(|(value, to)| value / to);
    median(&ratios.collect::<Vec<_>>())
}

fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    (values[(values.len() - 1) / 2] + values[values.len() / 2]) / 2.0
}

/// How long a client took in a separate process, and the numbers that it printed.
struct Run {
    seconds: f64,
    printed: Vec<f64>,
}

fn run(server: &Server, (way, _): Way, job: &str, times: usize) -> Result<Run> {
    let clock = Clock::start();
    let output = Command::new(env::current_exe()?)
        .args(["client", way, &server.url, job, &times.to_string()])
        .stderr(Stdio::inherit())
        .output()?;
    let seconds = clock.seconds();
    if !output.status.success() {
        return Err(format!("client {way} {job}: {}", output.status).into());
    }
    let printed = String::from_utf8(output.stdout)?;
    let printed = printed
        .split_whitespace()
        .map(str::parse)
        .collect::<Result<_, _>>()?;
    Ok(Run { seconds, printed })
}

/// The CPU time of the processes that have been started and have ended, or the wall time if the system
/// does not report the CPU time.
struct Clock {
    cpu: Option<Duration>,
    wall: Instant,
}

impl Clock {
    fn start() -> Self {
        let (cpu, wall) = (cpu_of_children(), Instant::now());
        Clock { cpu, wall }
    }

    fn name() -> &'static str {
        if cpu_of_children().is_some() {
            "CPU time"
        } else {
            "wall time"
        }
    }

    fn seconds(&self) -> f64 {
        let spent = match (self.cpu, cpu_of_children()) {
            (Some(before), Some(now)) => now.saturating_sub(before),
            _ => self.wall.elapsed(),
        };
        spent.as_secs_f64()
    }
}

/// Linux counts in ticks, a hundred a second on every usual machine. Finer clocks do not work here:
/// `schedstat` does not count threads that have ended, and `getrusage` needs unsafe code.
fn cpu_of_children() -> Option<Duration> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // See proc_pid_stat(5). The name, in parentheses, can contain anything. After it come the third
    // field and so on. The user and system time of children are the 16th and 17th.
    let mut ticks = stat.rsplit_once(')')?.1.split_whitespace().skip(13);
    let mut next = || ticks.next()?.parse::<u64>().ok();
    Some(Duration::from_millis(10 * (next()? + next()?)))
}

/// The process of the server. It ends with this process.
struct Server {
    process: Child,
    url: String,
}

impl Server {
    fn start() -> Result<Self> {
        let process = Command::new(env::current_exe()?)
            .arg("server")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let url = String::new();
        let mut server = Server { process, url };
        let output = server.process.stdout.take().ok_or("no output")?;
        BufReader::new(output).read_line(&mut server.url)?;
        server.url.truncate(server.url.trim_end().len());
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

//! `measure`: the product over HTTP on loopback, release build, beside a probe: the same server answering a
//! constant (`/sante`). Rounds are interleaved; every answer's content is checked before its time counts.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Stdio};
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::chargement;
use crate::workspace::{self, Workspace};

/// Rounds of each measure, and requests in each.
const ROUNDS: usize = 7;
const REQUESTS: usize = 60;
/// What a secretary types: beginnings of names, of one to two words, with and without accents.
const TYPED: [&str; 12] =
    ["mar", "le g", "dup", "ben", "da s", "n d", "gar", "mor", "rou", "fér", "jean d", "lef"];

pub(crate) fn run(ws: &Workspace, args: &[String]) -> Outcome {
    if let Some(("thesaurus", rest)) = args.split_first().map(|(what, rest)| (what.as_str(), rest)) {
        return chargement::measure(ws, rest.first().map(Path::new));
    }
    let (what, kit, other) = match args {
        [what, kit] => (what, kit, None),
        [what, kit, other] => (what, kit, Some(other)),
        _ => return Err("give: measure web xs|s|m [BINARY], or measure thesaurus [BINARY]".to_owned()),
    };
    if what != "web" || !["xs", "s", "m"].contains(&kit.as_str()) {
        return Err("give: measure web xs|s|m [BINARY], or measure thesaurus [BINARY]".to_owned());
    }
    let binary = if let Some(path) = other {
        // Another build, to compare with.
        PathBuf::from(path)
    } else {
        workspace::run(ws.program("cargo").args(["build", "--release", "--quiet", "-p", "tronc"]))?;
        ws.target.join("release/tronc")
    };
    let data = ws.target.join("measure").join(kit);
    if !data.join("tronc.sqlite").exists() {
        generate(ws, &binary, &data, kit)?;
    }
    let size = fs::metadata(data.join("tronc.sqlite")).map_or(0, |m| m.len());
    println!("kit {kit}: {:.0} MB on disk", size as f64 / 1e6);
    let started = Instant::now();
    let mut server = Server::start(ws, &binary, &data)?;
    let ready = started.elapsed();
    let mut client = Client::connect(&server.address)?;
    client.get("/connexion", "Se connecter")?;
    println!(
        "start-up to ready: {} ms; to the first page: {} ms",
        ready.as_millis(),
        started.elapsed().as_millis()
    );
    client.sign_in()?;
    let worker = client.first_worker()?;
    let file = format!("/salaries/{worker}");
    let mut measures = [
        Measure::new("probe: constant answer"),
        Measure::new("search while typing (workers, companies, terms)"),
        Measure::new("search by birth date"),
        Measure::new("list of workers, one page and the total"),
        Measure::new("open a worker's file"),
        Measure::new("thesaurus suggestions"),
        Measure::new("dashboard of a centre"),
    ];
    for _ in 0..ROUNDS {
        for m in &mut measures {
            m.rounds.push(Vec::with_capacity(REQUESTS));
        }
        for i in 0..REQUESTS {
            let typed = encode(TYPED[i % TYPED.len()]);
            let day = format!("{:02}%2F{:02}%2F{}", 1 + i % 28, 1 + i % 12, 1965 + i % 35);
            let asked: [(String, &str); 7] = [
                ("/sante".to_owned(), "ok"),
                (format!("/recherche/suggestions?q={typed}"), "<"),
                (format!("/recherche/suggestions?q={day}"), ""),
                (format!("/salaries?q={typed}"), "</html>"),
                (file.clone(), "Vie de travail"),
                (format!("/thesaurus/expositions/suggestions?q={typed}"), ""),
                ("/tableau".to_owned(), "</html>"),
            ];
            for (m, (path, content)) in measures.iter_mut().zip(&asked) {
                let before = Instant::now();
                client.get(path, content)?;
                if let Some(round) = m.rounds.last_mut() {
                    round.push(before.elapsed());
                }
            }
        }
    }
    let (probe, others) = measures.split_first().ok_or("no measure")?;
    println!(
        "{ROUNDS} interleaved rounds of {REQUESTS} requests; medians of rounds: median [min, max], p95 of all, ratio to the probe"
    );
    println!("  {:<50} {}", probe.name, probe.line(None));
    for m in others {
        println!("  {:<50} {}", m.name, m.line(Some(probe)));
    }
    signature(&mut client)?;
    server.stop();
    Ok(())
}

/// Plans, fills and signs visits: the plan, the reading of facts, three PDFs, one commit.
fn signature(client: &mut Client) -> Outcome {
    let mut times = Vec::new();
    for name in ["mar", "ben", "gar", "mor", "rou", "lef", "dup", "le g", "fer", "vin"] {
        let found = client.get(&format!("/recherche/suggestions?q={}", encode(name)), "")?;
        let Some(path) =
            found.split("href=\"").filter_map(|p| p.split('"').next()).find(|p| p.starts_with("/salaries/"))
        else {
            continue;
        };
        let path = path.to_owned();
        let csrf = client.csrf(&path)?;
        let Ok(visit) = client.post(&format!("{path}/visites"), &format!("_csrf={csrf}&type=DEM_SAL")) else {
            continue;
        };
        let page = client.get(&visit, "name=\"edition\"")?;
        let edition = between(&page, "name=\"edition\" value=\"", "\"").unwrap_or_default().to_owned();
        let form = format!(
            "_csrf={csrf}&edition={edition}&confirme=oui&arrivee=09%3A00&depart=09%3A20&prochaine_choisie=&note_plaintes=essai&mesure_M101=70"
        );
        let before = Instant::now();
        if client.post(&visit, &form).is_ok_and(|to| to.contains("signee")) {
            times.push(before.elapsed());
        }
    }
    times.sort_unstable();
    match times.as_slice() {
        [] => println!("  no visit could be signed"),
        all => println!(
            "  {:<50} {} [{}, {}] over {} visits",
            "sign a visit: rules, three PDF, journal, commit",
            milliseconds(all[all.len() / 2]),
            milliseconds(all[0]),
            milliseconds(all[all.len() - 1]),
            all.len()
        ),
    }
    Ok(())
}

fn generate(ws: &Workspace, binary: &Path, data: &Path, kit: &str) -> Outcome {
    println!("making kit {kit}…");
    let status = ws
        .program(binary)
        .arg("--data-dir")
        .arg(data)
        .args(["demo", "--kit", kit, "--generate-only"])
        .status()
        .map_err(|e| format!("cannot start tronc: {e}"))?;
    if status.success() { Ok(()) } else { Err("the kit could not be made".to_owned()) }
}

struct Measure {
    name: &'static str,
    rounds: Vec<Vec<Duration>>,
}

impl Measure {
    fn new(name: &'static str) -> Self {
        Self { name, rounds: Vec::new() }
    }

    fn medians(&self) -> Vec<Duration> {
        let mut medians: Vec<Duration> = self
            .rounds
            .iter()
            .filter_map(|r| {
                let mut r = r.clone();
                r.sort_unstable();
                r.get(r.len() / 2).copied()
            })
            .collect();
        medians.sort_unstable();
        medians
    }

    fn line(&self, probe: Option<&Self>) -> String {
        let medians = self.medians();
        let mut all: Vec<Duration> = self.rounds.iter().flatten().copied().collect();
        all.sort_unstable();
        let (Some(min), Some(max), Some(p95)) =
            (medians.first(), medians.last(), all.get(all.len() * 95 / 100))
        else {
            return "nothing measured".to_owned();
        };
        let median = medians[medians.len() / 2];
        let ratio = probe.map_or_else(String::new, |p| {
            let base = p.medians()[p.medians().len() / 2];
            format!(", x{:.1}", median.as_secs_f64() / base.as_secs_f64().max(1e-9))
        });
        format!(
            "{} [{}, {}], p95 {}{ratio}",
            milliseconds(median),
            milliseconds(*min),
            milliseconds(*max),
            milliseconds(*p95)
        )
    }
}

fn milliseconds(d: Duration) -> String {
    format!("{:.2} ms", d.as_secs_f64() * 1000.0)
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let start = text.find(before)? + before.len();
    text[start..].split(after).next()
}

struct Server {
    child: Child,
    address: String,
    /// Kept open: a server whose output nobody reads any more would stop at its next line.
    _out: BufReader<ChildStdout>,
}

impl Server {
    fn start(ws: &Workspace, binary: &Path, data: &Path) -> Result<Self, String> {
        let mut child = ws
            .program(binary)
            .arg("--data-dir")
            .arg(data)
            .args(["demo", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| format!("cannot start tronc: {e}"))?;
        let mut out = BufReader::new(child.stdout.take().ok_or("tronc has no output")?);
        let mut line = String::new();
        while out.read_line(&mut line).map_err(|e| e.to_string())? > 0 {
            if let Some(address) = line.trim().strip_prefix("Ready on http://") {
                let address = address.trim_end_matches('/').to_owned();
                return Ok(Self { child, address, _out: out });
            }
            line.clear();
        }
        Err("tronc stopped before it was ready".to_owned())
    }

    fn stop(&mut self) {
        // Both may fail when it has stopped already, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// One keep-alive connection.
struct Client {
    stream: BufReader<TcpStream>,
    host: String,
    cookie: String,
}

struct Answer {
    status: u16,
    location: String,
    cookie: Option<String>,
    body: String,
}

impl Client {
    fn connect(host: &str) -> Result<Self, String> {
        let stream = TcpStream::connect(host).map_err(|e| format!("cannot reach {host}: {e}"))?;
        stream.set_nodelay(true).map_err(|e| e.to_string())?;
        Ok(Self { stream: BufReader::new(stream), host: host.to_owned(), cookie: String::new() })
    }

    fn sign_in(&mut self) -> Outcome {
        let answer =
            self.send("POST", "/connexion", "identifiant=medecin&mot_de_passe=demonstration-2026")?;
        self.cookie = answer.cookie.ok_or("the demonstration's doctor could not sign in")?;
        Ok(())
    }

    fn first_worker(&mut self) -> Result<String, String> {
        let page = self.get("/recherche/suggestions?q=mar", "")?;
        let id = between(&page, "/salaries/", "\"").ok_or("nobody is found by `mar`")?;
        Ok(id.to_owned())
    }

    fn csrf(&mut self, path: &str) -> Result<String, String> {
        let page = self.get(path, "_csrf")?;
        between(&page, "name=\"_csrf\" value=\"", "\"")
            .map(str::to_owned)
            .ok_or_else(|| format!("{path} has no form"))
    }

    fn get(&mut self, path: &str, content: &str) -> Result<String, String> {
        let answer = self.send("GET", path, "")?;
        if answer.status != 200 || !answer.body.contains(content) {
            return Err(format!(
                "{path} answered {}: {}",
                answer.status,
                answer.body.chars().take(200).collect::<String>()
            ));
        }
        Ok(answer.body)
    }

    fn post(&mut self, path: &str, form: &str) -> Result<String, String> {
        let answer = self.send("POST", path, form)?;
        if answer.status == 303 {
            Ok(answer.location)
        } else {
            Err(format!("{path} answered {}", answer.status))
        }
    }

    fn send(&mut self, method: &str, path: &str, body: &str) -> Result<Answer, String> {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nAccept: text/html\r\nCookie: {}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            self.host,
            self.cookie,
            body.len()
        );
        let failed = |e: std::io::Error| format!("{path}: {e}");
        self.stream.get_mut().write_all(request.as_bytes()).map_err(failed)?;
        let mut answer = Answer { status: 0, location: String::new(), cookie: None, body: String::new() };
        let (mut length, mut line) = (0usize, String::new());
        loop {
            line.clear();
            self.stream.read_line(&mut line).map_err(failed)?;
            let header = line.trim_end();
            if header.is_empty() {
                break;
            }
            if answer.status == 0 {
                answer.status = header.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
            } else if let Some((name, value)) = header.split_once(": ") {
                match name.to_ascii_lowercase().as_str() {
                    "content-length" => length = value.parse().unwrap_or(0),
                    "location" => value.clone_into(&mut answer.location),
                    "set-cookie" => answer.cookie = value.split(';').next().map(str::to_owned),
                    _ => {}
                }
            }
        }
        let mut bytes = vec![0; length];
        self.stream.read_exact(&mut bytes).map_err(failed)?;
        answer.body = String::from_utf8_lossy(&bytes).into_owned();
        Ok(answer)
    }
}

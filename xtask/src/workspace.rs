//! Where the repository and its builds are, and how its programs are started.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use crate::Outcome;

/// The repository being worked on and the folder its builds go to.
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    pub(crate) target: PathBuf,
}

/// What a program that was listened to said, and whether it succeeded.
pub(crate) struct Heard {
    pub(crate) success: bool,
    pub(crate) text: String,
}

impl Workspace {
    /// Found at run time, never at compile time: one target folder serves several clones.
    pub(crate) fn open() -> Result<Self, String> {
        let here = env::current_dir().map_err(|error| format!("cannot read the current folder: {error}"))?;
        let start = env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| here.clone(), PathBuf::from);
        let root = start
            .ancestors()
            .find(|folder| folder.join("xtask/Cargo.toml").is_file())
            .ok_or("run this from inside the repository")?
            .to_path_buf();
        let target = match env::var_os("CARGO_TARGET_DIR").filter(|value| !value.is_empty()) {
            Some(value) => here.join(value),
            None => cache_dir()?.join("tronc/target"),
        };
        Ok(Self { root, target })
    }

    /// A program run from the root of the repository, building where every other one builds.
    pub(crate) fn program(&self, name: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(name);
        command.current_dir(&self.root).env("CARGO_TARGET_DIR", &self.target);
        // `cargo run` describes xtask's own package in these; build scripts that watch them (ring's does) would
        // compile again at every change between `cargo xtask` and plain `cargo`.
        for (key, _) in env::vars_os() {
            let key_text = key.to_string_lossy();
            if ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"]
                .iter()
                .any(|prefix| key_text.starts_with(prefix))
            {
                command.env_remove(&key);
            }
        }
        command
    }

    pub(crate) fn cargo(&self) -> Command {
        self.program(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
    }

    /// The product, as `cargo build` leaves it.
    pub(crate) fn tronc(&self) -> PathBuf {
        self.target.join("debug/tronc")
    }

    pub(crate) fn build_tronc(&self) -> Outcome {
        run(self.cargo().args(["build", "--package", "tronc"]))
    }

    /// A path as written in messages: from the root of the repository.
    pub(crate) fn relative<'a>(&self, path: &'a Path) -> &'a Path {
        path.strip_prefix(&self.root).unwrap_or(path)
    }
}

fn cache_dir() -> Result<PathBuf, String> {
    if let Some(cache) = env::var_os("XDG_CACHE_HOME").filter(|value| !value.is_empty()) {
        return Ok(cache.into());
    }
    let home = env::var_os("HOME").ok_or("neither HOME nor CARGO_TARGET_DIR is set: say where to build")?;
    Ok(Path::new(&home).join(".cache"))
}

/// Runs to the end, on the terminal; fails with the command's own words when it does not succeed.
pub(crate) fn run(command: &mut Command) -> Outcome {
    let line = spoken(command);
    let status = command.status().map_err(|error| format!("cannot start `{line}`: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("`{line}` failed ({status})")) }
}

/// The standard output of a command that succeeds; its standard error stays on the terminal.
pub(crate) fn capture(command: &mut Command) -> Result<String, String> {
    let line = spoken(command);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cannot start `{line}`: {error}"))?;
    if !output.status.success() {
        return Err(format!("`{line}` failed ({})", output.status));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs to the end and keeps what the program writes; `aloud` also lets it through to the terminal.
pub(crate) fn listen(command: &mut Command, aloud: bool) -> Result<Heard, String> {
    let line = spoken(command);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cannot start `{line}`: {error}"))?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let text = thread::scope(|scope| {
        let errors = scope.spawn(move || keep(stderr, aloud.then(io::stderr)));
        let mut bytes = keep(stdout, aloud.then(io::stdout));
        bytes.extend(errors.join().unwrap_or_default());
        String::from_utf8_lossy(&bytes).into_owned()
    });
    let status = child.wait().map_err(|error| format!("lost `{line}`: {error}"))?;
    Ok(Heard { success: status.success(), text })
}

fn keep(source: Option<impl Read>, mut echo: Option<impl Write>) -> Vec<u8> {
    let mut kept = Vec::new();
    let Some(mut source) = source else { return kept };
    let mut buffer = [0; 8192];
    while let Ok(read @ 1..) = source.read(&mut buffer) {
        kept.extend_from_slice(&buffer[..read]);
        if let Some(echo) = &mut echo {
            // A closed terminal does not stop the work: what was said is kept all the same.
            let _ = echo.write_all(&buffer[..read]).and_then(|()| echo.flush());
        }
    }
    kept
}

fn spoken(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let mut line = program.to_string_lossy().into_owned();
    for argument in command.get_args() {
        line.push(' ');
        line.push_str(&argument.to_string_lossy());
    }
    line
}

/// The first program of that name on the PATH.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// Whether this process is the system's administrator.
pub(crate) fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|metadata| metadata.uid() == 0)
}

/// Today, as `2026-11-22`: xtask carries no calendar of its own.
pub(crate) fn today() -> Result<String, String> {
    Ok(capture(Command::new("date").arg("+%Y-%m-%d"))?.trim().to_owned())
}

/// Every file under a folder, sorted; empty when there is no such folder.
pub(crate) fn files_under(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        let Ok(entries) = fs::read_dir(&next) else { continue };
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

pub(crate) fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|found| found == extension)
}

pub(crate) fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

pub(crate) fn write(path: &Path, text: impl AsRef<[u8]>) -> Outcome {
    fs::write(path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))
}

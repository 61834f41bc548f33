//! One private PostgreSQL cluster for one run: made in a temporary folder, gone at the end, however the run ends.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::workspace::is_root;

/// Makes, serves and removes the cluster. It lives until its standard input closes, which the system does for us when
/// xtask ends, even killed: no signal handler, no server left behind. Safety of the data is switched off, since none of
/// it outlives the run; CPU time is what the tests wait for.
const KEEPER: &str = r#"
trap '' INT TERM HUP PIPE
set -u
PATH="$1:$PATH"
server=
dir=$(mktemp -d "${TMPDIR:-/tmp}/tronc-postgres.XXXXXX" 2>/dev/null || mktemp -d /tmp/tronc-postgres.XXXXXX) || exit 1
end() {
  # Quit is PostgreSQL's immediate shutdown; a server of our own is waited for, so that none stays as a ghost.
  [ -z "$server" ] || { kill -QUIT "$server"; wait "$server"; } 2>/dev/null
  rm -rf "$dir"
}
trap end EXIT
fail() { cat "$dir/log" >&2; exit 1; }
initdb -D "$dir/data" -U postgres -A trust --no-sync --locale=C.UTF-8 -E UTF8 >"$dir/log" 2>&1 || fail
postgres -D "$dir/data" -p "$2" -c listen_addresses=127.0.0.1 -c unix_socket_directories="$dir" \
  -c max_connections=200 -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
  </dev/null >"$dir/log" 2>&1 &
server=$!
for try in $(seq 600); do
  kill -0 "$server" 2>/dev/null || fail
  # The last line of this file is the server's own word on its state.
  grep -q '^ready' "$dir/data/postmaster.pid" 2>/dev/null && break
  [ "$try" -lt 600 ] || fail
  sleep 0.05
done
echo ready
cat >/dev/null
"#;

/// Other programs may take a free port between our look and the server's.
const ATTEMPTS: usize = 3;

/// A running server; dropped, it is stopped and its folder removed.
pub(crate) struct Postgres {
    keeper: Child,
    port: u16,
}

impl Postgres {
    /// Starts the server whose programs are in `programs`, as a user who is not root: PostgreSQL refuses root.
    pub(crate) fn start(programs: &Path) -> Result<Self, String> {
        let mut last = String::new();
        for _ in 0..ATTEMPTS {
            match Self::attempt(programs) {
                Ok(server) => return Ok(server),
                Err(message) => last = message,
            }
        }
        Err(format!("PostgreSQL does not start: {last}"))
    }

    fn attempt(programs: &Path) -> Result<Self, String> {
        let port = free_port()?;
        let mut command = Command::new("sh");
        command
            .args(["-c", KEEPER, "postgres-keeper"])
            .arg(programs)
            .arg(port.to_string())
            .current_dir("/")
            .env("LC_ALL", "C")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        if is_root() {
            let (user, group) = server_account()?;
            command.uid(user).gid(group);
        }
        let keeper = command.spawn().map_err(|error| format!("cannot start sh: {error}"))?;
        let mut server = Self { keeper, port };
        let mut word = String::new();
        if let Some(stdout) = server.keeper.stdout.take() {
            // Nothing read is the answer too: the keeper ended before the server was ready.
            let _ = BufReader::new(stdout).read_line(&mut word);
        }
        if word.trim() == "ready" { Ok(server) } else { Err("its messages are above".to_owned()) }
    }

    /// The server's address, as its superuser, on its maintenance database.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        // Waited for, so that nothing is left when the command returns; a keeper already gone is what we want.
        let _ = self.keeper.wait();
    }
}

fn free_port() -> Result<u16, String> {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| format!("no free port on the loopback: {error}"))
}

/// User and group numbers of the account that Debian makes for the server, or else of the one that owns nothing.
fn server_account() -> Result<(u32, u32), String> {
    let accounts =
        fs::read_to_string("/etc/passwd").map_err(|error| format!("cannot read the accounts: {error}"))?;
    ["postgres", "nobody"]
        .into_iter()
        .find_map(|name| account(&accounts, name))
        .ok_or_else(|| "no account but root's can run PostgreSQL here".to_owned())
}

fn account(accounts: &str, name: &str) -> Option<(u32, u32)> {
    let line = accounts.lines().find(|line| line.split(':').next() == Some(name))?;
    let mut numbers = line.split(':').skip(2).map_while(|field| field.parse().ok());
    Some((numbers.next()?, numbers.next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_read_by_its_whole_name() {
        let accounts = "root:x:0:0:root:/root:/bin/bash\npostgres2:x:7:8::/:\npostgres:x:101:104:admin,,,:/var:/bin/sh\n";
        assert_eq!(account(accounts, "postgres"), Some((101, 104)));
        assert_eq!(account(accounts, "postgre"), None);
    }
}

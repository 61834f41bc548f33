//! `tronc federation …`: the key of a federation, the subscription of a service.

use std::{
    io::{BufRead as _, BufReader},
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Child, Stdio},
};

use testkit::TempDir;

use crate::{command, done, file, json, out, refused, tronc};

fn key(dir: &Path, name: &str) -> (String, String) {
    let path = dir.join(name).to_str().unwrap().to_owned();
    let made = json(dir, &["federation", "key", &path]);
    (path, made["public_key"].as_str().unwrap().to_owned())
}

/// A program that listens, stopped with the value.
struct Listening(Child);

impl Drop for Listening {
    fn drop(&mut self) {
        // Already gone is as good.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A federation's installation, and where it answers.
fn federation(dir: &Path, key: &str) -> (Listening, String) {
    let mut child = command(dir, &["serve", "--listen", "127.0.0.1:0", "--federation-key", key])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let said = BufReader::new(child.stdout.take().unwrap());
    let running = Listening(child);
    let address = said
        .lines()
        .find_map(|line| line.unwrap().strip_prefix("Ready on ").map(|a| a.trim_end_matches('/').to_owned()))
        .expect("the program listens");
    (running, address)
}

#[test]
fn a_signing_key_is_made_once_for_its_owner_alone() {
    let dir = TempDir::new();
    let d = dir.path();
    let (path, public) = key(d, "cle");
    assert!(public.len() == 64 && public.bytes().all(|b| b.is_ascii_hexdigit()), "{public}");
    let kept = std::fs::read_to_string(&path).unwrap();
    assert_ne!(kept.trim(), public, "the key that is kept is the secret one");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    refused(&tronc(d, &["federation", "key", &path]), "never overwritten");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), kept);
    assert_ne!(key(d, "autre").1, public);
    assert!(!d.join("tronc.sqlite").exists(), "a key needs no database");
    // What is no key, or a key that others may read, starts nothing.
    let none = file(d, "rien", "zz");
    std::fs::set_permissions(&none, std::fs::Permissions::from_mode(0o600)).unwrap();
    let serve = |key: &str| tronc(d, &["serve", "--listen", "127.0.0.1:0", "--federation-key", key]);
    refused(&serve(&none), "does not hold a signing key");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    refused(&serve(&path), "can be read by others");
    refused(&serve("/nowhere"), "/nowhere");
}

#[test]
fn a_service_subscribes_and_looks_for_releases() {
    let dir = TempDir::new();
    let (a, d) = (dir.path().join("federation"), dir.path().join("service"));
    std::fs::create_dir_all(&a).unwrap();
    let (path, public) = key(&a, "cle");
    assert!(done(&d, &["federation", "pull"]).contains("No subscription"));
    assert_eq!(json(&d, &["federation", "pull"]), serde_json::json!([]));
    let (running, address) = federation(&a, &path);
    refused(
        &tronc(&d, &["federation", "subscribe", "http://federation.example", "--key", &public]),
        "https://",
    );
    assert!(!tronc(&d, &["federation", "subscribe", &address, "--key", "zz"]).status.success());
    let said = done(&d, &["federation", "subscribe", &address, "--key", &public]);
    assert!(said.contains(&format!("Subscribed to {address}")), "{said}");
    let nothing = done(&d, &["federation", "pull"]);
    assert!(nothing.contains(&format!("{address}: 0 new, 0 refused")), "{nothing}");
    drop(running);
    // Nobody answers any more: said, with a status, and what is in use keeps answering.
    let silent = tronc(&d, &["federation", "pull", "--json"]);
    assert!(!silent.status.success(), "{}", out(&silent));
    let told: serde_json::Value = serde_json::from_str(&out(&silent)).unwrap();
    assert!(told[0]["error"].as_str().unwrap().contains(&address), "{told}");
    let list = done(&d, &["thesaurus", "list"]);
    assert!(list.contains("Nothing is loaded yet"), "{list}");
}

//! Fetches a remote that needs no credential and lists its references: `fetch CACHE-FOLDER ADDRESS [CA-FILE]`.

#![allow(clippy::print_stdout, reason = "it is a program that prints")]

use std::path::Path;

use sluice_git::{Cancel, GitAccess, Mirror, RemoteUrl};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [cache, address, rest @ ..] = arguments.as_slice() else {
        return Err("usage: fetch CACHE-FOLDER ADDRESS [CA-FILE]".into());
    };
    let ca_pem = rest.first().map(std::fs::read).transpose()?;
    let access = GitAccess { ca_pem, ..GitAccess::anonymous() };
    let mirror = Mirror::open(Path::new(cache), &RemoteUrl::parse(address)?)?;
    for (name, commit) in mirror.fetch(&access, &Cancel::new())?.refs.refs {
        println!("{commit} {name}");
    }
    Ok(())
}

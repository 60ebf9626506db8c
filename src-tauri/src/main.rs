//! The `sluice-desktop` binary: everything is in the library, so that tests can reach it.

// Without this Windows would open a console behind the window.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

use clap::Parser as _;
use sluice_desktop::Arguments;

fn main() -> ExitCode {
    sluice_desktop::run(Arguments::parse())
}

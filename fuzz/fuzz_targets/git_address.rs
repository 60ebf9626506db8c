//! See `sluice_fuzz::git::git_address`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sluice_fuzz::git::git_address(bytes));

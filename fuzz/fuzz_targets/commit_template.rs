//! See `sluice_fuzz::template::commit_template`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sluice_fuzz::template::commit_template(bytes));

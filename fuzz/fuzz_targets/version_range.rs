//! See `sluice_fuzz::policy::version_range`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sluice_fuzz::policy::version_range(bytes));

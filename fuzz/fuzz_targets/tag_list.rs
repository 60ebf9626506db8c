//! See `sluice_fuzz::registry::tag_list`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sluice_fuzz::registry::tag_list(bytes));

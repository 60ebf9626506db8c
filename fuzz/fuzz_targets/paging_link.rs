//! See `sluice_fuzz::registry::paging_link`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sluice_fuzz::registry::paging_link(bytes));

//! See `sluice_fuzz::image::image_reference`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sluice_fuzz::image::image_reference(bytes));

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tridem_fuzz::package(data));

//! The reader of packs under libfuzzer: see `../pack.rs`.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../pack.rs"]
mod body;

fuzz_target!(|data: &[u8]| body::pack(data));

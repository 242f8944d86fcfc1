//! The host's reader under libfuzzer: see `../body.rs`.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../body.rs"]
mod body;

fuzz_target!(|data: &[u8]| {
    body::reader(data);
    body::run(data);
});

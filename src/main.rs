//! The host: reads the command line and hands over to [`pykata::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    pykata::cli::main()
}

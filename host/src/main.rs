//! The `tridem` program: hands the command line to [`tridem::cli`] and ends with its exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    tridem::cli::main()
}

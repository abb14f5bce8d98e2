//! The `rawi` program: hands the command line to [`rawi::cli`] and exits with its code.

use std::process::ExitCode;

fn main() -> ExitCode {
    rawi::cli::main()
}

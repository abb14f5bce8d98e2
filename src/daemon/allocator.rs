//! The C library's allocator, set for a program that takes large pieces and gives them back.
//!
//! glibc learns from the first large document to serve the next ones from the heap of whichever
//! thread asks, and keeps those heaps: twice the memory in the end (docs/performance.md). It reads
//! its settings once, when a process starts, so the daemon begins anew with them, as the same
//! process. Where another allocator is linked they mean nothing.

use std::io;

/// Names and values, as mallopt(3) has them: pieces from 256 KiB on are given back when they are
/// freed; two heaps for all threads.
const SETTINGS: [(&str, &str); 2] = [
    ("MALLOC_MMAP_THRESHOLD_", "262144"),
    ("MALLOC_ARENA_MAX", "2"),
];

/// Begins the program anew with the settings, unless it has them: comes back only if there is
/// nothing to do. Somebody who has set any of them by hand has decided.
///
/// # Errors
/// If the program cannot be found or started again; it can go on without.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub fn settle() -> io::Result<()> {
    use std::os::unix::process::CommandExt;

    if SETTINGS
        .iter()
        .any(|(name, _)| std::env::var_os(name).is_some())
    {
        return Ok(());
    }
    let mut arguments = std::env::args_os();
    let name = arguments.next().unwrap_or_else(|| "rawi".into());
    let mut command = std::process::Command::new(std::env::current_exe()?);
    Err(command.arg0(name).args(arguments).envs(SETTINGS).exec())
}

/// Elsewhere there is nothing to set.
///
/// # Errors
/// None.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn settle() -> io::Result<()> {
    let _ = SETTINGS;
    Ok(())
}

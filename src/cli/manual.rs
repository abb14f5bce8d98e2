//! The manual page and completion scripts, made from the grammar.

use std::io::Write;

use clap::CommandFactory;

use crate::cli::args::Arguments;
use crate::cli::verdict::{Result, Verdict};

/// Prints a completion script.
pub(super) fn completions(shell: clap_complete::Shell) -> Result {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "rawi", &mut script);
    std::io::stdout().write_all(&script)?;
    Ok(Verdict::Done)
}

/// Prints the manual page: the program, then each verb.
pub(super) fn page() -> Result {
    let mut command = Arguments::command();
    command.build();
    let mut page = Vec::new();
    let man = clap_mangen::Man::new(command.clone())
        .date("")
        .source("rawi")
        .manual("rawi");
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    writeln!(page, ".SH VERBS")?;
    for verb in command
        .get_subcommands()
        .filter(|verb| verb.get_name() != "help")
    {
        writeln!(page, ".SS rawi {}", verb.get_name())?;
        let man = clap_mangen::Man::new(verb.clone());
        let mut part = Vec::new();
        man.render_synopsis_section(&mut part)?;
        man.render_description_section(&mut part)?;
        man.render_options_section(&mut part)?;
        // The sections of a verb stand below its own heading.
        let part = String::from_utf8_lossy(&part).replace("\n.SH ", "\n.PP\n.B ");
        page.write_all(part.strip_prefix(".SH ").unwrap_or(&part).as_bytes())?;
    }
    page.write_all(
        b".SH FILES\n.TP\n.I feeds.toml\nin the working folder, else\n.TP\n.I /etc/rawi/feeds.toml\nthe configuration\n\
.SH EXIT STATUS\n0 done; 1 it ran and something failed; 2 wrong usage; 78 the configuration is wrong\n",
    )?;
    std::io::stdout().write_all(&page)?;
    Ok(Verdict::Done)
}

//! The command line: verbs, printing, exit codes. The one room that knows clap, and that prints.
//!
//! Data goes to stdout, words for people to stderr. A verb is a file; each takes what it needs and
//! returns a [`Verdict`]. Exit codes: 0 done; 1 it ran and something failed; 2 wrong usage (clap);
//! 78 the configuration is wrong (`EX_CONFIG` of sysexits.h).

mod archive;
mod args;
mod check;
mod config;
mod emit;
mod eval;
mod exchange;
mod feeds;
mod manual;
mod poll;
mod rules;
mod run;
mod search;
mod show;
mod site;
mod story;
mod subscribe;
mod table;
mod verdict;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use args::{Arguments, Story, Verb};
use verdict::{Complaint, Result, Verdict};

use crate::daemon;

/// Runs the program on the process's arguments.
pub fn main() -> ExitCode {
    if std::env::args_os().len() <= 1 {
        return match Arguments::command().print_help() {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        };
    }
    let arguments = Arguments::parse();
    let unsettled = match arguments.verb {
        Verb::Run => daemon::settle_allocator().err(),
        _ => None,
    };
    if let Err(fault) = crate::telemetry::log::start(arguments.log_level(), arguments.color()) {
        table::say(&format!("rawi: --log: {fault}"));
        return ExitCode::from(2);
    }
    if let Some(error) = unsettled {
        tracing::warn!(%error, "the allocator keeps its defaults: rawi will need more memory");
    }
    match dispatch(&arguments) {
        Ok(Verdict::Done) => ExitCode::SUCCESS,
        Ok(Verdict::Failed) => ExitCode::from(1),
        Ok(Verdict::BadConfiguration) => ExitCode::from(78),
        Err(Complaint(text)) => {
            table::say(&format!("rawi: {text}"));
            ExitCode::from(1)
        }
    }
}

fn dispatch(arguments: &Arguments) -> Result {
    match &arguments.verb {
        Verb::Check { file } => return Ok(check::check(arguments, file.as_deref())),
        Verb::Completions { shell } => return manual::completions(*shell),
        Verb::Man => return manual::page(),
        Verb::Rules { what } => return rules::rules(what),
        _ => {}
    }
    // The daemon serves while it polls. A verb does one thing, whose costly parts run on threads of
    // their own anyway; more threads would only wake each other up.
    let mut builder = if matches!(arguments.verb, Verb::Run) {
        tokio::runtime::Builder::new_multi_thread()
    } else {
        tokio::runtime::Builder::new_current_thread()
    };
    let runtime = builder
        .enable_all()
        // Parsers recurse, and strangers write what they parse.
        .thread_stack_size(8 << 20)
        // Enough that documents which do not come to an end leave some for the archive.
        .max_blocking_threads(64)
        .build()?;
    let verdict = runtime.block_on(verb(arguments));
    // A thread that still reads a hostile page does not keep the program alive.
    runtime.shutdown_background();
    verdict
}

async fn verb(arguments: &Arguments) -> Result {
    match &arguments.verb {
        Verb::Run => run::run(arguments).await,
        Verb::Poll { slugs, now } => poll::poll(arguments, slugs, *now).await,
        Verb::Add { url, slug, title } => {
            subscribe::add(arguments, url, slug.as_deref(), title.as_deref()).await
        }
        Verb::Remove { slug } => subscribe::remove(arguments, slug).await,
        Verb::Feeds {
            site: Some(host),
            reset: true,
            ..
        } => site::reset(arguments, host).await,
        Verb::Feeds {
            site: Some(host),
            json,
            ..
        } => site::show(arguments, host, *json).await,
        Verb::Feeds { json, .. } => feeds::feeds(arguments, *json).await,
        Verb::Search {
            query,
            limit,
            rank,
            json,
        } => search::search(arguments, &query.join(" "), *limit, *rank, *json).await,
        Verb::Show { id, json } => show::show(arguments, *id, *json).await,
        Verb::Explain { id, with, json } => story::explain(arguments, *id, *with, *json).await,
        Verb::Story { what } => match what {
            Story::Join { first, second } => story::join(arguments, *first, *second).await,
            Story::Split { id } => story::split(arguments, *id).await,
        },
        Verb::Sql { query, json, csv } => {
            archive::sql(arguments, query.as_deref(), *json, *csv).await
        }
        Verb::Emit {
            channel,
            format,
            output,
        } => emit::emit(arguments, channel.as_deref(), *format, output.as_deref()).await,
        Verb::Import { file } => exchange::import(arguments, file).await,
        Verb::Export { file } => exchange::export(arguments, file).await,
        Verb::Backup { file } => archive::backup(arguments, file).await,
        Verb::Eval { what } => eval::eval(what).await,
        Verb::Check { .. } | Verb::Rules { .. } | Verb::Completions { .. } | Verb::Man => {
            unreachable!("invariant: these need no runtime and were dispatched before")
        }
    }
}

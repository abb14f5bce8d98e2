//! `rawi emit`: a merged feed as a file, for those who serve it themselves.

use std::io::Write;
use std::path::Path;

use crate::cli::args::{Arguments, Format};
use crate::cli::config::archive;
use crate::cli::table;
use crate::cli::verdict::{Complaint, Result, Verdict};
use crate::clock::Clock;
use crate::config::{Channel, Config};
use crate::publish;
use crate::serve::{ChannelSpec, Publisher};

/// Writes a channel to stdout, or over `output` in one step.
pub(super) async fn emit(
    arguments: &Arguments,
    channel: Option<&str>,
    format: Format,
    output: Option<&Path>,
) -> Result {
    let (config, store) = archive!(arguments);
    let channel = channel_of(&config, channel.unwrap_or(publish::ALL))?;
    let format = match format {
        Format::Atom => publish::Format::Atom,
        Format::Rss => publish::Format::Rss,
        Format::Json => publish::Format::Json,
    };
    let query = channel.query(config.publish.entries);
    let merged = store.merged(query, Clock::system().now()).await?;
    let publisher = Publisher {
        archive_id: store.archive_id(),
        options: &config.publish,
        public_url: &config.serve.public_url,
    };
    let bytes = publisher.document(merged, &channel, format);
    match output {
        Some(path) => replace(path, &bytes).map(|()| Verdict::Done),
        None => table::out(|to| to.write_all(&bytes)),
    }
}

fn channel_of(config: &Config, slug: &str) -> Result<ChannelSpec> {
    if slug == publish::ALL {
        return Ok(ChannelSpec::all(&config.publish));
    }
    let channel = config.channels.iter().find(|channel| channel.slug == slug);
    channel.map(Channel::spec).ok_or_else(|| {
        let known = config.channels.iter().map(|channel| &*channel.slug);
        let known: Vec<&str> = [publish::ALL].into_iter().chain(known).collect();
        Complaint(format!(
            "no channel is called `{slug}`; there are: {}",
            known.join(", ")
        ))
    })
}

/// Puts `bytes` in the place of `path` in one step, with the permissions that it had.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let mut file = tempfile::Builder::new()
        .prefix(".rawi-")
        .tempfile_in(folder.unwrap_or(Path::new(".")))
        .map_err(|error| Complaint(format!("cannot write beside {}: {error}", path.display())))?;
    file.write_all(bytes)?;
    let permissions = match std::fs::metadata(path) {
        Ok(old) => old.permissions(),
        // A new file is as readable as others: a web server is to read it.
        Err(_) => std::os::unix::fs::PermissionsExt::from_mode(0o644),
    };
    file.as_file().set_permissions(permissions)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| {
        Complaint(format!(
            "cannot replace {}: {}",
            path.display(),
            error.error
        ))
    })?;
    Ok(())
}

# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_rawi_global_optspecs
    string join \n config= log= color= h/help V/version
end

function __fish_rawi_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_rawi_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_rawi_using_subcommand
    set -l cmd (__fish_rawi_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c rawi -n "__fish_rawi_needs_command" -l config -d 'The configuration [default: feeds.toml here, then /etc/rawi/feeds.toml]' -r -F
complete -c rawi -n "__fish_rawi_needs_command" -l log -d 'How much is logged: error, warn, info, debug, trace, or a filter such as rawi=debug,hyper=info [default: info for run, warn for the others]' -r
complete -c rawi -n "__fish_rawi_needs_command" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rawi -n "__fish_rawi_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rawi -n "__fish_rawi_needs_command" -s V -l version -d 'Print version'
complete -c rawi -n "__fish_rawi_needs_command" -f -a "run" -d 'Run the daemon: schedule, poll, extract, de-duplicate, store, serve'
complete -c rawi -n "__fish_rawi_needs_command" -f -a "poll" -d 'Poll once what is due, and return when entries and their pages are committed'
complete -c rawi -n "__fish_rawi_needs_command" -f -a "check" -d 'Read the configuration and report every fault with its line; polls nothing'
complete -c rawi -n "__fish_rawi_needs_command" -f -a "add" -d 'Find the feed behind an address and write it into the configuration'
complete -c rawi -n "__fish_rawi_needs_command" -f -a "remove" -d 'Take a feed out of the configuration; its articles stay in the archive'
complete -c rawi -n "__fish_rawi_needs_command" -f -a "feeds" -d 'List the feeds: state, last and next poll and why then, new entries, last error'
complete -c rawi -n "__fish_rawi_needs_command" -f -a "search" -d 'Search the archive, in any spelling; newest first'
complete -c rawi -n "__fish_rawi_needs_command" -f -a "show" -d 'Show an article: its text, where it is from, how it was extracted, its story, its versions'
complete -c rawi -n "__fish_rawi_needs_command" -f -a "explain" -d 'Tell why an article is in or out of the merged feeds, and why it was joined to its story'
complete -c rawi -n "__fish_rawi_needs_command" -f -a "story" -d 'Correct which articles are one story, for good'
complete -c rawi -n "__fish_rawi_needs_command" -f -a "sql" -d 'Run a read-only SQL query on the archive'
complete -c rawi -n "__fish_rawi_needs_command" -f -a "emit" -d 'Write a merged feed without a server'
complete -c rawi -n "__fish_rawi_needs_command" -f -a "import" -d 'Take in subscriptions (.opml) or articles (.jsonl)'
complete -c rawi -n "__fish_rawi_needs_command" -f -a "export" -d 'Write out subscriptions (.opml) or articles (.jsonl)'
complete -c rawi -n "__fish_rawi_needs_command" -f -a "backup" -d 'Write a consistent copy of the archive, also while the daemon runs'
complete -c rawi -n "__fish_rawi_needs_command" -f -a "eval" -d 'Measure quality on labelled data, by the very code that the daemon runs'
complete -c rawi -n "__fish_rawi_needs_command" -f -a "rules" -d 'Test rule packs, or make one of the site configurations of Full-Text RSS'
complete -c rawi -n "__fish_rawi_needs_command" -f -a "completions" -d 'Print a completion script for a shell'
complete -c rawi -n "__fish_rawi_needs_command" -f -a "man" -d 'Print the manual page'
complete -c rawi -n "__fish_rawi_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rawi -n "__fish_rawi_using_subcommand run" -l config -d 'The configuration [default: feeds.toml here, then /etc/rawi/feeds.toml]' -r -F
complete -c rawi -n "__fish_rawi_using_subcommand run" -l log -d 'How much is logged: error, warn, info, debug, trace, or a filter such as rawi=debug,hyper=info [default: info for run, warn for the others]' -r
complete -c rawi -n "__fish_rawi_using_subcommand run" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rawi -n "__fish_rawi_using_subcommand run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rawi -n "__fish_rawi_using_subcommand poll" -l config -d 'The configuration [default: feeds.toml here, then /etc/rawi/feeds.toml]' -r -F
complete -c rawi -n "__fish_rawi_using_subcommand poll" -l log -d 'How much is logged: error, warn, info, debug, trace, or a filter such as rawi=debug,hyper=info [default: info for run, warn for the others]' -r
complete -c rawi -n "__fish_rawi_using_subcommand poll" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rawi -n "__fish_rawi_using_subcommand poll" -l now -d 'All feeds, whatever the schedule says; a server\'s Retry-After is kept all the same'
complete -c rawi -n "__fish_rawi_using_subcommand poll" -s h -l help -d 'Print help'
complete -c rawi -n "__fish_rawi_using_subcommand check" -l config -d 'The configuration [default: feeds.toml here, then /etc/rawi/feeds.toml]' -r -F
complete -c rawi -n "__fish_rawi_using_subcommand check" -l log -d 'How much is logged: error, warn, info, debug, trace, or a filter such as rawi=debug,hyper=info [default: info for run, warn for the others]' -r
complete -c rawi -n "__fish_rawi_using_subcommand check" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rawi -n "__fish_rawi_using_subcommand check" -s h -l help -d 'Print help'
complete -c rawi -n "__fish_rawi_using_subcommand add" -l slug -d 'Its name in the archive and in commands [default: made from its address]' -r
complete -c rawi -n "__fish_rawi_using_subcommand add" -l title -d 'Name of the outlet [default: the feed\'s own]' -r
complete -c rawi -n "__fish_rawi_using_subcommand add" -l config -d 'The configuration [default: feeds.toml here, then /etc/rawi/feeds.toml]' -r -F
complete -c rawi -n "__fish_rawi_using_subcommand add" -l log -d 'How much is logged: error, warn, info, debug, trace, or a filter such as rawi=debug,hyper=info [default: info for run, warn for the others]' -r
complete -c rawi -n "__fish_rawi_using_subcommand add" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rawi -n "__fish_rawi_using_subcommand add" -s h -l help -d 'Print help'
complete -c rawi -n "__fish_rawi_using_subcommand remove" -l config -d 'The configuration [default: feeds.toml here, then /etc/rawi/feeds.toml]' -r -F
complete -c rawi -n "__fish_rawi_using_subcommand remove" -l log -d 'How much is logged: error, warn, info, debug, trace, or a filter such as rawi=debug,hyper=info [default: info for run, warn for the others]' -r
complete -c rawi -n "__fish_rawi_using_subcommand remove" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rawi -n "__fish_rawi_using_subcommand remove" -s h -l help -d 'Print help'
complete -c rawi -n "__fish_rawi_using_subcommand feeds" -l site -d 'What was learned of the pages of a host, instead' -r
complete -c rawi -n "__fish_rawi_using_subcommand feeds" -l config -d 'The configuration [default: feeds.toml here, then /etc/rawi/feeds.toml]' -r -F
complete -c rawi -n "__fish_rawi_using_subcommand feeds" -l log -d 'How much is logged: error, warn, info, debug, trace, or a filter such as rawi=debug,hyper=info [default: info for run, warn for the others]' -r
complete -c rawi -n "__fish_rawi_using_subcommand feeds" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rawi -n "__fish_rawi_using_subcommand feeds" -l reset -d 'Forget it'
complete -c rawi -n "__fish_rawi_using_subcommand feeds" -l json -d 'One JSON object a line'
complete -c rawi -n "__fish_rawi_using_subcommand feeds" -s h -l help -d 'Print help'
complete -c rawi -n "__fish_rawi_using_subcommand search" -l limit -d 'The most articles' -r
complete -c rawi -n "__fish_rawi_using_subcommand search" -l config -d 'The configuration [default: feeds.toml here, then /etc/rawi/feeds.toml]' -r -F
complete -c rawi -n "__fish_rawi_using_subcommand search" -l log -d 'How much is logged: error, warn, info, debug, trace, or a filter such as rawi=debug,hyper=info [default: info for run, warn for the others]' -r
complete -c rawi -n "__fish_rawi_using_subcommand search" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rawi -n "__fish_rawi_using_subcommand search" -l rank -d 'Best first instead of newest first, also what lacks some of the words'
complete -c rawi -n "__fish_rawi_using_subcommand search" -l json -d 'One JSON object a line'
complete -c rawi -n "__fish_rawi_using_subcommand search" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rawi -n "__fish_rawi_using_subcommand show" -l config -d 'The configuration [default: feeds.toml here, then /etc/rawi/feeds.toml]' -r -F
complete -c rawi -n "__fish_rawi_using_subcommand show" -l log -d 'How much is logged: error, warn, info, debug, trace, or a filter such as rawi=debug,hyper=info [default: info for run, warn for the others]' -r
complete -c rawi -n "__fish_rawi_using_subcommand show" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rawi -n "__fish_rawi_using_subcommand show" -l json -d 'One JSON object'
complete -c rawi -n "__fish_rawi_using_subcommand show" -s h -l help -d 'Print help'
complete -c rawi -n "__fish_rawi_using_subcommand explain" -l with -d 'Compare it with this article, too' -r
complete -c rawi -n "__fish_rawi_using_subcommand explain" -l config -d 'The configuration [default: feeds.toml here, then /etc/rawi/feeds.toml]' -r -F
complete -c rawi -n "__fish_rawi_using_subcommand explain" -l log -d 'How much is logged: error, warn, info, debug, trace, or a filter such as rawi=debug,hyper=info [default: info for run, warn for the others]' -r
complete -c rawi -n "__fish_rawi_using_subcommand explain" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rawi -n "__fish_rawi_using_subcommand explain" -l json -d 'One JSON object'
complete -c rawi -n "__fish_rawi_using_subcommand explain" -s h -l help -d 'Print help'
complete -c rawi -n "__fish_rawi_using_subcommand story; and not __fish_seen_subcommand_from join split help" -l config -d 'The configuration [default: feeds.toml here, then /etc/rawi/feeds.toml]' -r -F
complete -c rawi -n "__fish_rawi_using_subcommand story; and not __fish_seen_subcommand_from join split help" -l log -d 'How much is logged: error, warn, info, debug, trace, or a filter such as rawi=debug,hyper=info [default: info for run, warn for the others]' -r
complete -c rawi -n "__fish_rawi_using_subcommand story; and not __fish_seen_subcommand_from join split help" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rawi -n "__fish_rawi_using_subcommand story; and not __fish_seen_subcommand_from join split help" -s h -l help -d 'Print help'
complete -c rawi -n "__fish_rawi_using_subcommand story; and not __fish_seen_subcommand_from join split help" -f -a "join" -d 'Make the stories of two articles one: that of the second joins that of the first'
complete -c rawi -n "__fish_rawi_using_subcommand story; and not __fish_seen_subcommand_from join split help" -f -a "split" -d 'Take an article out of its story; it is one of its own from then on'
complete -c rawi -n "__fish_rawi_using_subcommand story; and not __fish_seen_subcommand_from join split help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rawi -n "__fish_rawi_using_subcommand story; and __fish_seen_subcommand_from join" -l config -d 'The configuration [default: feeds.toml here, then /etc/rawi/feeds.toml]' -r -F
complete -c rawi -n "__fish_rawi_using_subcommand story; and __fish_seen_subcommand_from join" -l log -d 'How much is logged: error, warn, info, debug, trace, or a filter such as rawi=debug,hyper=info [default: info for run, warn for the others]' -r
complete -c rawi -n "__fish_rawi_using_subcommand story; and __fish_seen_subcommand_from join" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rawi -n "__fish_rawi_using_subcommand story; and __fish_seen_subcommand_from join" -s h -l help -d 'Print help'
complete -c rawi -n "__fish_rawi_using_subcommand story; and __fish_seen_subcommand_from split" -l config -d 'The configuration [default: feeds.toml here, then /etc/rawi/feeds.toml]' -r -F
complete -c rawi -n "__fish_rawi_using_subcommand story; and __fish_seen_subcommand_from split" -l log -d 'How much is logged: error, warn, info, debug, trace, or a filter such as rawi=debug,hyper=info [default: info for run, warn for the others]' -r
complete -c rawi -n "__fish_rawi_using_subcommand story; and __fish_seen_subcommand_from split" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rawi -n "__fish_rawi_using_subcommand story; and __fish_seen_subcommand_from split" -s h -l help -d 'Print help'
complete -c rawi -n "__fish_rawi_using_subcommand story; and __fish_seen_subcommand_from help" -f -a "join" -d 'Make the stories of two articles one: that of the second joins that of the first'
complete -c rawi -n "__fish_rawi_using_subcommand story; and __fish_seen_subcommand_from help" -f -a "split" -d 'Take an article out of its story; it is one of its own from then on'
complete -c rawi -n "__fish_rawi_using_subcommand story; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rawi -n "__fish_rawi_using_subcommand sql" -l config -d 'The configuration [default: feeds.toml here, then /etc/rawi/feeds.toml]' -r -F
complete -c rawi -n "__fish_rawi_using_subcommand sql" -l log -d 'How much is logged: error, warn, info, debug, trace, or a filter such as rawi=debug,hyper=info [default: info for run, warn for the others]' -r
complete -c rawi -n "__fish_rawi_using_subcommand sql" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rawi -n "__fish_rawi_using_subcommand sql" -l json -d 'One JSON object a row'
complete -c rawi -n "__fish_rawi_using_subcommand sql" -l csv -d 'Comma-separated values; cells that a spreadsheet would run get a \' in front'
complete -c rawi -n "__fish_rawi_using_subcommand sql" -s h -l help -d 'Print help'
complete -c rawi -n "__fish_rawi_using_subcommand emit" -l format -d 'The format' -r -f -a "atom\t''
rss\t''
json\t''"
complete -c rawi -n "__fish_rawi_using_subcommand emit" -l output -d 'Replace this file, atomically, instead of writing to stdout' -r -F
complete -c rawi -n "__fish_rawi_using_subcommand emit" -l config -d 'The configuration [default: feeds.toml here, then /etc/rawi/feeds.toml]' -r -F
complete -c rawi -n "__fish_rawi_using_subcommand emit" -l log -d 'How much is logged: error, warn, info, debug, trace, or a filter such as rawi=debug,hyper=info [default: info for run, warn for the others]' -r
complete -c rawi -n "__fish_rawi_using_subcommand emit" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rawi -n "__fish_rawi_using_subcommand emit" -s h -l help -d 'Print help'
complete -c rawi -n "__fish_rawi_using_subcommand import" -l config -d 'The configuration [default: feeds.toml here, then /etc/rawi/feeds.toml]' -r -F
complete -c rawi -n "__fish_rawi_using_subcommand import" -l log -d 'How much is logged: error, warn, info, debug, trace, or a filter such as rawi=debug,hyper=info [default: info for run, warn for the others]' -r
complete -c rawi -n "__fish_rawi_using_subcommand import" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rawi -n "__fish_rawi_using_subcommand import" -s h -l help -d 'Print help'
complete -c rawi -n "__fish_rawi_using_subcommand export" -l config -d 'The configuration [default: feeds.toml here, then /etc/rawi/feeds.toml]' -r -F
complete -c rawi -n "__fish_rawi_using_subcommand export" -l log -d 'How much is logged: error, warn, info, debug, trace, or a filter such as rawi=debug,hyper=info [default: info for run, warn for the others]' -r
complete -c rawi -n "__fish_rawi_using_subcommand export" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rawi -n "__fish_rawi_using_subcommand export" -s h -l help -d 'Print help'
complete -c rawi -n "__fish_rawi_using_subcommand backup" -l config -d 'The configuration [default: feeds.toml here, then /etc/rawi/feeds.toml]' -r -F
complete -c rawi -n "__fish_rawi_using_subcommand backup" -l log -d 'How much is logged: error, warn, info, debug, trace, or a filter such as rawi=debug,hyper=info [default: info for run, warn for the others]' -r
complete -c rawi -n "__fish_rawi_using_subcommand backup" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rawi -n "__fish_rawi_using_subcommand backup" -s h -l help -d 'Print help'
complete -c rawi -n "__fish_rawi_using_subcommand eval; and not __fish_seen_subcommand_from parse extract dedupe search date url help" -l config -d 'The configuration [default: feeds.toml here, then /etc/rawi/feeds.toml]' -r -F
complete -c rawi -n "__fish_rawi_using_subcommand eval; and not __fish_seen_subcommand_from parse extract dedupe search date url help" -l log -d 'How much is logged: error, warn, info, debug, trace, or a filter such as rawi=debug,hyper=info [default: info for run, warn for the others]' -r
complete -c rawi -n "__fish_rawi_using_subcommand eval; and not __fish_seen_subcommand_from parse extract dedupe search date url help" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rawi -n "__fish_rawi_using_subcommand eval; and not __fish_seen_subcommand_from parse extract dedupe search date url help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rawi -n "__fish_rawi_using_subcommand eval; and not __fish_seen_subcommand_from parse extract dedupe search date url help" -f -a "parse" -d 'Feed documents to their fields'
complete -c rawi -n "__fish_rawi_using_subcommand eval; and not __fish_seen_subcommand_from parse extract dedupe search date url help" -f -a "extract" -d 'Pages to their articles'
complete -c rawi -n "__fish_rawi_using_subcommand eval; and not __fish_seen_subcommand_from parse extract dedupe search date url help" -f -a "dedupe" -d 'Articles to the stories that they become'
complete -c rawi -n "__fish_rawi_using_subcommand eval; and not __fish_seen_subcommand_from parse extract dedupe search date url help" -f -a "search" -d 'Queries to the articles that they find, best first'
complete -c rawi -n "__fish_rawi_using_subcommand eval; and not __fish_seen_subcommand_from parse extract dedupe search date url help" -f -a "date" -d 'Dates as feeds write them to RFC 3339 in UTC; an empty line: no date'
complete -c rawi -n "__fish_rawi_using_subcommand eval; and not __fish_seen_subcommand_from parse extract dedupe search date url help" -f -a "url" -d 'Addresses to the form by which articles are recognised'
complete -c rawi -n "__fish_rawi_using_subcommand eval; and not __fish_seen_subcommand_from parse extract dedupe search date url help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rawi -n "__fish_rawi_using_subcommand eval; and __fish_seen_subcommand_from parse" -l config -d 'The configuration [default: feeds.toml here, then /etc/rawi/feeds.toml]' -r -F
complete -c rawi -n "__fish_rawi_using_subcommand eval; and __fish_seen_subcommand_from parse" -l log -d 'How much is logged: error, warn, info, debug, trace, or a filter such as rawi=debug,hyper=info [default: info for run, warn for the others]' -r
complete -c rawi -n "__fish_rawi_using_subcommand eval; and __fish_seen_subcommand_from parse" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rawi -n "__fish_rawi_using_subcommand eval; and __fish_seen_subcommand_from parse" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rawi -n "__fish_rawi_using_subcommand eval; and __fish_seen_subcommand_from extract" -l config -d 'The configuration [default: feeds.toml here, then /etc/rawi/feeds.toml]' -r -F
complete -c rawi -n "__fish_rawi_using_subcommand eval; and __fish_seen_subcommand_from extract" -l log -d 'How much is logged: error, warn, info, debug, trace, or a filter such as rawi=debug,hyper=info [default: info for run, warn for the others]' -r
complete -c rawi -n "__fish_rawi_using_subcommand eval; and __fish_seen_subcommand_from extract" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rawi -n "__fish_rawi_using_subcommand eval; and __fish_seen_subcommand_from extract" -l by-host -d 'Read all pages first, and each with what those of its host have taught'
complete -c rawi -n "__fish_rawi_using_subcommand eval; and __fish_seen_subcommand_from extract" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rawi -n "__fish_rawi_using_subcommand eval; and __fish_seen_subcommand_from dedupe" -l config -d 'The configuration [default: feeds.toml here, then /etc/rawi/feeds.toml]' -r -F
complete -c rawi -n "__fish_rawi_using_subcommand eval; and __fish_seen_subcommand_from dedupe" -l log -d 'How much is logged: error, warn, info, debug, trace, or a filter such as rawi=debug,hyper=info [default: info for run, warn for the others]' -r
complete -c rawi -n "__fish_rawi_using_subcommand eval; and __fish_seen_subcommand_from dedupe" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rawi -n "__fish_rawi_using_subcommand eval; and __fish_seen_subcommand_from dedupe" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rawi -n "__fish_rawi_using_subcommand eval; and __fish_seen_subcommand_from search" -l config -d 'The configuration [default: feeds.toml here, then /etc/rawi/feeds.toml]' -r -F
complete -c rawi -n "__fish_rawi_using_subcommand eval; and __fish_seen_subcommand_from search" -l log -d 'How much is logged: error, warn, info, debug, trace, or a filter such as rawi=debug,hyper=info [default: info for run, warn for the others]' -r
complete -c rawi -n "__fish_rawi_using_subcommand eval; and __fish_seen_subcommand_from search" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rawi -n "__fish_rawi_using_subcommand eval; and __fish_seen_subcommand_from search" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rawi -n "__fish_rawi_using_subcommand eval; and __fish_seen_subcommand_from date" -l zone -d 'The zone of dates that name none, such as Asia/Amman [default: UTC]' -r
complete -c rawi -n "__fish_rawi_using_subcommand eval; and __fish_seen_subcommand_from date" -l now -d 'The moment that texts such as "5 minutes ago" count from; without it they are no dates' -r
complete -c rawi -n "__fish_rawi_using_subcommand eval; and __fish_seen_subcommand_from date" -l config -d 'The configuration [default: feeds.toml here, then /etc/rawi/feeds.toml]' -r -F
complete -c rawi -n "__fish_rawi_using_subcommand eval; and __fish_seen_subcommand_from date" -l log -d 'How much is logged: error, warn, info, debug, trace, or a filter such as rawi=debug,hyper=info [default: info for run, warn for the others]' -r
complete -c rawi -n "__fish_rawi_using_subcommand eval; and __fish_seen_subcommand_from date" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rawi -n "__fish_rawi_using_subcommand eval; and __fish_seen_subcommand_from date" -s h -l help -d 'Print help'
complete -c rawi -n "__fish_rawi_using_subcommand eval; and __fish_seen_subcommand_from url" -l config -d 'The configuration [default: feeds.toml here, then /etc/rawi/feeds.toml]' -r -F
complete -c rawi -n "__fish_rawi_using_subcommand eval; and __fish_seen_subcommand_from url" -l log -d 'How much is logged: error, warn, info, debug, trace, or a filter such as rawi=debug,hyper=info [default: info for run, warn for the others]' -r
complete -c rawi -n "__fish_rawi_using_subcommand eval; and __fish_seen_subcommand_from url" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rawi -n "__fish_rawi_using_subcommand eval; and __fish_seen_subcommand_from url" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rawi -n "__fish_rawi_using_subcommand eval; and __fish_seen_subcommand_from help" -f -a "parse" -d 'Feed documents to their fields'
complete -c rawi -n "__fish_rawi_using_subcommand eval; and __fish_seen_subcommand_from help" -f -a "extract" -d 'Pages to their articles'
complete -c rawi -n "__fish_rawi_using_subcommand eval; and __fish_seen_subcommand_from help" -f -a "dedupe" -d 'Articles to the stories that they become'
complete -c rawi -n "__fish_rawi_using_subcommand eval; and __fish_seen_subcommand_from help" -f -a "search" -d 'Queries to the articles that they find, best first'
complete -c rawi -n "__fish_rawi_using_subcommand eval; and __fish_seen_subcommand_from help" -f -a "date" -d 'Dates as feeds write them to RFC 3339 in UTC; an empty line: no date'
complete -c rawi -n "__fish_rawi_using_subcommand eval; and __fish_seen_subcommand_from help" -f -a "url" -d 'Addresses to the form by which articles are recognised'
complete -c rawi -n "__fish_rawi_using_subcommand eval; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rawi -n "__fish_rawi_using_subcommand rules; and not __fish_seen_subcommand_from check convert help" -l config -d 'The configuration [default: feeds.toml here, then /etc/rawi/feeds.toml]' -r -F
complete -c rawi -n "__fish_rawi_using_subcommand rules; and not __fish_seen_subcommand_from check convert help" -l log -d 'How much is logged: error, warn, info, debug, trace, or a filter such as rawi=debug,hyper=info [default: info for run, warn for the others]' -r
complete -c rawi -n "__fish_rawi_using_subcommand rules; and not __fish_seen_subcommand_from check convert help" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rawi -n "__fish_rawi_using_subcommand rules; and not __fish_seen_subcommand_from check convert help" -s h -l help -d 'Print help'
complete -c rawi -n "__fish_rawi_using_subcommand rules; and not __fish_seen_subcommand_from check convert help" -f -a "check" -d 'Read rule packs, report every fault with its line, and run their tests'
complete -c rawi -n "__fish_rawi_using_subcommand rules; and not __fish_seen_subcommand_from check convert help" -f -a "convert" -d 'Write the rules of ftr-site-config files as one pack to stdout'
complete -c rawi -n "__fish_rawi_using_subcommand rules; and not __fish_seen_subcommand_from check convert help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rawi -n "__fish_rawi_using_subcommand rules; and __fish_seen_subcommand_from check" -l config -d 'The configuration [default: feeds.toml here, then /etc/rawi/feeds.toml]' -r -F
complete -c rawi -n "__fish_rawi_using_subcommand rules; and __fish_seen_subcommand_from check" -l log -d 'How much is logged: error, warn, info, debug, trace, or a filter such as rawi=debug,hyper=info [default: info for run, warn for the others]' -r
complete -c rawi -n "__fish_rawi_using_subcommand rules; and __fish_seen_subcommand_from check" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rawi -n "__fish_rawi_using_subcommand rules; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help'
complete -c rawi -n "__fish_rawi_using_subcommand rules; and __fish_seen_subcommand_from convert" -l config -d 'The configuration [default: feeds.toml here, then /etc/rawi/feeds.toml]' -r -F
complete -c rawi -n "__fish_rawi_using_subcommand rules; and __fish_seen_subcommand_from convert" -l log -d 'How much is logged: error, warn, info, debug, trace, or a filter such as rawi=debug,hyper=info [default: info for run, warn for the others]' -r
complete -c rawi -n "__fish_rawi_using_subcommand rules; and __fish_seen_subcommand_from convert" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rawi -n "__fish_rawi_using_subcommand rules; and __fish_seen_subcommand_from convert" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rawi -n "__fish_rawi_using_subcommand rules; and __fish_seen_subcommand_from help" -f -a "check" -d 'Read rule packs, report every fault with its line, and run their tests'
complete -c rawi -n "__fish_rawi_using_subcommand rules; and __fish_seen_subcommand_from help" -f -a "convert" -d 'Write the rules of ftr-site-config files as one pack to stdout'
complete -c rawi -n "__fish_rawi_using_subcommand rules; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rawi -n "__fish_rawi_using_subcommand completions" -l config -d 'The configuration [default: feeds.toml here, then /etc/rawi/feeds.toml]' -r -F
complete -c rawi -n "__fish_rawi_using_subcommand completions" -l log -d 'How much is logged: error, warn, info, debug, trace, or a filter such as rawi=debug,hyper=info [default: info for run, warn for the others]' -r
complete -c rawi -n "__fish_rawi_using_subcommand completions" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rawi -n "__fish_rawi_using_subcommand completions" -s h -l help -d 'Print help'
complete -c rawi -n "__fish_rawi_using_subcommand man" -l config -d 'The configuration [default: feeds.toml here, then /etc/rawi/feeds.toml]' -r -F
complete -c rawi -n "__fish_rawi_using_subcommand man" -l log -d 'How much is logged: error, warn, info, debug, trace, or a filter such as rawi=debug,hyper=info [default: info for run, warn for the others]' -r
complete -c rawi -n "__fish_rawi_using_subcommand man" -l color -d 'When to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rawi -n "__fish_rawi_using_subcommand man" -s h -l help -d 'Print help'
complete -c rawi -n "__fish_rawi_using_subcommand help; and not __fish_seen_subcommand_from run poll check add remove feeds search show explain story sql emit import export backup eval rules completions man help" -f -a "run" -d 'Run the daemon: schedule, poll, extract, de-duplicate, store, serve'
complete -c rawi -n "__fish_rawi_using_subcommand help; and not __fish_seen_subcommand_from run poll check add remove feeds search show explain story sql emit import export backup eval rules completions man help" -f -a "poll" -d 'Poll once what is due, and return when entries and their pages are committed'
complete -c rawi -n "__fish_rawi_using_subcommand help; and not __fish_seen_subcommand_from run poll check add remove feeds search show explain story sql emit import export backup eval rules completions man help" -f -a "check" -d 'Read the configuration and report every fault with its line; polls nothing'
complete -c rawi -n "__fish_rawi_using_subcommand help; and not __fish_seen_subcommand_from run poll check add remove feeds search show explain story sql emit import export backup eval rules completions man help" -f -a "add" -d 'Find the feed behind an address and write it into the configuration'
complete -c rawi -n "__fish_rawi_using_subcommand help; and not __fish_seen_subcommand_from run poll check add remove feeds search show explain story sql emit import export backup eval rules completions man help" -f -a "remove" -d 'Take a feed out of the configuration; its articles stay in the archive'
complete -c rawi -n "__fish_rawi_using_subcommand help; and not __fish_seen_subcommand_from run poll check add remove feeds search show explain story sql emit import export backup eval rules completions man help" -f -a "feeds" -d 'List the feeds: state, last and next poll and why then, new entries, last error'
complete -c rawi -n "__fish_rawi_using_subcommand help; and not __fish_seen_subcommand_from run poll check add remove feeds search show explain story sql emit import export backup eval rules completions man help" -f -a "search" -d 'Search the archive, in any spelling; newest first'
complete -c rawi -n "__fish_rawi_using_subcommand help; and not __fish_seen_subcommand_from run poll check add remove feeds search show explain story sql emit import export backup eval rules completions man help" -f -a "show" -d 'Show an article: its text, where it is from, how it was extracted, its story, its versions'
complete -c rawi -n "__fish_rawi_using_subcommand help; and not __fish_seen_subcommand_from run poll check add remove feeds search show explain story sql emit import export backup eval rules completions man help" -f -a "explain" -d 'Tell why an article is in or out of the merged feeds, and why it was joined to its story'
complete -c rawi -n "__fish_rawi_using_subcommand help; and not __fish_seen_subcommand_from run poll check add remove feeds search show explain story sql emit import export backup eval rules completions man help" -f -a "story" -d 'Correct which articles are one story, for good'
complete -c rawi -n "__fish_rawi_using_subcommand help; and not __fish_seen_subcommand_from run poll check add remove feeds search show explain story sql emit import export backup eval rules completions man help" -f -a "sql" -d 'Run a read-only SQL query on the archive'
complete -c rawi -n "__fish_rawi_using_subcommand help; and not __fish_seen_subcommand_from run poll check add remove feeds search show explain story sql emit import export backup eval rules completions man help" -f -a "emit" -d 'Write a merged feed without a server'
complete -c rawi -n "__fish_rawi_using_subcommand help; and not __fish_seen_subcommand_from run poll check add remove feeds search show explain story sql emit import export backup eval rules completions man help" -f -a "import" -d 'Take in subscriptions (.opml) or articles (.jsonl)'
complete -c rawi -n "__fish_rawi_using_subcommand help; and not __fish_seen_subcommand_from run poll check add remove feeds search show explain story sql emit import export backup eval rules completions man help" -f -a "export" -d 'Write out subscriptions (.opml) or articles (.jsonl)'
complete -c rawi -n "__fish_rawi_using_subcommand help; and not __fish_seen_subcommand_from run poll check add remove feeds search show explain story sql emit import export backup eval rules completions man help" -f -a "backup" -d 'Write a consistent copy of the archive, also while the daemon runs'
complete -c rawi -n "__fish_rawi_using_subcommand help; and not __fish_seen_subcommand_from run poll check add remove feeds search show explain story sql emit import export backup eval rules completions man help" -f -a "eval" -d 'Measure quality on labelled data, by the very code that the daemon runs'
complete -c rawi -n "__fish_rawi_using_subcommand help; and not __fish_seen_subcommand_from run poll check add remove feeds search show explain story sql emit import export backup eval rules completions man help" -f -a "rules" -d 'Test rule packs, or make one of the site configurations of Full-Text RSS'
complete -c rawi -n "__fish_rawi_using_subcommand help; and not __fish_seen_subcommand_from run poll check add remove feeds search show explain story sql emit import export backup eval rules completions man help" -f -a "completions" -d 'Print a completion script for a shell'
complete -c rawi -n "__fish_rawi_using_subcommand help; and not __fish_seen_subcommand_from run poll check add remove feeds search show explain story sql emit import export backup eval rules completions man help" -f -a "man" -d 'Print the manual page'
complete -c rawi -n "__fish_rawi_using_subcommand help; and not __fish_seen_subcommand_from run poll check add remove feeds search show explain story sql emit import export backup eval rules completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rawi -n "__fish_rawi_using_subcommand help; and __fish_seen_subcommand_from story" -f -a "join" -d 'Make the stories of two articles one: that of the second joins that of the first'
complete -c rawi -n "__fish_rawi_using_subcommand help; and __fish_seen_subcommand_from story" -f -a "split" -d 'Take an article out of its story; it is one of its own from then on'
complete -c rawi -n "__fish_rawi_using_subcommand help; and __fish_seen_subcommand_from eval" -f -a "parse" -d 'Feed documents to their fields'
complete -c rawi -n "__fish_rawi_using_subcommand help; and __fish_seen_subcommand_from eval" -f -a "extract" -d 'Pages to their articles'
complete -c rawi -n "__fish_rawi_using_subcommand help; and __fish_seen_subcommand_from eval" -f -a "dedupe" -d 'Articles to the stories that they become'
complete -c rawi -n "__fish_rawi_using_subcommand help; and __fish_seen_subcommand_from eval" -f -a "search" -d 'Queries to the articles that they find, best first'
complete -c rawi -n "__fish_rawi_using_subcommand help; and __fish_seen_subcommand_from eval" -f -a "date" -d 'Dates as feeds write them to RFC 3339 in UTC; an empty line: no date'
complete -c rawi -n "__fish_rawi_using_subcommand help; and __fish_seen_subcommand_from eval" -f -a "url" -d 'Addresses to the form by which articles are recognised'
complete -c rawi -n "__fish_rawi_using_subcommand help; and __fish_seen_subcommand_from rules" -f -a "check" -d 'Read rule packs, report every fault with its line, and run their tests'
complete -c rawi -n "__fish_rawi_using_subcommand help; and __fish_seen_subcommand_from rules" -f -a "convert" -d 'Write the rules of ftr-site-config files as one pack to stdout'

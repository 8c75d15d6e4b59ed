"""OpenDKIM does not start, since opendkim.conf holds what it does not know.

## What it checks
Every option of `opendkim.conf`, and of the files it includes, is one of OpenDKIM 2.11 (the case of its letters
does not matter), has a value, and one of its kind: a Boolean, an integer. Included files are there.

## Why it matters
OpenDKIM ends with status 78 at the first such line. Postfix then sends mail unsigned, or refuses all mail for
a time, whichever `milter_default_action` says.

## Example
    # /etc/opendkim.conf
    Canonicalisation relaxed/simple

## How to fix
Correct the name or remove the line. `opendkim -n -x /etc/opendkim.conf` reads the file without starting.

## References
opendkim.conf(5)
"""

from collections.abc import Iterator
from difflib import get_close_matches

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.opendkim_in_use import daemon_of, with_opendkim
from mailcheck.grammar.config_lines import FileProblem
from mailcheck.grammar.opendkim_options import KNOWN_OPTIONS
from mailcheck.lint.kinds import host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed


def check(facts: HostFacts, _: Context) -> Iterator[Problem | Skip]:
    daemon = daemon_of(facts)
    if daemon.why:
        yield Skip(daemon.why)
    written = {option.name_at: option.name for option in daemon.options}
    for found in daemon.problems:
        if found.kind != "duplicate-option":
            name = written.get(found.at, "")
            yield Problem(f"{found.message}, so it does not start", found.at, _help(found, name), token=name)


def _help(found: FileProblem, name: str) -> str:
    near = get_close_matches(name.lower(), KNOWN_OPTIONS, 1) if found.kind == "unknown-option" else []
    if near:
        return f"write `{KNOWN_OPTIONS[near[0]].name}`, or remove the line"
    return "correct the line or remove it; `opendkim -n -x /etc/opendkim.conf` tells whether it will start"


_CONF = "/etc/opendkim.conf"
_OLD = "SyslogSuccess           yes"

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "opendkim.conf(5)",
    over=with_opendkim,
    good=(
        changed(),
        changed((_CONF, _OLD, "SYSLOGSUCCESS TRUE # in capitals")),
        changed(
            (_CONF, _OLD, "Include /etc/opendkim/more.conf"), files={"/etc/opendkim/more.conf": "LogWhy yes\n"}
        ),
    ),
    bad=(
        changed((_CONF, _OLD, "SyslogSucces yes"), caret="SyslogSucces"),
        changed((_CONF, _OLD, "SyslogSuccess"), caret="SyslogSuccess"),
        changed((_CONF, _OLD, "SyslogSuccess maybe"), caret="maybe"),
        changed((_CONF, _OLD, "Include /etc/opendkim/more.conf"), caret="/etc/opendkim/more.conf"),
        changed((_CONF, "KeyTable    ", "KeyTabel"), caret="KeyTabel"),
    ),
)

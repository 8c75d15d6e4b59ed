"""OpenDKIM does not start, since Domain, Selector and KeyFile are not all set.

## What it checks
Without tables, `Selector` and `KeyFile` are set together, and both where `Domain` is.

## Why it matters
OpenDKIM ends with status 78. Postfix then sends mail unsigned, or refuses all mail for a time, whichever
`milter_default_action` says.

## Example
    # /etc/opendkim.conf
    Domain   example.com
    KeyFile  /etc/dkimkeys/s202611.private

## How to fix
Set all three of them, or move to `KeyTable` and `SigningTable`, which serve more than one domain.

## References
opendkim.conf(5) Mode, Domain, Selector, KeyFile
"""

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.opendkim_in_use import daemon_of, signing
from mailcheck.lint.kinds import host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    daemon = daemon_of(facts)
    tables = [daemon.option(name) for name in ("KeyTable", "SigningTable")]
    single = [daemon.option(name) for name in ("Domain", "Selector", "KeyFile")]
    if why := next((fact.why for fact in (*tables, *single) if fact.value is None), ""):
        yield Skip(why)
        return
    if any(fact.value for fact in tables) or any(one.kind == "unknown-option" for one in daemon.problems):
        return
    there = [fact for fact in single if fact.value]
    missing = [fact.name for fact in single if not fact.value]
    if there and missing and missing != ["Domain"]:
        names = " and ".join(f"`{name}`" for name in missing)
        yield Problem(
            f"`{there[0].name}` is set without {names}, so OpenDKIM does not start",
            there[0].at,
            help=f"set {names} in opendkim.conf as well",
        )


_CONF = "/etc/opendkim.conf"
_KEY = "/etc/dkimkeys/s202611.example.com.private"
_NO_KEYTABLE = (_CONF, "KeyTable                refile:/etc/opendkim/KeyTable\n", "")
_SIGNINGTABLE = "SigningTable            refile:/etc/opendkim/SigningTable\n"
_ONE_DOMAIN = ("mailcheck.yaml", "hosts: [mail.example.com]\n    selectors: [s202611]\n\n", "hosts: []\n\n")

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "opendkim.conf(5) Mode",
    over=signing,
    good=(
        changed(),
        changed(_NO_KEYTABLE, (_CONF, _SIGNINGTABLE, f"Domain example.com\nSelector s202611\nKeyFile {_KEY}\n")),
        changed((_CONF, "PidFile", "Selector s202611\nPidFile")),
    ),
    bad=(
        changed(
            _NO_KEYTABLE,
            _ONE_DOMAIN,
            (_CONF, _SIGNINGTABLE, f"Domain example.com\nKeyFile {_KEY}\n"),
            caret="example.com",
        ),
        changed(_NO_KEYTABLE, (_CONF, _SIGNINGTABLE, "Selector s202611\n"), caret="s202611"),
    ),
)

"""The SigningTable has wildcards, but is not read as `refile:`, so they match nothing.

## What it checks
A `SigningTable` whose rows hold `*@example.com` or other wildcards is named with `refile:`.

## Why it matters
Read as a plain file, `*` is a letter like others, no From matches, and all mail leaves unsigned without a word.

## Example
    # /etc/opendkim.conf
    SigningTable /etc/opendkim/SigningTable
    # /etc/opendkim/SigningTable
    *@example.com s202611._domainkey.example.com

## How to fix
Write `SigningTable refile:/etc/opendkim/SigningTable`, or rows without wildcards: `example.com KEYNAME`.

## References
opendkim.conf(5) SigningTable; opendkim(8) DATA SETS
"""

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.opendkim_in_use import daemon_of, plain_wildcards, signing
from mailcheck.lint.kinds import host_rule
from mailcheck.lint.rule import Context, Label, Problem, Severity, Skip, changed
from mailcheck.model.text import shorten


def check(facts: HostFacts, _: Context) -> Iterator[Problem | Skip]:
    daemon = daemon_of(facts)
    table = daemon.signing_table
    if table.entries is None and not table.missing:
        yield Skip(table.why)
    if rows := plain_wildcards(daemon):
        advice = (
            f"`SigningTable refile:{table.path}`" if table.path else "the rows to a file, and `refile:` before it"
        )
        yield Problem(
            f"`{shorten(rows[0].key.text)}` matches no mail, since the SigningTable is not read as `refile:`",
            table.fact.at,
            help=f"write {advice} in opendkim.conf and restart opendkim",
            related=(Label(rows[0].key.at, "a wildcard"),) if table.path else (),
        )


_CONF = "/etc/opendkim.conf"
_OLD = "SigningTable            refile:/etc/opendkim/SigningTable"
_ROWS = "example.com s202611._domainkey.example.com\nmail.example.com s202611._domainkey.example.com\n"
_PLAIN = {"/etc/opendkim/SigningTable": _ROWS + "example.net s202611._domainkey.example.net\n"}

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "opendkim.conf(5) SigningTable",
    over=signing,
    good=(
        changed(),
        changed((_CONF, _OLD, "SigningTable file:/etc/opendkim/SigningTable"), files=_PLAIN),
    ),
    bad=(
        changed((_CONF, _OLD, "SigningTable /etc/opendkim/SigningTable"), caret="/etc/opendkim/SigningTable"),
        changed(
            (_CONF, _OLD, "SigningTable file:/etc/opendkim/SigningTable"), caret="file:/etc/opendkim/SigningTable"
        ),
    ),
)

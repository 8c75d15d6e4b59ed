"""A row of the SigningTable names a key that the KeyTable does not have.

## What it checks
The key that each row of the `SigningTable` names is the name of a row of the `KeyTable`, and that row has
domain, selector and key, with colons between them.

## Why it matters
OpenDKIM starts, and answers each message that the row matches with a temporary error (451), even where
`milter_default_action` is accept: mail of that domain stays in the outbox.

## Example
    # /etc/opendkim/SigningTable
    *@example.com s202611
    # /etc/opendkim/KeyTable
    s202512 example.com:s202512:/etc/dkimkeys/s202512.private

## How to fix
Write the same name in both tables.

## References
opendkim.conf(5) SigningTable, KeyTable
"""

from collections.abc import Iterator

from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.opendkim_in_use import can_sign, daemon_of, signing
from mailcheck.lint.kinds import host_rule
from mailcheck.lint.rule import Context, Label, Problem, Severity, Skip, changed
from mailcheck.model.text import shorten


def check(facts: HostFacts, _: Context) -> Iterator[Problem | Skip]:
    daemon = daemon_of(facts)
    if can_sign(daemon) is False:
        return
    if isinstance(daemon.signers, NotDetermined):
        yield Skip(daemon.signers.why)
    incomplete = {row.key.text: row.key.at for row in daemon.members("KeyTable").entries or ()}
    for row in daemon.dangling:
        name, at = row.key_name
        if name == "%":
            yield Skip(f"which key signs for {row.pattern.text} depends on the message")
            continue
        what = "which lacks a part in the KeyTable" if name in incomplete else "which the KeyTable does not have"
        yield Problem(
            f"`{shorten(row.pattern.text)}` is signed with the key `{shorten(name)}`, {what}, "
            "so its mail is refused for a time",
            at,
            help=f"write `{name or 'NAME'} DOMAIN:SELECTOR:/etc/dkimkeys/FILE` in the KeyTable, or another name",
            related=(Label(incomplete[name], "domain, selector and key are wanted"),)
            if name in incomplete
            else (),
            token=row.pattern.text,
        )


_ROWS, _KEYS = "/etc/opendkim/SigningTable", "/etc/opendkim/KeyTable"
_NET = "*@example.net s202611._domainkey.example.net"
_FILE = ":/etc/dkimkeys/s202611.example.net.private"

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "opendkim.conf(5) SigningTable",
    over=signing,
    good=(
        changed(),
        changed((_ROWS, _NET, "*@example.net %"), (_KEYS, "s202611._domainkey.example.net", "example.net")),
        changed((_ROWS, _NET, "*@example.net s202611._domainkey.example.net:example.net")),
    ),
    bad=(
        changed((_ROWS, _NET, "*@example.net s202512"), caret="s202512"),
        changed((_KEYS, _FILE, ""), caret="s202611._domainkey.example.net"),
        changed((_ROWS, _NET, "*@example.net"), caret="*@example.net"),
    ),
)

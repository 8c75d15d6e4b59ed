"""OpenDKIM has nothing to sign: no domain, no tables.

## What it checks
An OpenDKIM that signs is given the domains it signs for: by `Domain`, or by a `SigningTable` that holds rows.
A host that the spec gives neither the role submission nor relay needs none.

## Why it matters
OpenDKIM starts without a word, as the file that its package installs lets it, and all mail leaves unsigned.

## Example
    # /etc/opendkim.conf
    Mode sv
    #Domain example.com

## How to fix
Make a key (`opendkim-genkey -b 2048 -d example.com -s s202611 -D /etc/dkimkeys`), publish it, and name it in
`KeyTable` and `SigningTable`, or in `Domain`, `Selector` and `KeyFile`.

## References
opendkim.conf(5) Domain, KeyTable, SigningTable
"""

from collections.abc import Iterator

from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.opendkim_in_use import daemon_of, signing
from mailcheck.lint.kinds import host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed
from mailcheck.model.location import Location

_SETS = ("SigningTable", "KeyTable", "Domain")


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    daemon = daemon_of(facts)
    if (ctx.host and not ctx.host.sends) or any(found.kind == "unknown-option" for found in daemon.problems):
        return
    settings = [daemon.option(name) for name in (*_SETS, "SetupPolicyScript")]
    if why := next((fact.why for fact in settings if fact.value is None), ""):
        yield Skip(why)
    elif not any(fact.value for fact in settings):
        if bool(daemon.option("Selector").value) != bool(daemon.option("KeyFile").value):
            return  # it does not start, and host-dkim-incomplete-triple tells why
        yield _problem("neither `Domain` nor `KeyTable` and `SigningTable` are set", settings[0].at)
    elif settings[0].value and settings[1].value and not daemon.signing_table.missing:
        signers = daemon.signers
        if isinstance(signers, NotDetermined):
            yield Skip(signers.why)
        elif not signers and not daemon.dangling:
            yield _problem(f"the SigningTable `{settings[0].value}` holds no row", settings[0].at)


def _problem(what: str, at: Location) -> Problem:
    return Problem(
        f"{what}, so OpenDKIM signs nothing",
        at,
        help="name the domains and their keys: `SigningTable refile:/etc/opendkim/SigningTable` and "
        "`KeyTable refile:/etc/opendkim/KeyTable` in opendkim.conf",
    )


_CONF = "/etc/opendkim.conf"
_TABLES = (
    (_CONF, "KeyTable                refile:/etc/opendkim/KeyTable\n", ""),
    (_CONF, "SigningTable            refile:/etc/opendkim/SigningTable\n", ""),
)
_ROLES = "roles: [mx, submission, forwarder]"
_KEY = "/etc/dkimkeys/s202611.example.com.private"

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "opendkim.conf(5) SigningTable",
    over=signing,
    good=(
        changed(),
        changed(*_TABLES, ("mailcheck.yaml", _ROLES, "roles: [mx]")),
        changed(_TABLES[0], (_CONF, _TABLES[1][1], f"Domain example.com\nSelector s202611\nKeyFile {_KEY}\n")),
    ),
    bad=(
        changed(*_TABLES),
        changed(*_TABLES, (_CONF, "Mode   ", f"Selector s202611\nKeyFile {_KEY}\nMode")),
        changed(files={"/etc/opendkim/SigningTable": "# none yet\n"}, caret="refile:/etc/opendkim/SigningTable"),
    ),
)

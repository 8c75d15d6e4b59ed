"""OpenDKIM does not start, since only one of SigningTable and KeyTable is set.

## What it checks
`SigningTable` and `KeyTable` of `opendkim.conf` are set together. A `SetupPolicyScript` can stand for the
SigningTable.

## Why it matters
OpenDKIM ends with status 78. Postfix then sends mail unsigned, or refuses all mail for a time, whichever
`milter_default_action` says.

## Example
    # /etc/opendkim.conf
    SigningTable refile:/etc/opendkim/SigningTable
    #KeyTable    refile:/etc/opendkim/KeyTable

## How to fix
Set both: the SigningTable tells which key signs for an author, the KeyTable what these keys are.

## References
opendkim.conf(5) Mode, KeyTable, SigningTable
"""

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.opendkim_in_use import daemon_of, signing
from mailcheck.lint.kinds import host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed
from mailcheck.model.location import Location


def check(facts: HostFacts, _: Context) -> Iterator[Problem | Skip]:
    daemon = daemon_of(facts)
    keys, rows, script = (daemon.option(name) for name in ("KeyTable", "SigningTable", "SetupPolicyScript"))
    if why := next((fact.why for fact in (keys, rows, script) if fact.value is None), ""):
        yield Skip(why)
    elif any(found.kind == "unknown-option" for found in daemon.problems):
        return
    elif rows.value and not keys.value:
        yield _problem("SigningTable", "KeyTable", rows.at)
    elif keys.value and not rows.value and not script.value:
        yield _problem("KeyTable", "SigningTable", keys.at)


def _problem(there: str, missing: str, at: Location) -> Problem:
    return Problem(
        f"`{there}` is set without `{missing}`, so OpenDKIM does not start",
        at,
        help=f"write `{missing} refile:/etc/opendkim/{missing}` in opendkim.conf",
    )


_CONF = "/etc/opendkim.conf"
_KEYS = "KeyTable                refile:/etc/opendkim/KeyTable\n"
_ROWS = "SigningTable            refile:/etc/opendkim/SigningTable\n"

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "opendkim.conf(5) KeyTable",
    over=signing,
    good=(
        changed(),
        changed((_CONF, _KEYS, ""), (_CONF, _ROWS, "Mode v\n"), (_CONF, "Mode                    sv\n", "")),
    ),
    bad=(
        changed((_CONF, _KEYS, ""), caret="refile:/etc/opendkim/SigningTable"),
        changed((_CONF, _ROWS, ""), caret="refile:/etc/opendkim/KeyTable"),
    ),
)

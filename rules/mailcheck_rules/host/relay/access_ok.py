"""An access table lets everybody relay who writes the right sender or HELO name.

## What it checks
Tables of `check_sender_access`, `check_helo_access` and others that look up what a client only claims, in the list
that decides on relaying and before `reject_unauth_destination`, and there rows that answer `OK`, `PERMIT` or a
number.

## Why it matters
`OK` ends the list: the mail goes to any domain in the world. Anybody can write the sender or the HELO name that
the table has, and spammers try a domain's own addresses first.

## Example
    smtpd_relay_restrictions = check_sender_access hash:/etc/postfix/access, reject_unauth_destination

    $ cat /etc/postfix/access
    partner.example   OK

## How to fix
Move the check to `smtpd_recipient_restrictions` while `smtpd_relay_restrictions` rejects strangers, or look up the
client's address: `check_client_access`.

## References
access(5); Postfix's SMTPD_ACCESS_README, "Dangerous use of smtpd_recipient_restrictions".
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix import Postfix
from mailcheck.analysis.postfix_egress import listens_on_loopback
from mailcheck.analysis.postfix_maps import COMPILED, PLAIN
from mailcheck.analysis.postfix_relay import Guard, Restriction, guards, listeners, permits_all
from mailcheck.grammar.postfix_values import tables_of
from mailcheck.grammar.table import parse_table
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Label, Problem, Severity, Skip, changed
from mailcheck.model.machine import Machine
from mailcheck.model.text import shorten

_MAIN = "/etc/postfix/main.cf"
_FORGED = ("check_sender_", "check_helo_", "check_reverse_client_hostname_")
_BEFORE = "    permit_sasl_authenticated,\n    reject_unauth_destination"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    postfix = facts.postfix
    assert postfix is not None
    done = set()
    for service in listeners(postfix):
        if listens_on_loopback(postfix, service):
            continue
        judged = [(guard, list(_judge(guard, postfix, facts.machine))) for guard in guards(postfix, service)]
        if any([guard.stop and not found for guard, found in judged]):
            continue
        for one in [one for guard, found in judged if guard.stop for one in found]:
            key = one.why if isinstance(one, Skip) else one.at
            if key not in done:
                done.add(key)
                yield one


def _judge(guard: Guard, postfix: Postfix, machine: Machine) -> Iterator[Problem | Skip]:
    for restriction in guard.before:
        if restriction.argument and restriction.name.startswith(_FORGED) and restriction.name.endswith("_access"):
            yield from _look_up(restriction, postfix, machine)


def _look_up(restriction: Restriction, postfix: Postfix, machine: Machine) -> Iterator[Problem | Skip]:
    assert restriction.argument is not None
    for table in tables_of(restriction.argument.text):
        kind = table.type or postfix.of("default_database_type").value
        file = machine.file(table.name)
        found: list[Label] = []
        if kind == "static":
            found = [Label(restriction.argument.at, "this answers everybody")] if permits_all(table.name) else []
        elif file is None or file.text is None or kind not in (*COMPILED, *PLAIN):
            yield Skip(f"whom {shorten(restriction.argument.text)} lets relay is not known: it was not read")
        else:
            rows = [row for row in parse_table(file.text, table.name, kind) if not row.condition]
            found = [
                Label(row.value.at, f"`{shorten(row.key.text)}` may relay")
                for row in rows
                if permits_all(row.value.text)
            ]
        if found:
            message = f"`{restriction.name}` lets everybody relay who claims what {shorten(table.name)} permits"
            help_text = "move it to smtpd_recipient_restrictions, behind a relay list that rejects strangers"
            yield Problem(message, restriction.argument.at, help_text, tuple(found[:3]), token=table.name)


_CHECK = "    check_sender_access hash:/etc/postfix/access,\n" + _BEFORE
_OK = {"/etc/postfix/access": "partner.example  OK\n", "/etc/postfix/access.db": ""}
_REJECT = {"/etc/postfix/access": "partner.example  REJECT\nbad.example 550 no\n", "/etc/postfix/access.db": ""}

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "access(5)",
    over=each_postfix,
    good=(
        changed(),
        changed((_MAIN, _BEFORE, _CHECK), files=_REJECT),
        changed((_MAIN, "    reject_non_fqdn_recipient,\n", _CHECK + ",\n"), files=_OK),
        changed((_MAIN, _BEFORE, _BEFORE + ",\n    check_sender_access hash:/etc/postfix/access"), files=_OK),
        changed((_MAIN, _BEFORE, _CHECK.replace("sender", "client")), files=_OK),
        changed((_MAIN, _BEFORE, _CHECK.replace("hash:/etc/postfix/access", "tcp:127.0.0.1:9"))),
    ),
    bad=(
        changed((_MAIN, _BEFORE, _CHECK), files=_OK, caret="hash:/etc/postfix/access"),
        changed((_MAIN, _BEFORE, _CHECK.replace("sender", "helo")), files=_OK, caret="hash:/etc/postfix/access"),
        changed((_MAIN, _BEFORE, _CHECK.replace("hash:/etc/postfix/access", "static:OK")), caret="static:OK"),
        changed(
            (_MAIN, _BEFORE, _CHECK.replace("hash:", "regexp:")),
            files={"/etc/postfix/access": "/partner/ OK\n"},
            caret="regexp:/etc/postfix/access",
        ),
    ),
)

"""An access table lets everybody relay, or everybody with the right sender or HELO name.

## What it checks
Access tables in the list that decides on relaying, before `reject_unauth_destination`, and there rows that answer
`OK`, `permit`, a number, or a restriction class that permits. Of `check_sender_access`, `check_helo_access` and
others that look up what a client only claims, each such row counts; of `check_client_access` and
`check_recipient_access` those that answer everybody: `static:OK`, `/./`, `0.0.0.0/0`.

## Why it matters
`OK` ends the list: the mail goes to any domain in the world. Anybody can write the sender or the HELO name that
the table has, and spammers try a domain's own addresses first. With `static:OK` they need not even try.

## Example
    smtpd_relay_restrictions = check_sender_access hash:/etc/postfix/access, reject_unauth_destination

    $ cat /etc/postfix/access
    partner.example   OK

## How to fix
Move the check to `smtpd_recipient_restrictions` while `smtpd_relay_restrictions` rejects strangers, or look up the
client's address in a table of single clients: `check_client_access`.

## References
access(5); Postfix's SMTPD_ACCESS_README, "Dangerous use of smtpd_recipient_restrictions".
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.host_paths import Files
from mailcheck.analysis.postfix import Postfix, Service
from mailcheck.analysis.postfix_access import permitting_rows
from mailcheck.analysis.postfix_egress import listens_on_loopback
from mailcheck.analysis.postfix_maps import COMPILED
from mailcheck.analysis.postfix_relay import Guard, guards, listeners
from mailcheck.analysis.postfix_settings import Item
from mailcheck.analysis.postfix_tables import table_rows
from mailcheck.grammar.postfix_values import parse_table
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Label, Problem, Severity, Skip, changed
from mailcheck.model.text import shorten

_MAIN = "/etc/postfix/main.cf"
_FORGED = ("check_sender_", "check_helo_", "check_reverse_client_hostname_")
_OTHERS = ("check_client_access", "check_recipient_access")
_BEFORE = "    permit_sasl_authenticated,\n    reject_unauth_destination"
_HELP = "move it to smtpd_recipient_restrictions, behind a relay list that rejects strangers"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    postfix = facts.postfix
    assert postfix is not None
    done = set()
    for service in listeners(postfix):
        if listens_on_loopback(postfix, service):
            continue
        files = facts.machine.files
        judged = [(guard, list(_judge(guard, postfix, service, files))) for guard in guards(postfix, service)]
        if any([guard.stop and not found for guard, found in judged]):
            continue
        for one in [one for guard, found in judged if guard.stop for one in found]:
            key = one.why if isinstance(one, Skip) else one.at
            if key not in done:
                done.add(key)
                yield one


def _judge(guard: Guard, postfix: Postfix, service: Service | None, files: Files) -> Iterator[Problem | Skip]:
    for name, argument in [(one.name, one.argument) for one in guard.before]:
        if argument is None:
            continue
        is_forged = name.startswith(_FORGED) and name.endswith("_access")
        if is_forged or name in _OTHERS:
            yield from _look_up(name, argument, postfix, service, files, everyone=not is_forged)


def _look_up(
    name: str, argument: Item, postfix: Postfix, service: Service | None, files: Files, *, everyone: bool
) -> Iterator[Problem | Skip]:
    default = postfix.of("default_database_type").value
    tables = table_rows(argument.text, argument.at, files, default)
    if isinstance(tables, NotDetermined):
        if not (everyone and (parse_table(argument.text).type or default) in COMPILED):
            yield Skip(f"whom {shorten(argument.text)} lets relay is not known: {tables.why}")
        return
    found = [
        Label(row.value.at, f"`{shorten(row.key.text)}` may relay" if row.key.text else "this answers everybody")
        for row in permitting_rows(tables, postfix, service, argument.at, everyone=everyone)
    ]
    if found:
        shown = shorten(parse_table(argument.text).name)
        whom = f"everybody relay: {shown} permits all"
        if not everyone:
            whom = f"everybody relay who claims what {shown} permits"
        yield Problem(f"`{name}` lets {whom}", argument.at, _HELP, tuple(found[:3]), token=shown)


_LATER = "    reject_non_fqdn_recipient,\n"
_FILE = "hash:/etc/postfix/access"
_OK = {"/etc/postfix/access": "partner.example  OK\n", "/etc/postfix/access.db": ""}
_REGEXP, _PATTERN = "regexp:/etc/postfix/access", {"/etc/postfix/access": "/partner/ OK\n"}
_CLASS = (_MAIN, "biff = no", "smtpd_restriction_classes = mine\nmine = permit")
_REJECT = {"/etc/postfix/access": "partner.example  REJECT\nbad.example 550 no\n", "/etc/postfix/access.db": ""}


def _checked(check_and_table: str) -> tuple[str, str, str]:
    return _MAIN, _BEFORE, f"    {check_and_table},\n{_BEFORE}"


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "access(5)",
    over=each_postfix,
    good=(
        changed(),
        changed(_checked(f"check_sender_access {_FILE}"), files=_REJECT),
        changed((_MAIN, _LATER, f"    check_sender_access {_FILE},\n{_BEFORE},\n"), files=_OK),
        changed((_MAIN, _BEFORE, f"{_BEFORE},\n    check_sender_access {_FILE}"), files=_OK),
        changed(_checked(f"check_client_access {_FILE}"), files=_OK),
        changed(_checked("check_client_access inline:{ 192.0.2.7=OK }")),
        changed(_checked("check_sender_access tcp:127.0.0.1:9")),
    ),
    bad=(
        changed(_checked(f"check_sender_access {_FILE}"), files=_OK, caret=_FILE),
        changed(_checked(f"check_helo_access {_FILE}"), files=_OK, caret=_FILE),
        changed(_checked("check_sender_access static:OK"), caret="static:OK"),
        changed(_checked("check_sender_access inline:{a@b.example=OK}"), caret="inline:{a@b.example=OK}"),
        changed(_checked("check_client_access static:OK"), caret="static:OK"),
        changed(_checked("check_recipient_access cidr:{{0.0.0.0/0 OK}}"), caret="cidr:{{0.0.0.0/0 OK}}"),
        changed(_checked("check_client_access static:mine"), _CLASS, caret="static:mine"),
        changed(_checked(f"check_sender_access {_REGEXP}"), files=_PATTERN, caret=_REGEXP),
    ),
)

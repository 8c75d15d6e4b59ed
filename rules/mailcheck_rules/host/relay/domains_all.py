"""Every domain there is counts as one that this host relays for.

## What it checks
The tables in `relay_domains` answer for some domains only: none is `static:`, or has a pattern such as `/./` that
fits every name.

## Why it matters
`reject_unauth_destination` lets pass what goes to `relay_domains`. A table that answers everybody makes this host
an open relay, whatever the restrictions say.

## Example
    relay_domains = static:ok

## How to fix
    relay_domains =

or name the domains: `relay_domains = hash:/etc/postfix/relay_domains`.

## References
postconf(5), `relay_domains`, `reject_unauth_destination`; RFC 2505 section 2.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix_access import rows_for_all
from mailcheck.analysis.postfix_maps import COMPILED
from mailcheck.analysis.postfix_tables import table_rows
from mailcheck.grammar.postfix_values import parse_table
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed
from mailcheck.model.text import shorten

_MAIN = "/etc/postfix/main.cf"
_LINE = "relay_domains =\n"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    postfix = facts.postfix
    assert postfix is not None
    default = postfix.of("default_database_type").value
    for item in postfix.items("relay_domains"):
        kind = parse_table(item.text).type
        if not kind or item.text.startswith(("/", "!")):
            continue
        tables = table_rows(item.text, item.at, facts.machine.files, default)
        shown = shorten(item.text)
        if isinstance(tables, NotDetermined):
            if kind not in COMPILED:
                yield Skip(f"whether {shown} holds every domain is not known: {tables.why}")
        elif any(any(rows_for_all(table)) for table in tables):
            yield Problem(
                f"`{shown}` in relay_domains holds every domain, so that everybody may relay",
                item.at,
                help="name the domains that this host relays for, or none: relay_domains =",
                token=item.text,
            )


def _of(value: str) -> tuple[str, str, str]:
    return _MAIN, _LINE, f"relay_domains = {value}\n"


_TABLE = "pcre:/etc/postfix/relayed"

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "postconf(5) relay_domains",
    over=each_postfix,
    good=(
        changed(),
        changed(_of("*")),
        changed(_of("inline:{{partner.example=OK}}")),
        changed(_of(_TABLE), files={"/etc/postfix/relayed": "/\\.partner\\.example$/ OK\n"}),
    ),
    bad=(
        changed(_of("static:ok"), caret="static:ok"),
        changed(_of(_TABLE), files={"/etc/postfix/relayed": "/./ OK\n"}, caret=_TABLE),
    ),
)

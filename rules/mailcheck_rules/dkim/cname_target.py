"""A DKIM selector is a CNAME that leads to no key.

## What it checks
Where the CNAME at a selector leads to: there must be a TXT record with a `p` tag. Targets outside the
declared zones are taken from the lock, or asked for with `--live`; what is not answered is skipped.

## Why it matters
Verifiers follow the CNAME and find nothing, so every signature with this selector fails. The usual
causes are a mistyped target, a missing final dot, and a provider account that was closed.

## Example
    s1._domainkey.example.com. CNAME s1.keys.example.com.

## How to fix
Correct the target, publish the key there, or remove the selector where nobody signs with it.

## References
RFC 6376 section 3.6.2.2; RFC 1034 section 3.6.2
"""

from collections.abc import Iterator

from mailcheck.analysis.dkim_keys import selector_aliases
from mailcheck.grammar.dkim import parse_key
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity, Skip, master, unanswered
from mailcheck.model.dns import Present, Question, Unknown
from mailcheck.model.record import RecordSet
from mailcheck.model.text import shorten


def check(aliases: RecordSet, ask: Context) -> Iterator[Problem | Skip]:
    answer = ask.ask(aliases.name, "TXT")
    alias = aliases.records[0]
    target = shorten(alias.text.removesuffix("."), 100)
    if isinstance(answer, Unknown):
        yield unanswered(Question(aliases.name, "TXT"), answer)
    elif not isinstance(answer, Present):
        yield Problem(
            f"the selector leads to `{target}`, where there is no TXT record",
            alias.at,
            help="correct the target, or publish the key there",
        )
    elif not any(parse_key(record.text).key for record in answer.records):
        yield Problem(
            f"the selector leads to `{target}`, where the TXT record is no key",
            alias.at,
            help="correct the target, or publish the key there",
        )


RULE = Rule(
    __name__,
    __doc__,
    over=selector_aliases,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 6376 section 3.6.2.2",
    needs=frozenset({"dns"}),
    good=(
        master('s1._domainkey CNAME s1.keys\ns1.keys TXT "v=DKIM1; p={rsa2048.public}"'),
        master("s1._domainkey CNAME s1.keys.example.net."),
        master('s1._domainkey CNAME old.keys\nold.keys TXT "v=DKIM1; p="'),
    ),
    bad=(
        master("s1._domainkey CNAME s1.keys", caret="s1.keys"),
        master("s1._domainkey CNAME s1.keys.example.com.\ns1.keys A 192.0.2.1", caret="s1.keys.example.com."),
        master('s1._domainkey CNAME s1.keys\ns1.keys TXT "v=spf1 -all"', caret="s1.keys"),
        Case(
            {"example.com.yaml": "s1._domainkey:\n  type: CNAME\n  value: gone.example.com.\n"},
            caret="gone.example.com.",
        ),
    ),
    yields_to=(
        "spec-dkim-selector",
        "spec-sender-dkim",
        "zone-cname-conflict",
    ),
)

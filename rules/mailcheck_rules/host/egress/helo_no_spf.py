"""The name that the host greets with has no SPF record.

## What it checks
`smtp_helo_name` (by default `myhostname`) has an SPF record of its own.

## Why it matters
Bounces and other mail with an empty envelope sender are checked by the name in HELO. Without a record there
they have no SPF result, and anybody may greet with your host's name.

## Example
    myhostname = mail.example.com

and mail.example.com has no TXT record that begins with `v=spf1`.

## How to fix
    mail.example.com. TXT "v=spf1 a -all"

## References
RFC 7208 sections 2.3 and 2.4
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_egress import exits
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.grammar.spf import is_spf
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed, unanswered
from mailcheck.model.dns import Present, Question, Unknown
from mailcheck.model.text import shown_name

_MAIN, _COM = "/etc/postfix/main.cf", "zones/example.com.zone"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    assert facts.postfix is not None
    leaving = exits(facts, facts.postfix, ctx.host)
    if leaving.why and not leaving.found:
        yield Skip(leaving.why)
    for name, at in {one.helo: one.helo_at for one in leaving.found if one.helo}.items():
        question = Question(name, "TXT")
        answer = ctx.ask(*question)
        if isinstance(answer, Unknown):
            yield unanswered(question, answer)
        elif not isinstance(answer, Present) or not any([is_spf(record.text) for record in answer.records]):
            shown = shown_name(name)
            yield Problem(
                f"the host greets as `{shown}`, which has no SPF record: its bounces have no SPF result",
                at,
                f'{shown}. TXT "v=spf1 a -all"',
                token=name,
            )


_RECORD = '        TXT     "v=spf1 a -all"\n'

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.INFO,
    "RFC 7208 section 2.3",
    needs=("dns",),
    yields_to=("host-pf-helo-override*", "host-pf-myhostname-unqualified*"),
    over=each_postfix,
    good=(
        changed(),
        changed((_COM, _RECORD, '        TXT     "v=spf1 ip4:192.0.2.25 ip6:2001:db8::25 -all"\n')),
        changed((_COM, _RECORD, ""), (_MAIN, "relayhost =\n", "relayhost = [192.0.2.99]\n"), live=False),
    ),
    bad=(
        changed((_COM, _RECORD, ""), caret="mail.example.com"),
        changed((_COM, _RECORD, '        TXT     "some text"\n'), caret="mail.example.com"),
    ),
)

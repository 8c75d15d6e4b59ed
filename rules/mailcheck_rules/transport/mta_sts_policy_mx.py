"""An exchange is not in the MTA-STS policy.

## What it checks
Each MX of a domain that announces MTA-STS is covered by an `mx` line of its policy: by its name, or by
`*.` and the rest after exactly one label. The policy is the file `mta-sts.<domain>.txt` beside the zone,
which is what you serve at `https://mta-sts.<domain>/.well-known/mta-sts.txt`; without one the check is
skipped unless the policy is in the lock or is fetched with `--live`.

## Why it matters
Under `mode: enforce` senders never deliver to an exchange outside the policy: a new MX gets no mail
from them, and when it is the only one, mail bounces. Under `testing` they report it.

## Example
    example.com. MX 10 mx2.example.com.
    mta-sts.example.com.txt:  mx: mx1.example.com

## How to fix
List the exchange in the policy, change the `id` of the TXT record, wait until senders have fetched the
new policy, and only then add the MX.

## References
RFC 8461 sections 3.2, 4.1 and 8.1
"""

from collections.abc import Iterator

from mailcheck.analysis.mx_records import MxSet, mx_sets
from mailcheck.analysis.transport import StsPolicy, announces_sts
from mailcheck.grammar.mta_sts import Policy, matches, parse_policy
from mailcheck.lint.rule import Context, Label, Problem, Rule, Severity, Skip, master, unanswered
from mailcheck.model.dns import POLICY, Present, Question, Unknown


def check(mx: MxSet, ask: Context) -> Iterator[Problem | Skip]:
    file = ask.zone.policies.get(mx.name)
    if file is not None:
        beside = StsPolicy(file)
        listed = tuple(Label(beside.at.within(line.start, line.end), "listed") for line in beside.policy.patterns)
        yield from _uncovered(mx, beside.policy, listed[:4])
    elif announces_sts(ask.zone, mx.name) and mx.hosts:
        answer = ask.ask(mx.name, POLICY)
        if isinstance(answer, Unknown):
            yield unanswered(Question(mx.name, POLICY), answer)
        elif isinstance(answer, Present):
            yield from _uncovered(mx, parse_policy(answer.records[0].text), ())


def _uncovered(mx: MxSet, policy: Policy, listed: tuple[Label, ...]) -> Iterator[Problem]:
    if policy.faults or policy.mode == "none":
        return
    effect = "senders do not deliver to it" if policy.mode == "enforce" else "senders report it"
    for exchange in mx.hosts:
        if not any(matches(line.value, exchange.name) for line in policy.patterns):
            yield Problem(
                f"the exchange `{exchange.shown}` is not in the MTA-STS policy, so {effect}",
                exchange.at,
                help=f"add `mx: {exchange.shown}` to the policy and change the `id` of the record",
                related=listed,
                token=exchange.name,
            )


_ZONE = """\
_mta-sts TXT "v=STSv1; id=20260131"
mta-sts A 192.0.2.80
_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@example.com"
mx1 A 192.0.2.25
mx2 A 192.0.2.26
a.in A 192.0.2.27
"""
_ENFORCE = {"mta-sts.example.com.txt": "version: STSv1\nmode: enforce\nmx: mx1.example.com\nmax_age: 604800\n"}
_WILDCARD = {"mta-sts.example.com.txt": "version: STSv1\nmode: testing\nmx: *.example.com\nmax_age: 604800\n"}
_NONE = {"mta-sts.example.com.txt": "version: STSv1\nmode: none\nmax_age: 604800\n"}

RULE = Rule(
    __name__,
    __doc__,
    over=mx_sets,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 8461 section 4.1",
    needs=frozenset({"dns"}),
    yields_to=("spec-host-mx", "mx-target-resolves", "mx-target-cname", "mx-hostname-syntax"),
    good=(
        master(_ZONE + "@ MX 10 mx1", **_ENFORCE),
        master(_ZONE + "@ MX 10 mx1\n@ MX 20 mx2", **_WILDCARD),
        master(_ZONE + "@ MX 10 mx2", **_NONE),
        master(_ZONE + "@ MX 0 .", **_ENFORCE),
        master(_ZONE + "@ MX 10 mx1"),
    ),
    bad=(
        master(_ZONE + "@ MX 10 mx1\n@ MX 20 mx2", caret="mx2", **_ENFORCE),
        master(_ZONE + "@ MX 10 a.in", caret="a.in", **_WILDCARD),
        master(_ZONE + "@ MX 10 mail.example.net.", caret="mail.example.net.", **_ENFORCE),
    ),
)

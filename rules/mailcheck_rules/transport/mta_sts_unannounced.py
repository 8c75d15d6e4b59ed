"""An MTA-STS policy is kept for a domain that does not announce it.

## What it checks
A policy `mta-sts.<domain>.txt` lies beside the zone, its mode is not `none`, and there is neither a TXT
record nor a CNAME at `_mta-sts.<domain>`.

## Why it matters
Senders look at the TXT record first. Without it they never fetch the policy, and the domain has no
MTA-STS however well the policy is served.

## Example
    mta-sts.example.com.txt:  mode: enforce
    (nothing at _mta-sts.example.com)

## How to fix
Add `_mta-sts.<domain> TXT "v=STSv1; id=…"`, with an id that changes with every change of the policy.

## References
RFC 8461 section 3.1
"""

from collections.abc import Iterator

from mailcheck.analysis.transport import StsPolicy, announces_sts, sts_policies
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master


def check(subject: StsPolicy, ask: Context) -> Iterator[Problem]:
    line = subject.policy.field("mode")
    if line is None or subject.policy.mode in ("", "none") or announces_sts(ask.zone, subject.name):
        return
    domain = subject.name.removesuffix(".")
    yield Problem(
        f"there is no TXT record at `_mta-sts.{domain}`, so no sender fetches this policy",
        subject.at.within(line.start, line.end),
        help=f'add `_mta-sts.{domain} TXT "v=STSv1; id=1"`',
    )


def _policy(mode: str) -> dict[str, str]:
    return {"mta-sts.example.com.txt": f"version: STSv1\nmode: {mode}\nmx: mail.example.com\nmax_age: 604800\n"}


RULE = Rule(
    __name__,
    __doc__,
    over=sts_policies,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 8461 section 3.1",
    good=(
        master('_mta-sts TXT "v=STSv1; id=1"\nmta-sts A 192.0.2.80', **_policy("enforce")),
        master("_mta-sts CNAME _mta-sts.example.net.\nmta-sts A 192.0.2.80", **_policy("enforce")),
        master("mta-sts A 192.0.2.80", **_policy("none")),
    ),
    bad=(master("mta-sts A 192.0.2.80", caret="mode: enforce", **_policy("enforce")),),
)

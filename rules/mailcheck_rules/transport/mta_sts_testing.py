"""The MTA-STS policy is in testing mode.

## What it checks
`mode: testing` in the policy beside the zone.

## Why it matters
Senders report what would fail and deliver all the same, without TLS too. Testing is the right first step;
protection begins with `enforce`.

## Example
    mode: testing

## How to fix
Once TLS reports show no failures for some weeks, write `mode: enforce` and change the `id` of the record.

## References
RFC 8461 sections 3.2 and 5
"""

from collections.abc import Iterator

from mailcheck.analysis.transport import StsPolicy, sts_policies
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master


def check(subject: StsPolicy, _: Context) -> Iterator[Problem]:
    line = subject.policy.field("mode")
    if line is not None and line.value == "testing":
        yield Problem(
            "the policy is in testing mode, so senders do not enforce it",
            subject.at.within(line.value_start, line.end),
            help="write `mode: enforce` once TLS reports show no failures",
        )


_ZONE = """\
_mta-sts TXT "v=STSv1; id=20260131"
mta-sts A 192.0.2.80
_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@example.com"
"""


def _policy(mode: str) -> dict[str, str]:
    return {"mta-sts.example.com.txt": f"version: STSv1\nmode: {mode}\nmx: mail.example.com\nmax_age: 604800\n"}


RULE = Rule(
    __name__,
    __doc__,
    over=sts_policies,
    check=check,
    severity=Severity.INFO,
    standard="RFC 8461 section 5",
    good=(master(_ZONE, **_policy("enforce")), master(_ZONE, **_policy("none"))),
    bad=(master(_ZONE, caret="testing", **_policy("testing")),),
)

"""The MTA-STS policy is kept too short a time, or longer than the standard allows.

## What it checks
`max_age` of the policy beside the zone: under a week while the mode is `enforce` (option `minimum`, in
seconds), or over 31,557,600 seconds, a year, in any mode.

## Why it matters
The policy protects only senders that still remember it. An attacker who can block its refresh has to
wait until it expires: with an hour that is no hurdle. Weeks are expected. A value over a year is
refused or cut by senders.

## Example
    max_age: 3600

## How to fix
Write `max_age: 604800` (a week) or more, once the policy has proved itself in testing mode.

## References
RFC 8461 sections 3.2 and 10.2
"""

from collections.abc import Iterator
from typing import NamedTuple

from mailcheck.analysis.transport import StsPolicy, sts_policies
from mailcheck.grammar.mta_sts import MAX_AGE
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master


class MaxAge(NamedTuple):
    """`minimum`: seconds that an enforced policy must be kept."""

    minimum: int = 604_800


def check(subject: StsPolicy, ask: Context) -> Iterator[Problem]:
    line, age = subject.policy.field("max_age"), subject.policy.max_age
    if line is None or age is None:
        return
    at = subject.at.within(line.value_start, line.end)
    minimum = ask.options(MaxAge).minimum
    if age > MAX_AGE:
        yield Problem(f"`max_age` is {age} seconds, more than a year", at, help=f"write at most {MAX_AGE}")
    elif age < minimum and subject.policy.mode == "enforce":
        yield Problem(
            f"`max_age` is {age} seconds, too short to protect against a blocked refresh",
            at,
            help=f"write {minimum} or more",
        )


_ZONE = """\
_mta-sts TXT "v=STSv1; id=20260131"
mta-sts A 192.0.2.80
_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@example.com"
"""


def _policy(mode: str, age: str) -> dict[str, str]:
    return {"mta-sts.example.com.txt": f"version: STSv1\nmode: {mode}\nmx: mail.example.com\nmax_age: {age}\n"}


RULE = Rule(
    __name__,
    __doc__,
    over=sts_policies,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 8461 section 3.2",
    options=MaxAge,
    good=(
        master(_ZONE, **_policy("enforce", "604800")),
        master(_ZONE, **_policy("testing", "3600")),
        master(_ZONE, **_policy("enforce", "31557600")),
        master(_ZONE, **_policy("enforce", "soon")),
        master(
            _ZONE,
            **_policy("enforce", "86400"),
            **{"mailcheck.yaml": "rules: {options: {mta-sts-max-age: {minimum: 86400}}}\n"},
        ),
    ),
    bad=(
        master(_ZONE, caret="3600", **_policy("enforce", "3600")),
        master(_ZONE, caret="99999999", **_policy("testing", "99999999")),
    ),
)

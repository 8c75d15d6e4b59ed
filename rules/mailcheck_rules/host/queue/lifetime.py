"""Mail is given up too early, or too late.

## What it checks
`maximal_queue_lifetime` and `bounce_queue_lifetime` lie between one and five days.

## Why it matters
Under a day, a receiver that is down over night, or greylists, loses mail. Beyond five days, senders learn too late
that their mail did not arrive. A `bounce_queue_lifetime` that short loses the news of it.

## Example
    maximal_queue_lifetime = 4h

## How to fix
    maximal_queue_lifetime = 5d
    bounce_queue_lifetime = 5d

## References
RFC 5321 section 4.5.4.1 (give up after at least 4 to 5 days); postconf(5), `maximal_queue_lifetime`,
`bounce_queue_lifetime`.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix_settings import seconds
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed

_MAIN = "/etc/postfix/main.cf"
_DAY = 86_400
_NAMES = ("maximal_queue_lifetime", "bounce_queue_lifetime")


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    assert facts.postfix is not None
    for name in _NAMES:
        setting = facts.postfix.of(name)
        age = seconds(setting, "d")
        if age is None:
            yield Skip(f"{name} `{setting.value}` is not a time that can be told")
        elif not _DAY <= age <= 5 * _DAY:
            what = "over five days: senders learn too late" if age > _DAY else "under a day: mail is lost"
            yield Problem(f"{name} `{setting.value}` is {what}", setting.at, f"{name} = 5d", token=name)


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.WARNING,
    "RFC 5321 section 4.5.4.1",
    over=each_postfix,
    good=(
        changed(),
        changed((_MAIN, "maximal_queue_lifetime = 5d\nbounce", "maximal_queue_lifetime = 2\nbounce")),
        changed((_MAIN, "maximal_queue_lifetime = 5d\nbounce", "maximal_queue_lifetime = 24h\nbounce")),
    ),
    bad=(
        changed((_MAIN, "maximal_queue_lifetime = 5d\nbounce", "maximal_queue_lifetime = 4h\nbounce"), caret="4h"),
        changed((_MAIN, "bounce_queue_lifetime = 5d", "bounce_queue_lifetime = 0"), caret="0"),
        changed((_MAIN, "bounce_queue_lifetime = 5d", "bounce_queue_lifetime = 30"), caret="30"),
    ),
)

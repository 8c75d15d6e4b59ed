"""Aggregate reports may be larger than this host takes.

## What it checks
`message_size_limit` of a service that takes mail from strangers is under 10 MB (10 000 000 bytes; Postfix's
default is 10 240 000).

## Why it matters
DMARC and TLS reports come as attachments, in base64, and those of large receivers are the largest. They bounce,
and the receiver that has most to tell is the one that is not heard.

## Example
    message_size_limit = 5000000

    552 5.3.4 Message size exceeds fixed limit

## How to fix
    message_size_limit = 26214400

## References
postconf(5), `message_size_limit`; RFC 1870 (SIZE); RFC 7489 section 7.2.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix_egress import listens_on_loopback
from mailcheck.analysis.postfix_relay import is_closed, listeners
from mailcheck.analysis.postfix_settings import number
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed

_MAIN, _MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
_LEAST = 10_000_000


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    postfix = facts.postfix
    assert postfix is not None
    done = set()
    for service in listeners(postfix):
        setting = postfix.of("message_size_limit", service)
        if setting.at in done or listens_on_loopback(postfix, service) or is_closed(postfix, service):
            continue
        done.add(setting.at)
        size = number(setting)
        if size is None:
            yield Skip(f"message_size_limit `{setting.value}` is not a number that can be told")
        elif 0 < size < _LEAST:
            message = f"message_size_limit {size} is less than a large report takes"
            yield Problem(message, setting.at, "message_size_limit = 26214400", token="message_size_limit")


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.WARNING,
    "postconf(5) message_size_limit",
    over=each_postfix,
    good=(
        changed(),
        changed((_MAIN, "message_size_limit = 36700160\n", "")),
        changed((_MASTER, "syslog_name=postfix/submission\n", "message_size_limit=5000000\n")),
    ),
    bad=(
        changed((_MAIN, "message_size_limit = 36700160", "message_size_limit = 5000000"), caret="5000000"),
        changed(
            (_MASTER, "pickup ", "2525 inet n - y - - smtpd -o message_size_limit=1000\npickup "), caret="1000"
        ),
    ),
)

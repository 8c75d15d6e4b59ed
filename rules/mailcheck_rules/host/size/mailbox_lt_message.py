"""A mailbox may not become as large as one message.

## What it checks
`mailbox_size_limit` (of local) and `virtual_mailbox_limit` (of virtual) are 0, for no limit, or at least
`message_size_limit`. Both are 51200000 by default, and `message_size_limit` 0 is no limit either.

## Why it matters
local(8) or virtual(8) ends with a fatal error before it delivers anything: all mail for these mailboxes stays in
the queue until it expires.

## Example
    message_size_limit = 104857600

    postfix/local: fatal: main.cf configuration error: mailbox_size_limit is smaller than message_size_limit

## How to fix
    mailbox_size_limit = 0
    virtual_mailbox_limit = 0

## References
postconf(5), `mailbox_size_limit`, `virtual_mailbox_limit`, `message_size_limit`.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix import Postfix, Service
from mailcheck.analysis.postfix_settings import number
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed

_MAIN = "/etc/postfix/main.cf"
_LIMITS = (
    ("local", "mailbox_size_limit", "local_transport", "mydestination"),
    ("virtual", "virtual_mailbox_limit", "virtual_transport", "virtual_mailbox_domains"),
)


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    postfix = facts.postfix
    assert postfix is not None
    for command, limit, transport, domains in _LIMITS:
        used = postfix.of(transport).value.partition(":")[0]
        for service in postfix.services_running(command):
            if service.name == used and postfix.of(domains).value:
                yield from _compare(postfix, service, limit)


def _compare(postfix: Postfix, service: Service, limit: str) -> Iterator[Problem | Skip]:
    mailbox, message = postfix.of(limit, service), postfix.of("message_size_limit", service)
    most, size = number(mailbox), number(message)
    if most is None or size is None:
        yield Skip(f"{limit} and message_size_limit are no numbers that can be compared")
    elif most and (most < size or not size):
        yield Problem(
            f"{limit} {most} is less than message_size_limit {size or 'without limit'}: nothing is delivered",
            (mailbox if mailbox.is_set else message).at,
            f"{limit} = 0",
            token=limit,
        )


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "postconf(5) mailbox_size_limit",
    over=each_postfix,
    good=(
        changed(),
        changed((_MAIN, "mailbox_size_limit = 0\nvirtual", "mailbox_size_limit = 36700160\nvirtual")),
        changed((_MAIN, "mailbox_size_limit = 0\nvirtual", "virtual")),
        changed(
            (
                _MAIN,
                "virtual_mailbox_limit = 0",
                "virtual_mailbox_limit = 9000000\nvirtual_transport = lmtp:unix:x",
            ),
        ),
    ),
    bad=(
        changed(
            (_MAIN, "mailbox_size_limit = 0\nvirtual", "mailbox_size_limit = 20000000\nvirtual"), caret="20000000"
        ),
        changed((_MAIN, "virtual_mailbox_limit = 0", "virtual_mailbox_limit = 20000000"), caret="20000000"),
        changed(
            (_MAIN, "mailbox_size_limit = 0\nvirtual", "virtual"),
            (_MAIN, "message_size_limit = 36700160", "message_size_limit = 104857600"),
            caret="104857600",
        ),
        changed(
            (_MAIN, "virtual_mailbox_limit = 0\n", ""),
            (_MAIN, "message_size_limit = 36700160", "message_size_limit = 0"),
            caret="0",
        ),
    ),
)

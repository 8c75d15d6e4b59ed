"""Much mail waits in the queue, or has waited long.

## What it checks
On the running host, what `postqueue -j` tells: at most `deferred` messages are deferred (100), and none is older
than `days` (3).

## Why it matters
Mail that waits was refused for now by receivers, or could not be handed over: a blocklist, a broken resolver, a
full disk, an account that was taken over and sends spam. The reasons are in the queue, and nobody sees them there.

## Example
    $ postqueue -p | tail -1
    -- 3124 Kbytes in 1289 Requests.

## How to fix
    postqueue -j | jq -r '.recipients[].delay_reason' | sort | uniq -c | sort -n

shows the reasons; when they are gone, `postqueue -f` tries all of it again.

## References
postqueue(1); postconf(5), `maximal_queue_lifetime`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.lint.kinds import host_rule, the_host
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed
from mailcheck.model.machine import Queue

_HELP = "postqueue -j | jq -r '.recipients[].delay_reason' | sort | uniq -c | sort -n"


class BacklogOptions(NamedTuple):
    """`deferred` messages at most, of which none is older than `days`."""

    deferred: int = 100
    days: int = 3


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    if facts.postfix is None:
        return
    if facts.machine.queue is None:
        live = facts.machine.live
        yield Skip(
            "postqueue did not list the queue" if live else "not checked: only the running host has a queue"
        )
        return
    limits = ctx.options(BacklogOptions)
    queue, at = facts.machine.queue, facts.postfix.of("queue_directory").at
    if queue.deferred > limits.deferred:
        message = f"{queue.deferred} messages are deferred, more than {limits.deferred}"
        yield Problem(message, at, _HELP, token="deferred")
    if queue.oldest is not None and facts.machine.read_at - queue.oldest > timedelta(limits.days):
        days = (facts.machine.read_at - queue.oldest).days
        yield Problem(f"a message has been in the queue for {days} days", at, _HELP, token="oldest")


_NOW = datetime(2026, 11, 1, tzinfo=UTC)

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.WARNING,
    "postqueue(1)",
    over=the_host,
    needs=("live-host",),
    options=BacklogOptions,
    good=(
        changed(),
        changed(queue=Queue(100, _NOW - timedelta(3))),
        changed(queue=None, live=False, unix_listeners=None, tcp_listeners=None),
    ),
    bad=(changed(queue=Queue(101, _NOW)), changed(queue=Queue(1, _NOW - timedelta(3, 1)))),
)

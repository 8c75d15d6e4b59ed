"""Strangers are in mynetworks, and may relay.

## What it checks
The networks in `mynetworks`, of main.cf and of each smtpd service, where `permit_mynetworks` stands in a list that
decides on relaying: everybody (`/0`), public networks of more than eight IPv4 addresses or more than one IPv6
subnet, Docker's bridge 172.17.0.0/16, and `mynetworks_style = subnet` or `class`.

## Why it matters
Whoever connects from there sends mail to the whole world through this host, signed and under its name. A subnet of
a hoster belongs to its other customers. Behind Docker's bridge stand all clients of a published port.

## Example
    mynetworks = 127.0.0.0/8 172.17.0.0/16

## How to fix
    mynetworks = 127.0.0.0/8 [::1]/128

and let users and other hosts log in, or name their single addresses.

## References
postconf(5), `mynetworks`, `mynetworks_style`; RFC 2505 section 2.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix import Postfix, Service
from mailcheck.analysis.postfix_egress import listens_on_loopback
from mailcheck.analysis.postfix_relay import guards, listeners
from mailcheck.analysis.postfix_settings import Item
from mailcheck.analysis.wide_networks import wide_items
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed
from mailcheck.model.machine import Machine

_MAIN, _MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
_LINE = "mynetworks = 127.0.0.1/32 [::1]/128\n"
_HELP = "mynetworks = 127.0.0.0/8 [::1]/128"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    postfix = facts.postfix
    assert postfix is not None
    done = set()
    for service in listeners(postfix):
        setting = postfix.of("mynetworks", service)
        if setting.at in done or listens_on_loopback(postfix, service) or not _permits(postfix, service):
            continue
        done.add(setting.at)
        style = postfix.of("mynetworks_style", service)
        if setting.is_set:
            yield from _check(postfix.items("mynetworks", service), facts.machine)
        elif style.is_determined and style.value in ("subnet", "class"):
            message = f"mynetworks_style `{style.value}` lets everybody in the networks around this host relay"
            yield Problem(message, style.at, _HELP, token="mynetworks_style")


def _permits(postfix: Postfix, service: Service | None) -> bool:
    found = guards(postfix, service)
    return any([part.name == "permit_mynetworks" for one in found for part in one.before])


def _check(items: tuple[Item, ...], machine: Machine) -> Iterator[Problem | Skip]:
    for found in wide_items(items, machine.files):
        if isinstance(found, NotDetermined):
            yield Skip(found.why)
            continue
        item, fault = found
        yield Problem(
            f"mynetworks holds {fault}, who may relay through this host", item.at, _HELP, token=item.text
        )


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "postconf(5) mynetworks",
    over=each_postfix,
    good=(
        changed(),
        changed((_MAIN, _LINE, "mynetworks = 127.0.0.0/8 10.0.0.0/8 [::1]/128 192.0.2.25 !0.0.0.0/0\n")),
        changed((_MAIN, _LINE, "mynetworks = !203.0.113.0/24 203.0.113.128/25 127.0.0.1\n")),
        changed((_MAIN, _LINE, "mynetworks_style = host\n")),
        changed(
            (_MAIN, _LINE, "mynetworks_style = subnet\n"),
            (_MAIN, "inet_interfaces = all", "inet_interfaces = loopback-only"),
        ),
        changed((_MASTER, "syslog_name=postfix/submission\n", "mynetworks=0.0.0.0/0\n")),
    ),
    bad=(
        changed((_MAIN, _LINE, "mynetworks = 127.0.0.0/8, 0.0.0.0/0\n"), caret="0.0.0.0/0"),
        changed((_MAIN, _LINE, "mynetworks = 127.0.0.0/8 203.0.113.0/24\n"), caret="203.0.113.0/24"),
        changed((_MAIN, _LINE, "mynetworks = 127.0.0.0/8 172.16.0.0/12\n"), caret="172.16.0.0/12"),
        changed((_MAIN, _LINE, "mynetworks = [2001:db8::]/32\n"), caret="[2001:db8::]/32"),
        changed((_MAIN, _LINE, "mynetworks_style = subnet\n"), caret="subnet"),
        changed(
            (_MAIN, _LINE, "mynetworks = /etc/postfix/nets\n"), files={"/etc/postfix/nets": "::/0\n"}, caret="::/0"
        ),
        changed(
            (_MAIN, _LINE, "mynetworks = /etc/postfix/nets\n"),
            files={"/etc/postfix/nets": "127.0.0.1, 0.0.0.0/0\n"},
            caret="0.0.0.0/0",
        ),
        changed((_MAIN, _LINE, "mynetworks = !192.0.2.1 cidr:{{0.0.0.0/0 x}}\n"), caret="cidr:{{0.0.0.0/0 x}}"),
        changed((_MAIN, _LINE, "mynetworks = static:all\n"), caret="static:all"),
    ),
)

"""Files that services need in their chroot are missing there, or old.

## What it checks
Some service of master.cf runs in a chroot, and `etc/resolv.conf`, `hosts`, `services`, `nsswitch.conf` or
`localtime` is missing in the queue directory though /etc has it, or is not the same as in /etc. Read on the
running host alone: Debian copies these files whenever it starts Postfix.

## Why it matters
In the chroot the queue directory is all there is. Without these files names are not resolved ("Host or domain name
not found" for every destination), `localhost` in a setting means nothing, or the resolver of yesterday is asked.

## Example
    postfix/smtp: warning: host or service 127.0.0.1:smtp not found
    postfix/smtpd: warning: dict_tcp: connect to localhost:10001: Name or service not known

## How to fix
    systemctl restart postfix

which runs /usr/lib/postfix/configure-instance.sh on Debian. Or run the service without a chroot: `n` in the fifth
column of master.cf.

## References
Postfix's BASIC_CONFIGURATION_README, "Running Postfix daemon processes chrooted"; master(5), chroot.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix_files import CHROOT_FILES
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Label, Problem, Severity, Skip, changed
from mailcheck.model.location import Location, whole_line
from mailcheck.model.machine import HostFile

_COPY = "/var/spool/postfix/etc"
_HELP = "systemctl restart postfix (Debian copies them at every start)"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    postfix = facts.postfix
    assert postfix is not None
    jailed = [service for service in postfix.services if service.chroot]
    if not jailed:
        return
    if not facts.machine.live:
        yield Skip("not checked: the chroot is filled when Postfix starts, a copied tree may not have it yet")
        return
    queue = postfix.of("queue_directory").value.rstrip("/")
    for name in (*CHROOT_FILES, "localtime"):
        original, copy = facts.machine.file(f"/etc/{name}"), facts.machine.file(f"{queue}/etc/{name}")
        if original is not None and copy is not None and original.state == "file":
            yield from _compare(original, copy, jailed[0].chroot_at, jailed[0].name)


def _compare(original: HostFile, copy: HostFile, at: Location, service: str) -> Iterator[Problem | Skip]:
    if copy.state in ("denied", "refused"):
        yield Skip(f"{copy.path} could not be read: {copy.why or copy.state}")
    elif copy.state == "missing":
        message = f"{copy.path} is missing, and services in the chroot do without it"
        related = (Label(at, f"`{service}` runs in a chroot"),)
        yield Problem(message, whole_line(original.path), _HELP, related, token=original.path)
    elif original.text is not None and copy.text is not None and original.text != copy.text:
        message = f"{copy.path} is not what {original.path} is now: services in the chroot use the old one"
        yield Problem(message, whole_line(copy.path), _HELP, token=original.path)


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.WARNING,
    "master(5) chroot",
    over=each_postfix,
    needs=("live-host",),
    good=(
        changed(),
        changed(removed=(f"{_COPY}/services",), live=False, unix_listeners=None, tcp_listeners=None),
        changed(removed=(f"{_COPY}/services", "/etc/services")),
    ),
    bad=(
        changed(removed=(f"{_COPY}/resolv.conf",)),
        changed(removed=(f"{_COPY}/localtime",)),
        changed((f"{_COPY}/resolv.conf", "nameserver 192.0.2.53", "nameserver 192.0.2.54")),
    ),
)

"""The host has no full name.

## What it checks
Neither the host's name has a dot, nor is the first name on its line in /etc/hosts a full one. Names below
`local` and `localdomain` are none.

## Why it matters
`hostname -f` answers the short name, or fails. Debian's postfix package then sets `myhostname` to it, and
programs that take the full name for Message-ID or HELO send what others refuse.

## Example
    127.0.1.1 mail

## How to fix
Put the full name first on the line:

    127.0.1.1 mail.example.com mail

## References
hosts(5); hostname(1)
"""

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.lint.kinds import host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed
from mailcheck.model.names import absolute, split_labels

_LOCAL = ("local", "localdomain", "localhost")
_HOSTS = "/etc/hosts"
_LINE = "\n".join(
    f"{address:<15} mail.example.com mail" for address in ("127.0.1.1", "192.0.2.25", "2001:db8::25")
)


def check(facts: HostFacts, _: Context) -> Iterator[Problem | Skip]:
    system = facts.system
    if not system.hostname.value or system.why_no_hosts:
        yield Skip(system.why_no_hosts or system.hostname.why or "the name of the host is not known")
        return
    found = system.fqdn if system.fqdn.value is not None else system.hostname
    labels = split_labels(absolute(found.value or ""))
    if len(labels) < 2 or labels[-1] in _LOCAL:
        yield Problem(
            f"the host `{system.hostname.value}` has no full name",
            found.at,
            help=f"127.0.1.1 {system.hostname.value.partition('.')[0]}.example.com {system.hostname.value}",
            token="fqdn",
        )


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.WARNING,
    "hosts(5)",
    good=(
        changed(),
        changed((_HOSTS, _LINE, "#"), ("/etc/hostname", "mail", "mail.example.com"), uname="mail.example.com"),
        changed((_HOSTS, _LINE, "127.0.1.1 mail.example.com MAIL")),
        changed(removed=("/etc/hostname",), uname=""),
    ),
    bad=(
        changed((_HOSTS, _LINE, "127.0.1.1 mail"), caret="mail", also=("host-cf-chroot-files",)),
        changed(
            (_HOSTS, _LINE, "127.0.1.1 mail.localdomain mail"),
            caret="mail.localdomain",
            also=("host-cf-chroot-files",),
        ),
        changed((_HOSTS, _LINE, "#"), caret="mail", also=("host-cf-chroot-files",)),
        changed((_HOSTS, _LINE, "127.0.1.1 mail mail.example.com"), caret="mail", also=("host-cf-chroot-files",)),
    ),
)

"""The full name of the host is that of a domain, so that its domain is a registry's.

## What it checks
The first name on the line of /etc/hosts that holds the host's name is what `hostname -f` answers. It is not
a mail domain of the spec unless the spec has a host of that name, and what follows its first dot
(`hostname -d`) is not a public suffix such as `com`.

## Why it matters
Debian's postfix package sets `myhostname` to it, so that `mydomain` becomes `com`: PostSRSd 1.x, where
SRS_DOMAIN is not set, then rewrites senders to `...@com`, and HELO does not match the PTR record.

## Example
    127.0.1.1 example.com mail

## How to fix
Put the host's full name first:

    127.0.1.1 mail.example.com mail

## References
hosts(5); hostname(1)
"""

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.public_suffix import is_public_suffix
from mailcheck.lint.kinds import host_rule
from mailcheck.lint.rule import Context, Label, Problem, Severity, Skip, changed
from mailcheck.model.names import absolute, parent, split_labels

_HOSTS, _LINE = "/etc/hosts", "127.0.1.1       mail.example.com mail\n192.0.2.25      mail.example.com mail"
_LOCAL = ("local", "localdomain", "localhost")


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    fqdn = facts.system.fqdn
    if fqdn.value is None:
        yield Skip(fqdn.why)
        return
    name = absolute(fqdn.value)
    labels = split_labels(name)
    if len(labels) < 2 or labels[-1] in _LOCAL:
        return
    domain = ctx.spec.domains.get(name) if name not in ctx.spec.hosts else None
    if domain is None and not is_public_suffix(parent(name)):
        return
    yield Problem(
        f"the host's full name is `{fqdn.value}`, so that its domain is `{parent(name).removesuffix('.')}`",
        fqdn.at,
        help="127.0.1.1 mail.example.com mail",
        related=(Label(domain.at, "the spec has it as a mail domain"),) if domain else (),
        token=name,
    )


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.WARNING,
    "hosts(5)",
    good=(
        changed(),
        changed((_HOSTS, _LINE, "127.0.1.1 mail.example.co.uk mail")),
        changed((_HOSTS, _LINE, "127.0.1.1 mail.example.com example.com mail")),
    ),
    bad=(
        changed(
            (_HOSTS, _LINE, "127.0.1.1 example.com mail"), caret="example.com", also=("host-cf-chroot-files",)
        ),
        changed(
            (_HOSTS, _LINE, "127.0.1.1 example.co.uk mail"), caret="example.co.uk", also=("host-cf-chroot-files",)
        ),
    ),
)

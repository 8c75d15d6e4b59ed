"""`postmaster` or `abuse` of a domain reaches nobody.

## What it checks
For each domain that receives mail and that this host takes mail for: `postmaster` and `abuse` lead by its alias
and mailbox tables to somebody: a mailbox, an account, a command or an address elsewhere.

## Why it matters
RFC 5321 demands that mail to postmaster is accepted, RFC 2142 names abuse. They are where the world tells you that
your host sends spam, and where senders ask before they list it. Some block lists test both.

## Example
    virtual_mailbox_domains = example.com
    # and no postmaster@example.com in any table

## How to fix
    echo 'postmaster@example.com  you@example.com' >> /etc/postfix/virtual
    echo 'abuse@example.com       you@example.com' >> /etc/postfix/virtual
    postmap /etc/postfix/virtual

## References
RFC 5321 section 4.5.1; RFC 2142 sections 2 and 5.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix_classes import ClassMember, class_members
from mailcheck.analysis.postfix_recipients import has_recipient
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed
from mailcheck.model.finding import Label
from mailcheck.model.names import absolute

_NAMES = ("postmaster", "abuse")


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    postfix = facts.postfix
    assert postfix is not None
    members, _ = class_members(postfix, facts.machine.files)
    by_domain: dict[str, ClassMember] = {member.domain: member for member in reversed(members)}
    for member in by_domain.values():
        promised = ctx.spec.domains.get(absolute(member.domain))
        if not ctx.role(absolute(member.domain)).receives:
            continue
        for name in _NAMES:
            found = has_recipient(facts, postfix, name, member.domain)
            if isinstance(found, NotDetermined):
                yield Skip(f"whether {name}@{member.domain} exists: {found.why}")
            elif not found:
                yield Problem(
                    f"mail to `{name}@{member.domain}` reaches nobody",
                    member.at,
                    f"{name}@{member.domain}  you@{member.domain}",
                    (Label(promised.at, "the domain receives mail"),) if promised else (),
                    token=f"{name}@{member.domain}",
                )


_VIRTUAL = "/etc/postfix/virtual"

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.WARNING,
    "RFC 5321 section 4.5.1; RFC 2142 section 5",
    over=each_postfix,
    good=(
        changed(),
        changed((_VIRTUAL, "abuse@example.com           ann@example.com\n", "@example.com ann@example.com\n")),
    ),
    bad=(
        changed((_VIRTUAL, "abuse@example.com           ann@example.com\n", ""), caret="example.com"),
        changed((_VIRTUAL, "postmaster@example.net      ann@example.com\n", ""), caret="example.net"),
    ),
)

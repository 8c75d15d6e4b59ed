"""The host is one that the spec does not have.

## What it checks
`mailcheck.yaml` lists hosts, and the effective `myhostname` of this one is not among them.

## Why it matters
What a host must do is written in the spec: its addresses, its HELO name, the selectors that it signs with. Of a
host that is not there nobody can say whether its mail passes SPF, whether it should sign, or what its PTR must be:
those checks are left out. The others still run.

## Example
`mailcheck.yaml` has `mail.example.com`, main.cf says:

    myhostname = vm17.example.com

## How to fix
Set `myhostname` to the name in the spec, add the host to `hosts:` of `mailcheck.yaml`, or say which one it is:
`mailcheck audit host --host mail.example.com`.

## References
postconf(5), `myhostname`.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.lint.kinds import host_rule, the_host
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed
from mailcheck.model.finding import Label
from mailcheck.model.text import shown_name

_MAIN = "/etc/postfix/main.cf"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    if ctx.host is not None or not ctx.spec.hosts:
        return
    if facts.postfix is None or not facts.name:
        yield Skip("the host's own name cannot be told: --host names it")
        return
    known = [shown_name(name) for name in ctx.spec.hosts]
    related = tuple([Label(host.at, "the spec has this host") for host in list(ctx.spec.hosts.values())[:3]])
    yield Problem(
        f"the spec has no host `{shown_name(facts.name)}`: what it promises of hosts is not checked",
        facts.postfix.of("myhostname").at,
        f"`--host NAME` says which one it is, of {', '.join(known[:5])}; or add it to `hosts:` of mailcheck.yaml",
        related,
        token="myhostname",
    )


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "mailcheck.yaml, hosts",
    over=the_host,
    needs=("spec",),
    good=(
        changed(),
        changed(("mailcheck.yaml", "\n  mail.example.com:\n    addr", "\n  MAIL.example.com:\n    addr")),
    ),
    bad=(
        changed(
            (_MAIN, "myhostname = mail.example.com", "myhostname = vm17.example.com"),
            caret="vm17.example.com",
            also=("host-egress-helo-no-spf", "host-egress-ptr-ne-helo"),
        ),
    ),
)

"""The name that the host gives itself is not one that the internet knows.

## What it checks
`myhostname` has no dot, is `localhost` or lies below `local` or `localdomain`. Where main.cf does not set
it, the kernel's name of the host counts, with `mydomain` added.

## Why it matters
Postfix says this name in HELO. Many receivers refuse mail from a host that has no full name
(`reject_non_fqdn_helo_hostname`, 504), others count it towards spam. Bounces and message ids bear it too.

## Example
    myhostname = vm

## How to fix
Set the full name, the one that the PTR record of the host's address holds:

    myhostname = mail.example.com

## References
postconf(5) myhostname; RFC 5321 section 4.1.4
"""

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed
from mailcheck.model.names import absolute, split_labels

_LOCAL = ("local", "localdomain", "localhost")
_MAIN, _LINE = "/etc/postfix/main.cf", "myhostname = mail.example.com"


def check(facts: HostFacts, _: Context) -> Iterator[Problem | Skip]:
    assert facts.postfix is not None
    setting = facts.postfix.of("myhostname")
    if not setting.is_determined:
        yield Skip("`myhostname` cannot be told: it depends on the running host")
        return
    labels = split_labels(absolute(setting.value))
    if len(labels) < 2 or labels[-1] in _LOCAL or labels[0] == "localhost":
        yield Problem(
            f"the host calls itself `{setting.value}`, which is no name that others know",
            setting.at,
            help="myhostname = mail.example.com",
            token="myhostname",
        )


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "postconf(5) myhostname",
    over=each_postfix,
    yields_to=("host-pf-inline-comment",),
    good=(
        changed(),
        changed((_MAIN, _LINE, "#"), uname="mail.example.com"),
        changed((_MAIN, _LINE, "#")),
        changed((_MAIN, _LINE, "myhostname = $name.example.com\nname = mx")),
    ),
    bad=(
        changed((_MAIN, _LINE, "myhostname = vm"), caret="vm", also=("host-spec-unknown",)),
        changed((_MAIN, _LINE, "myhostname = vm.local"), caret="vm.local", also=("host-spec-unknown",)),
        changed((_MAIN, _LINE, "myhostname = localhost.example.com"), also=("host-spec-unknown",)),
    ),
)

"""The domain of the host is one that is not ours: a registry's, or localdomain.

## What it checks
`mydomain`, set or derived from `myhostname` without its first label, is `localdomain`, `local` or a public
suffix such as `com` or `co.uk`.

## Why it matters
What derives names from it makes wrong ones. PostSRSd 1.x takes it where SRS_DOMAIN is not set, and
rewrites the senders of the host's own mail to `...@localdomain` or `...@com`. `$mydomain` in
`mydestination` or `relay_domains` takes in mail for a whole top-level domain.

## Example
    myhostname = example.com

## How to fix
Set it:

    mydomain = example.com

## References
postconf(5) mydomain, myhostname
"""

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.public_suffix import is_public_suffix
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed
from mailcheck.model.names import absolute

_MAIN, _LINE, _NAME = "/etc/postfix/main.cf", "mydomain = example.com", "myhostname = mail.example.com"


def check(facts: HostFacts, _: Context) -> Iterator[Problem | Skip]:
    assert facts.postfix is not None
    setting, hostname = facts.postfix.of("mydomain"), facts.postfix.of("myhostname")
    if not setting.is_determined or not setting.value:
        yield Skip("`mydomain` cannot be told: it depends on the running host")
    elif is_public_suffix(absolute(setting.value)):
        source = "" if setting.is_set else f", derived from `{hostname.value}`"
        yield Problem(
            f"`mydomain` is `{setting.value}`{source}",
            setting.at if setting.is_set else hostname.at,
            help="mydomain = example.com",
            token="mydomain" if setting.is_set else "myhostname",
        )


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.WARNING,
    "postconf(5) mydomain",
    over=each_postfix,
    yields_to=("host-pf-inline-comment", "host-pf-myhostname-unqualified"),
    good=(
        changed(),
        changed((_MAIN, _LINE, "#")),
        changed((_MAIN, _LINE, "mydomain = mail.example.co.uk")),
    ),
    bad=(
        changed((_MAIN, _LINE, "mydomain = localdomain"), caret="localdomain"),
        changed((_MAIN, _LINE, "mydomain = co.uk"), caret="co.uk"),
        changed(
            (_MAIN, _LINE, "#"),
            (_MAIN, _NAME, "myhostname = example.org"),
            also=("host-spec-unknown",),
            caret="example.org",
        ),
    ),
)

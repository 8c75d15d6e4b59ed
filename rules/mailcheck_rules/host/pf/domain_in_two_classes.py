"""A domain stands in two address classes.

## What it checks
No domain is in two of `mydestination`, `virtual_alias_domains`, `virtual_mailbox_domains` and
`relay_domains`, with their tables read. (`relay_domains` may name those of `mydestination`.) By default the
keys of `virtual_alias_maps` that are domains are in `virtual_alias_domains`.

## Why it matters
One class wins, whatever was meant, and the recipients of the other do not exist: valid addresses are
refused or bounce (`User unknown`). Postfix logs `do not list domain ... in BOTH`, once for each message.

## Example
    mydestination = $myhostname, localhost, example.com
    virtual_mailbox_domains = example.com

## How to fix
Leave the domain in one class: in `mydestination` for accounts of the host, in a virtual one for mailboxes
or aliases in tables.

## References
ADDRESS_CLASS_README; postconf(5) mydestination, virtual_mailbox_domains
"""

from collections.abc import Iterator
from itertools import combinations

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix_domains import CLASSES, domain_list
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Label, Problem, Severity, Skip, changed
from mailcheck.model.text import shown_name

_MAIN = "/etc/postfix/main.cf"
_LOCAL = "mydestination = $myhostname, localhost.$mydomain, localhost, srs.example.com"


def check(facts: HostFacts, _: Context) -> Iterator[Problem | Skip]:
    assert facts.postfix is not None
    lists = [domain_list(facts.postfix, name, facts.machine.files) for name in CLASSES]
    told = set()
    for first, second in combinations(lists, 2):
        if (first.setting, second.setting) == ("mydestination", "relay_domains"):
            continue
        for domain, at in first.names.items():
            if domain in second.names and domain not in told:
                told.add(domain)
                yield Problem(
                    f"`{shown_name(domain)}` is in `{first.setting}` and in `{second.setting}`",
                    at,
                    help="leave the domain in one class",
                    related=(Label(second.names[domain], f"in `{second.setting}`"),),
                    token=domain,
                )
    for one in lists:
        if one.why:
            yield Skip(one.why)


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "postconf(5) mydestination",
    over=each_postfix,
    yields_to=("host-pf-inline-comment",),
    good=(
        changed(),
        changed((_MAIN, "relay_domains =\n", "relay_domains = $mydestination\n")),
        changed(
            (_MAIN, "virtual_alias_domains = example.net", "virtual_alias_domains = mysql:/etc/postfix/domains.cf")
        ),
    ),
    bad=(
        changed((_MAIN, _LOCAL, f"{_LOCAL}, example.com"), caret="example.com"),
        changed(
            (_MAIN, "virtual_alias_domains = example.net", "virtual_alias_domains = example.net, example.com"),
            caret="example.com",
        ),
        changed(
            (_MAIN, _LOCAL, f"{_LOCAL}, example.net"),
            (_MAIN, "virtual_alias_domains = example.net", "# in the table"),
            ("/etc/postfix/virtual", "# Forwarded:", "example.net anything\n# Forwarded:"),
            caret="example.net",
        ),
        changed((_MAIN, "relay_domains =\n", "relay_domains = example.net\n"), caret="example.net"),
    ),
)

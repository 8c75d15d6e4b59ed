"""Mail of programs of the host comes from a domain that is none of ours.

## What it checks
`myorigin`, or the first line of the file that it names, is added to addresses without a domain. It is a
full name, and where there is a spec, one of its domains or a name that OpenDKIM signs for.

## Why it matters
Mail from cron and from root leaves as `root@vm`. Nobody can answer, no DMARC policy covers it, OpenDKIM
does not sign it, and many receivers refuse a sender whose domain does not exist.

## Example
    myorigin = $myhostname

with the host named `vm`.

## How to fix
Name the domain in a file that other programs read too:

    myorigin = /etc/mailname

and in /etc/mailname `example.com`.

## References
postconf(5) myorigin; mailname(5)
"""

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.host_paths import text_of, unread
from mailcheck.analysis.opendkim_signing import Signer
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Label, Problem, Severity, Skip, changed
from mailcheck.model.location import Location
from mailcheck.model.names import absolute, split_labels

_LOCAL = ("local", "localdomain", "localhost")
_MAIN, _LINE = "/etc/postfix/main.cf", "myorigin = /etc/mailname"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    assert facts.postfix is not None
    setting = facts.postfix.of("myorigin")
    name, at = setting.value, setting.at
    if not setting.is_determined or not name:
        yield Skip("`myorigin` cannot be told: it depends on the running host")
        return
    if name.startswith("/"):
        text = text_of(facts.machine.files, name)
        if text is None:
            yield Skip(unread(facts.machine.files, name) or f"there is no file {name}")
            return
        line = text.partition("\n")[0]
        start = len(line) - len(line.lstrip())
        at = Location(name, 1, start + 1, 1, max(len(line.rstrip()), start + 1) + 1)
        name = line.strip()
    if why := _fault(name, facts, ctx):
        named = (Label(setting.at, "this setting names the file"),) if at != setting.at else ()
        yield Problem(
            f"addresses without a domain become `root@{name}`, {why}",
            at,
            help="myorigin = example.com",
            related=named,
            token="myorigin" if setting.is_set else "myhostname",
        )


def _fault(name: str, facts: HostFacts, ctx: Context) -> str:
    domain = absolute(name)
    labels = split_labels(domain)
    if len(labels) < 2 or labels[-1] in _LOCAL:
        return "which is no full name"
    if not ctx.spec.domains or domain in ctx.spec.domains:
        return ""
    signer = facts.opendkim.signs_for(domain) if facts.opendkim else None
    return "" if isinstance(signer, Signer) else "which is no domain of the spec"


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.WARNING,
    "postconf(5) myorigin",
    over=each_postfix,
    yields_to=("host-pf-inline-comment", "host-pf-myhostname-unqualified", "host-dkim-subdomains"),
    good=(
        changed(),
        changed((_MAIN, _LINE, "myorigin = $mydomain")),
        changed((_MAIN, _LINE, "# $myhostname, and OpenDKIM signs for it")),
        changed((_MAIN, _LINE, "myorigin = /etc/origin"), files={"/etc/origin": "example.net\nmore\n"}),
    ),
    bad=(
        changed(files={"/etc/mailname": "vm\n"}, caret="vm"),
        changed(
            (_MAIN, _LINE, "myorigin = vm.localdomain"),
            caret="vm.localdomain",
            also=("host-srs-own-domain-rewritten",),
        ),
        changed(
            (_MAIN, _LINE, "myorigin = other.example"),
            caret="other.example",
            also=("host-srs-own-domain-rewritten",),
        ),
    ),
)

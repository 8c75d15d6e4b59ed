"""The host refuses mail for a domain whose MX record names it.

## What it checks
A domain of the spec that has this host among its `hosts`, or any declared domain where there is no spec,
has an MX record that names this host. It is in one of `mydestination`, `virtual_alias_domains`,
`virtual_mailbox_domains` and `relay_domains`, of any instance. Tables that can be read are looked into, and what
`!example.com` takes out does not count.

## Why it matters
All mail for the domain is refused: `554 Relay access denied`.

## Example
    example.org. MX 10 mail.example.com.

with no `example.org` in main.cf.

## How to fix
Add the domain to the class that its recipients are in:

    virtual_mailbox_domains = example.com, example.org

## References
ADDRESS_CLASS_README; postconf(5) mydestination; RFC 5321 section 5.1
"""

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.mx_records import mx_sets
from mailcheck.analysis.postfix_domains import CLASSES, domain_list
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Label, Problem, Severity, Skip, changed, unanswered
from mailcheck.model.dns import Present, Question, Unknown
from mailcheck.model.names import absolute
from mailcheck.model.record import Record
from mailcheck.model.text import shown_name

_MAIN, _SPEC = "/etc/postfix/main.cf", "mailcheck.yaml"
_OTHER = "\nhosts:\n  mail.example.com:"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    everyone = [one.postfix for one in each_postfix(facts) if one.postfix]
    if not everyone or not facts.name or not any(one.smtpd_services for one in everyone):
        return
    lists = [domain_list(one, name, facts.machine.files) for one in everyone for name in CLASSES]
    for domain in _domains(facts, ctx):
        answer = ctx.ask(domain, "MX")
        if isinstance(answer, Unknown):
            yield unanswered(Question(domain, "MX"), answer)
            continue
        record = _naming(facts.name, answer.records) if isinstance(answer, Present) else None
        held = [one.holds(domain) for one in lists]
        if record is None or True in held:
            continue
        if None in held:
            yield Skip(next(one.why for one in lists if one.why))
            continue
        yield Problem(
            f"mail for `{shown_name(domain)}` comes here and is refused: it is in no class of domains",
            everyone[0].of("mydestination").at,
            help=f"virtual_mailbox_domains = {shown_name(domain)}",
            related=(Label(record.at, "its MX record names this host"),) if record.at.path else (),
            token=domain,
        )


def _domains(facts: HostFacts, ctx: Context) -> list[str]:
    """The domains of the spec that this host is for, else all that the zones have MX records of."""
    if ctx.spec.domains:
        return [domain.name for domain in ctx.spec.domains.values() if facts.name in domain.hosts]
    return [mx.name for zone in ctx.zones for mx in mx_sets(zone)]


def _naming(host: str, records: tuple[Record, ...]) -> Record | None:
    """The MX record that names the host."""
    return next((record for record in records if absolute(record.text.rpartition(" ")[2]) == host), None)


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "postconf(5) mydestination",
    needs=("dns",),
    good=(
        changed(),
        changed(
            (_MAIN, "virtual_alias_domains = example.net", "relay_domains_of_old = example.net"),
            (_MAIN, "relay_domains =\n", "relay_domains = hash:/etc/postfix/relay\n"),
            files={"/etc/postfix/relay": "example.net ok\n", "/etc/postfix/relay.db": ""},
        ),
        changed(
            (_MAIN, "virtual_alias_domains = example.net", "virtual_alias_domains = /etc/postfix/domains"),
            files={"/etc/postfix/domains": "# ours\nexample.org example.net\n"},
        ),
        changed(
            (_MAIN, "virtual_alias_domains = example.net", "virtual_alias_domains = pcre:/etc/postfix/domains"),
            files={"/etc/postfix/domains": "/^example/ ok\n"},
        ),
        changed(
            (_MAIN, "virtual_alias_domains = example.net", "virtual_alias_domains ="),
            ("zones/example.net.zone", "MX      10 mail.example.com.", "MX      10 mx.example.org."),
            ("zones/mta-sts.example.net.txt", "mx: mail.example.com", "mx: mx.example.org"),
        ),
    ),
    bad=(
        changed((_MAIN, "virtual_alias_domains = example.net", "virtual_alias_domains =")),
        changed(
            (_MAIN, "virtual_alias_domains = example.net", "virtual_alias_domains = !example.net, example.net")
        ),
        changed(
            (_MAIN, "virtual_mailbox_domains = example.com", "virtual_mailbox_domains = inline:{ example.org=x }")
        ),
    ),
)

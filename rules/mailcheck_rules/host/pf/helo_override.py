"""The name that mail is sent under is not one of this host.

## What it checks
`smtp_helo_name`, in main.cf or by `-o` on a service that sends, differs from `myhostname`. It is a full
name, and its A and AAAA records hold one of the addresses that the service sends from (its
`smtp_bind_address`, else those of the spec or of the host). Whether the PTR record agrees is for the rules
on addresses.

## Why it matters
Receivers look the name of HELO up. Many refuse mail where it is no full name or does not exist, others
count it towards spam; SPF is checked against it for bounces.

## Example
    smtp_helo_name = vm

## How to fix
Remove the line, or:

    smtp_helo_name = $myhostname

## References
postconf(5) smtp_helo_name; RFC 5321 section 4.1.4; RFC 7208 section 2.3
"""

from collections.abc import Iterator

from mailcheck.analysis.addresses import first_open, host_addresses
from mailcheck.analysis.host_egress import seen_addresses
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Label, Problem, Severity, Skip, changed, unanswered
from mailcheck.model.location import NOWHERE
from mailcheck.model.names import absolute, split_labels

_LOCAL = ("local", "localdomain", "localhost")
_MAIN, _MASTER, _ZONE = "/etc/postfix/main.cf", "/etc/postfix/master.cf", "zones/example.com.zone"
_LINE = "relayhost =\n"
_SMTP = "smtp      unix  -       -       y       -       -       smtp\n"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    assert facts.postfix is not None
    own = facts.postfix.of("myhostname").value.lower()
    told = set()
    for service in facts.postfix.services_running("smtp"):
        setting = facts.postfix.of("smtp_helo_name", service)
        name = setting.value
        if not setting.is_set or setting.at in told or name.lower() == own:
            continue
        told.add(setting.at)
        if not setting.is_determined or not name:
            yield Skip("`smtp_helo_name` cannot be expanded")
            continue
        labels = split_labels(absolute(name))
        why, place = "which is no full name", NOWHERE
        if len(labels) > 1 and labels[-1] not in _LOCAL:
            host = ctx.evaluate(host_addresses, absolute(name))[absolute(name)]
            sending = seen_addresses(facts, facts.postfix, ctx.host, service)
            undecided = first_open([host])
            if {one.address for one in host.found} & {*sending}:
                continue
            if host.found and not sending:
                yield Skip("the addresses that mail leaves from are not known")
                continue
            if undecided:
                yield unanswered(*undecided)
                continue
            why = "which does not lead to an address of this host" if host.found else "which has no address"
            place = host.found[0].record.at if host.found else NOWHERE
        yield Problem(
            f"mail is sent under the name `{name}`, {why}",
            setting.at,
            help="smtp_helo_name = $myhostname",
            related=(Label(place, "its address"),) if place.path else (),
            token=setting.name if setting.origin == "main.cf" else service.name,
        )


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.WARNING,
    "postconf(5) smtp_helo_name",
    needs=("dns",),
    over=each_postfix,
    yields_to=("host-pf-inline-comment",),
    good=(
        changed(),
        changed((_MAIN, _LINE, f"{_LINE}smtp_helo_name = $myhostname\n")),
        changed(
            (_MAIN, _LINE, f"{_LINE}smtp_helo_name = out.example.com\n"),
            (_ZONE, "mta-sts A", "out A 192.0.2.25\nmta-sts A"),
        ),
        changed(
            (_MASTER, _SMTP, f"{_SMTP}  -o smtp_helo_name=out.example.com\n  -o smtp_bind_address=192.0.2.26\n"),
            (_ZONE, "mta-sts A", "out A 192.0.2.26\nmta-sts A"),
        ),
        changed((_MAIN, _LINE, f"{_LINE}smtp_helo_name = mail.elsewhere.example\n")),
        changed(
            (
                _MAIN,
                "smtp_bind_address = 192.0.2.25",
                "smtp_bind_address = 10.0.0.5\nsmtp_helo_name = ns1.example.com",
            ),
            (_ZONE, "ns1     A       192.0.2.53", "ns1     A       192.0.2.25"),
        ),
    ),
    bad=(
        changed((_MAIN, _LINE, f"{_LINE}smtp_helo_name = vm\n"), caret="vm"),
        changed((_MASTER, _SMTP, f"{_SMTP}  -o smtp_helo_name=ns1.example.com\n"), caret="ns1.example.com"),
        changed((_MAIN, _LINE, f"{_LINE}smtp_helo_name = gone.example.com\n"), caret="gone.example.com"),
    ),
)

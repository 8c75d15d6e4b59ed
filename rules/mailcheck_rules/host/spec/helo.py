"""The host greets other servers with a name that is not the spec's.

## What it checks
The effective `smtp_helo_name` of each service that delivers mail is the `helo` of the host in `mailcheck.yaml`.

## Why it matters
PTR records, the SPF record of the HELO name and the certificate are judged by the name in the spec. The one that
receivers see is another.

## Example
    mail.example.com:
      helo: mail.example.com

in mailcheck.yaml, and in main.cf:

    smtp_helo_name = mx1.example.com

## How to fix
    smtp_helo_name = $myhostname

or correct `helo` in mailcheck.yaml.

## References
postconf(5) smtp_helo_name; RFC 5321 section 4.1.1.1; mailcheck.yaml, `helo`.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Label, Problem, Severity, Skip, changed
from mailcheck.model.names import absolute
from mailcheck.model.text import shorten, shown_name

_MAIN, _SPEC, _ZONE = "/etc/postfix/main.cf", "mailcheck.yaml", "zones/example.com.zone"
_OWN, _OUT = "helo: mail.example.com", "helo: out.example.com"
_ADDRESS = "mta-sts A", "out A 192.0.2.25\nmta-sts A"
_OUT_TOO = 'out A 192.0.2.25\n  AAAA 2001:db8::25\n  TXT "v=spf1 a -all"\n'
_LINE = "relayhost =\n"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    assert facts.postfix is not None
    host = ctx.host
    if host is None or "helo" not in host.places:
        return
    told = set()
    for service in facts.postfix.services_running("smtp"):
        setting = facts.postfix.of("smtp_helo_name", service)
        place = setting if setting.is_set else facts.postfix.of("myhostname", service)
        if place.at in told or absolute(setting.value) == host.helo:
            continue
        told.add(place.at)
        if not setting.is_determined:
            yield Skip("`smtp_helo_name` cannot be expanded")
            continue
        yield Problem(
            f"mail is sent under the name `{shorten(setting.value)}`, not the `helo` of the spec",
            place.at,
            f"smtp_helo_name = {shown_name(host.helo)}",
            (Label(host.place("helo"), "the spec promises this name"),),
            token=service.name if setting.origin == "master.cf" else "smtp_helo_name",
        )


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.WARNING,
    "mailcheck.yaml, helo",
    over=each_postfix,
    needs=("spec",),
    yields_to=("host-pf-helo-override", "host-pf-inline-comment", "host-egress-ptr-ne-helo*"),
    good=(
        changed(),
        changed((_MAIN, _LINE, f"{_LINE}smtp_helo_name = MAIL.example.com\n")),
    ),
    bad=(
        changed((_SPEC, _OWN, _OUT), (_ZONE, *_ADDRESS), caret="mail.example.com"),
        changed(
            (_MAIN, _LINE, f"{_LINE}smtp_helo_name = out.example.com\n"),
            (_ZONE, "mta-sts A", f"{_OUT_TOO}mta-sts A"),
            ("zones/2.0.192.in-addr.arpa.zone", "mail.example.com.", "out.example.com."),
            ("zones/8.b.d.0.1.0.0.2.ip6.arpa.zone", "mail.example.com.", "out.example.com."),
            caret="out.example.com",
        ),
    ),
)

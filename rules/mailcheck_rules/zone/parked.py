"""A zone that is to be parked does not say so in full.

## What it checks
Nothing, unless the option `required` is set, as the profile `parked` does. Then the apex of each zone, and every
other name in it that sends or receives, has a null MX and nothing else in MX, the SPF record `v=spf1 -all`, the
DMARC policy `reject`, its own or one from above, and an empty key at `*._domainkey`. Reverse zones are left out.

## Why it matters
Spammers like domains that nobody watches. Each of the four closes one door: bounces and spam are not even
tried, no address may send, mail in its name is refused, no old key signs.

## Example
    example.net. TXT "v=spf1 -all"
    ; and no MX, no DMARC, no DKIM record

## How to fix
    example.net.               MX  0 .
    example.net.               TXT "v=spf1 -all"
    _dmarc.example.net.        TXT "v=DMARC1; p=reject"
    *._domainkey.example.net.  TXT "v=DKIM1; p="

Where parked domains stand beside others, name them in `mailcheck.yaml` with `mail: none` instead.

## References
RFC 7505 section 3; RFC 7208 section 10.1.2; RFC 9989 section 4.7; RFC 6376 section 3.6.1;
https://www.m3aawg.org/sites/default/files/m3aawg_parked_domains_bp-2015-12.pdf
"""

from collections.abc import Iterator
from typing import NamedTuple

from mailcheck.analysis.mail_role import MailDomain, mail_domains
from mailcheck.analysis.spec_parked import parked_place, parked_policy, parked_records
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity, Skip, master, unanswered
from mailcheck.model.dns import Unknown
from mailcheck.model.text import shown_name


class ParkedOptions(NamedTuple):
    """`required`: whether every domain of the zone has to be parked."""

    required: bool = False


def check(domain: MailDomain, ask: Context) -> Iterator[Problem | Skip]:
    if not ask.options(ParkedOptions).required:
        return
    role = ask.role(domain.name)
    if domain.name != ask.zone.name and not (role.sends or role.receives):
        return
    for wanted in (*ask.evaluate(parked_records, domain.name), ask.evaluate(parked_policy, domain.name)):
        if isinstance(wanted.found, Unknown):
            yield unanswered(wanted.question, wanted.found)
        elif not wanted.found:
            name, rtype = wanted.question
            yield Problem(
                f"`{shown_name(domain.name)}` is to be parked, and lacks {wanted.what}",
                parked_place(ask.zone, wanted.question) or domain.at,
                help=f"publish {wanted.what}",
                name=name,
                type=rtype,
            )


_MX = "@ MX 0 .\n"
_SPF = '@ TXT "v=spf1 -all"\n'
_DMARC = '_dmarc TXT "v=DMARC1; p=reject"\n'
_DKIM = '*._domainkey TXT "v=DKIM1; p="\n'
_ALL = _MX + _SPF + _DMARC + _DKIM


def _required(records: str, caret: str | None = None) -> Case:
    return master(records, caret, **{"mailcheck.yaml": "rules: {options: {zone-parked: {required: true}}}\n"})


RULE = Rule(
    __name__,
    __doc__,
    over=mail_domains,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 7505 section 3",
    needs=frozenset({"dns"}),
    yields_to=(
        "spec-parked",
        "zone-non-ascii",
        "spf-misspelt-version",
        "spf-record-type",
        "spf-single-record",
        "spf-syntax",
        "dmarc-misspelt",
        "dmarc-single-record",
        "dmarc-policy-missing",
        "mx-null",
    ),
    options=ParkedOptions,
    good=(
        master("@ MX 10 mail\nmail A 192.0.2.25"),
        _required(_ALL),
        _required(_ALL + 'www TXT "v=spf1 -all"\nwww A 192.0.2.80'),
    ),
    bad=(
        _required(_SPF + _DMARC + _DKIM, caret="@"),
        _required(_MX + _SPF.replace("-all", "~all") + _DMARC + _DKIM, caret="v=spf1 ~all"),
        _required(_MX + _SPF + _DMARC.replace("reject", "none") + _DKIM),
        _required(_MX + _SPF + _DMARC, caret="@"),
        _required(_ALL + "news MX 10 mail\nmail A 192.0.2.25", caret="10 mail"),
    ),
)

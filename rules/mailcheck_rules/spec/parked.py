"""A domain that does no mail does not say so in full.

## What it checks
Each domain with `mail: none` in `mailcheck.yaml` has a null MX and nothing else in MX, the SPF record
`v=spf1 -all`, a DMARC policy of `reject`, its own or one from above, and an empty key at `*._domainkey`.

## Why it matters
Spammers like domains that nobody watches. Each of the four closes one door: bounces and spam are not even
tried, no address may send, mail in its name is refused, no old key signs.

## Example
    domains:
      example.net: {mail: none}

    example.net. TXT "v=spf1 -all"
    ; and no MX, no DMARC, no DKIM record

## How to fix
    example.net.               MX  0 .
    example.net.               TXT "v=spf1 -all"
    _dmarc.example.net.        TXT "v=DMARC1; p=reject"
    *._domainkey.example.net.  TXT "v=DKIM1; p="

## References
RFC 7505 section 3; RFC 7208 section 10.1.2; RFC 9989 section 4.7; RFC 6376 section 3.6.1
"""

from collections.abc import Iterator

from mailcheck.analysis.spec_parked import Wanted, parked_place, parked_policy, parked_records
from mailcheck.analysis.spec_places import sides
from mailcheck.analysis.zone_sets import whole_zone
from mailcheck.lint.rule import Context, Problem, Rule, Severity, Skip, master, unanswered
from mailcheck.model.dns import Unknown
from mailcheck.model.spec import DomainSpec
from mailcheck.model.text import shown_name
from mailcheck.model.zone import Zone


def check(zone: Zone, ask: Context) -> Iterator[Problem | Skip]:
    for domain in ask.promises.domains:
        if domain.mail == "none":
            wanted = ask.evaluate(parked_records, domain.name)
            if domain.policy in (None, "reject"):
                wanted = (*wanted, ask.evaluate(parked_policy, domain.name))
            for each in wanted:
                if isinstance(each.found, Unknown):
                    yield unanswered(each.question, each.found)
                elif not each.found:
                    yield _problem(zone, domain, each)


def _problem(zone: Zone, domain: DomainSpec, wanted: Wanted) -> Problem:
    name, rtype = wanted.question
    at, related = sides(
        parked_place(zone, wanted.question), domain.place("mail"), "the spec says that it does no mail"
    )
    return Problem(
        f"`{shown_name(domain.name)}` does no mail by the spec, and lacks {wanted.what}",
        at,
        help=f"publish {wanted.what}, or change `mail` in the spec",
        related=related,
        name=name,
        type=rtype,
    )


_SPEC = {"mailcheck.yaml": "domains:\n  example.com: {mail: none}\n"}
_MX = "@ MX 0 .\n"
_SPF = '@ TXT "v=spf1 -all"\n'
_DMARC = '_dmarc TXT "v=DMARC1; p=reject"\n'
_DKIM = '*._domainkey TXT "v=DKIM1; p="\n'

RULE = Rule(
    __name__,
    __doc__,
    over=whole_zone,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 7505 section 3",
    needs=frozenset({"dns", "spec"}),
    yields_to=(
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
    good=(
        master(_MX + _SPF + _DMARC + _DKIM, **_SPEC),
        master(
            _MX + _SPF + _DMARC.replace("reject", "none") + _DKIM,
            **{"mailcheck.yaml": "domains:\n  example.com: {mail: none, policy: none}\n"},
        ),
    ),
    bad=(
        master(_SPF + _DMARC + _DKIM, caret="@", **_SPEC),
        master(_MX.replace("0 .", "10 mail") + _SPF + _DMARC + _DKIM, caret="10 mail", **_SPEC),
        master(_MX + _DMARC + _DKIM, caret="@", **_SPEC),
        master(_MX + _SPF.replace("-all", "~all") + _DMARC + _DKIM, caret="v=spf1 ~all", **_SPEC),
        master(_MX + _SPF + _DKIM, caret="@", **_SPEC),
        master(_MX + _SPF + _DMARC.replace("reject", "quarantine") + _DKIM, **_SPEC),
        master(_MX + _SPF + _DMARC, caret="@", **_SPEC),
    ),
)

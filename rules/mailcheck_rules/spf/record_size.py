"""The answer that carries the SPF record may not fit a plain UDP packet.

## What it checks
At a name with an SPF record, the name and the texts of all its TXT records together stay within 450
octets, so that the whole answer stays under 512. Verification tokens and other records at the name
count, since the receiver gets all of them.

## Why it matters
Over 512 octets an answer depends on EDNS or on a second query over TCP. Most resolvers manage; a
firewall or an old mail appliance that does not gets no SPF record, and mail is delayed or rejected.

## Example
    example.com. TXT "v=spf1 ip4:192.0.2.1 ip4:192.0.2.5 … -all"    (400 octets)
    example.com. TXT "site-verification=…"                          (80 octets)

## How to fix
Remove tokens that have done their work, join addresses into networks, or move terms to a name of their
own and include it:

    example.com.      TXT "v=spf1 include:_spf.example.com -all"
    _spf.example.com. TXT "v=spf1 ip4:192.0.2.1 ip4:192.0.2.5 …"

## References
RFC 7208 section 3.4
"""

from collections.abc import Iterator

from mailcheck.analysis.zone_texts import large_text_sets
from mailcheck.grammar.spf import is_spf
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master
from mailcheck.model.record import RecordSet

LARGEST = 450


def check(texts: RecordSet, _: Context) -> Iterator[Problem]:
    size = len(texts.name) + sum(len(record.text) for record in texts.records)
    if size <= LARGEST:
        return
    spf = next((record for record in texts.records if is_spf(record.text)), None)
    if spf is not None:
        others = size - len(texts.name) - len(spf.text)
        which = f", {others} of them in other TXT records" if others else ""
        yield Problem(
            f"the name and its TXT records have {size} octets{which}: an answer of 512 holds about {LARGEST}",
            spf.at.within(0, 6),
            help="remove what is no longer needed, or move terms into a record that this one includes",
        )


RULE = Rule(
    __name__,
    __doc__,
    over=large_text_sets,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 7208 section 3.4",
    yields_to=("zone-txt-length", "zone-txt-oversize"),
    good=(
        master(f'@ TXT "v=spf1 ip4:192.0.2.0/24 -all"\n@ TXT "{"t" * 250}"'),
        master(f'@ TXT "{"t" * 250}"\n@ TXT "{"u" * 250}"\nmail TXT "v=spf1 a -all"\nmail A 192.0.2.1'),
    ),
    bad=(
        master(f'@ TXT "v=spf1 ip4:192.0.2.25 -all"\n@ TXT "{"t" * 250}"\n@ TXT "{"u" * 250}"', caret="v=spf1"),
        master(
            '@ TXT "v=spf1 ' + " ".join(f"ip4:192.0.2.{host}" for host in range(100, 113)) + '"'
            ' " ' + " ".join(f"ip4:192.0.2.{host}" for host in range(200, 214)) + ' -all"',
            caret="v=spf1",
        ),
    ),
)

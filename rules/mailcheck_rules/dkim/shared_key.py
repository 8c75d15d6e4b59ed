"""One DKIM key is published under several selectors, or for several domains.

## What it checks
The same public key stands at two selectors, or at one selector of domains that are not related: neither
is below the other, and they are in different zones. Two names of one domain tree under one selector are
fine. All declared zones are compared; the finding stands at the first of the names.

## Why it matters
Two selectors with one key make a rotation that changes nothing. One key for domains of different owners
lets whoever holds the private key sign for all of them, and a leak, or a change, hits all at once.

## Example
    s1._domainkey.example.com. TXT "v=DKIM1; p=MIIBIjANBgkq..."
    s2._domainkey.example.com. TXT "v=DKIM1; p=MIIBIjANBgkq..."

## How to fix
Make one key for each selector and each domain. Where all the domains are yours and one server signs for
them, you may accept this: put a suppression with that reason on the record.

## References
RFC 6376 sections 3.1 and 8.3
"""

from collections.abc import Iterator

from mailcheck.analysis.dkim_keys import DkimRecord, dkim_records, published_keys
from mailcheck.lint.rule import Case, Context, Label, Problem, Rule, Severity, master
from mailcheck.model.names import is_at_or_below
from mailcheck.model.zone import Zone


def check(record: DkimRecord, ask: Context) -> Iterator[Problem]:
    places = ask.once(published_keys).get(record.tree.encoded, ()) if record.tree.is_readable else ()
    if not places or places[0][1].name != record.name:
        return
    clashing = [other for zone, other in places[1:] if _clash(ask.zone, record, zone, other)]
    if clashing:
        more = f" and {len(clashing) - 1} more" if len(clashing) > 1 else ""
        yield Problem(
            f"the same key is published at `{clashing[0].name.removesuffix('.')}`{more}",
            record.key_at,
            help="make a key of its own for each selector and domain",
            related=tuple(Label(other.record.owner_at, "the same key") for other in clashing[:4]),
        )


def _clash(zone: Zone, record: DkimRecord, other_zone: Zone, other: DkimRecord) -> bool:
    related = (
        zone is other_zone
        or is_at_or_below(record.domain, other.domain)
        or is_at_or_below(other.domain, record.domain)
    )
    return record.selector != other.selector or not related


_KEY = 'TXT "v=DKIM1; p={rsa2048.public}"'


def _zone(origin: str, records: str) -> str:
    apex = "@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n@ NS ns1\nns1 A 192.0.2.53"
    return f"$ORIGIN {origin}\n$TTL 3600\n{apex}\n{records}\n"


RULE = Rule(
    __name__,
    __doc__,
    over=dkim_records,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 6376 section 3.1",
    indexes=(published_keys,),
    good=(
        master(f's1._domainkey {_KEY}\ns2._domainkey TXT "v=DKIM1; p={{rsa2048b.public}}"'),
        master(f"s1._domainkey {_KEY}\ns1._domainkey.news {_KEY}\ns1._domainkey.shop {_KEY}"),
        master('s1._domainkey TXT "v=DKIM1; p="\ns2._domainkey TXT "v=DKIM1; p="'),
        Case(
            {
                "example.com.zone": _zone("example.com.", f"s1._domainkey {_KEY}"),
                "news.example.com.zone": _zone("news.example.com.", f"s1._domainkey {_KEY}"),
            }
        ),
    ),
    bad=(
        master(f"s1._domainkey {_KEY}\ns2._domainkey {_KEY}", caret="{rsa2048.public}"),
        Case(
            {
                "example.com.zone": _zone("example.com.", f"s1._domainkey {_KEY}"),
                "example.net.zone": _zone("example.net.", f"s1._domainkey {_KEY}"),
                "example.org.zone": _zone("example.org.", f"s1._domainkey {_KEY}"),
            }
        ),
    ),
    yields_to=("dkim-single-record",),
)

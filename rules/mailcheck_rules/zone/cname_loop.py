"""A chain of aliases returns to itself.

## What it checks
CNAME records that lead, one to the next, back to a name of their own chain.

## Why it matters
No resolver gets to the end of such a chain: every question about these names fails, whatever its
type. An include, an exchange or a DKIM selector among them is lost for mail, and receivers see a
temporary error for as long as the zone stands.

## Example
    s1._domainkey.example.com. CNAME s2._domainkey.example.com.
    s2._domainkey.example.com. CNAME s1._domainkey.example.com.

## How to fix
Let the last alias of the chain lead to the name that holds the data.

## References
RFC 1034 sections 3.6.2 and 5.2.2
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from mailcheck.lint.rule import Context, Label, Problem, Rule, Severity, master
from mailcheck.model.index import Index
from mailcheck.model.names import absolute
from mailcheck.model.record import RecordSet
from mailcheck.model.zone import Zone

LONGEST = 64


def aliases(zone: Zone) -> Iterable[RecordSet]:
    return zone.record_sets("CNAME")


def check(alias: RecordSet, ask: Context) -> Iterator[Problem]:
    index = ask.once(targets)
    chain = [alias.name]
    while len(chain) < LONGEST:
        following = index.get(chain[-1])
        if following is None:
            return
        if following == alias.name:
            if alias.name != min(chain):
                return  # the loop is told once, at its first name
            shown = " → ".join(name.removesuffix(".") for name in [*chain, alias.name])
            yield Problem(
                f"the alias leads back to itself: {shown}",
                alias.at,
                help="let it lead to the name that holds the data",
                related=(Label(alias.records[0].owner_at, "the chain begins here"),),
            )
            return
        if following in chain:
            return
        chain.append(following)


def _targets(zone: Zone) -> tuple[tuple[str, str], ...]:
    return tuple([(found.name, absolute(found.records[0].text)) for found in zone.record_sets("CNAME")])


def _joined(_: Sequence[Zone], parts: Iterable[tuple[tuple[str, str], ...]]) -> Mapping[str, str]:
    return {name: target for part in parts for name, target in part}


targets = Index(_targets, _joined)
"""The target of every alias, by owner name."""


RULE = Rule(
    __name__,
    __doc__,
    over=aliases,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 1034 section 3.6.2",
    indexes=(targets,),
    good=(
        master("a CNAME b\nb CNAME c\nc A 192.0.2.1"),
        master("a CNAME outside.example."),
        master("\n".join(f"n{n} CNAME n{n + 1}" for n in range(70))),
    ),
    bad=(
        master("a CNAME b\nb CNAME a", caret="b"),
        master("a CNAME a", caret="a"),
        master("x CNAME a\na CNAME b\nb CNAME a", caret="b"),
    ),
)

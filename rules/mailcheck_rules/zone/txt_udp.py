"""The TXT answer of a name does not fit one UDP packet of the usual size.

## What it checks
The whole answer to a TXT question, with all TXT records of the name, has at most 1232 octets.

## Why it matters
Resolvers ask for answers of up to 1232 octets, which pass every network in one piece. A larger one is
cut off, and the resolver must ask again over TCP: slower, and lost where TCP to port 53 is blocked. One
large DKIM key does no harm; a dozen old verification tokens beside an SPF record do.

## Example
    example.com. TXT "v=spf1 …"  and twenty verification tokens of 60 octets

## How to fix
Remove the tokens that have done their work, and move what can stand elsewhere to a name of its own.

## References
RFC 9715; DNS Flag Day 2020
"""

from collections.abc import Iterator

from mailcheck.analysis.zone_texts import answer_size, large_text_sets
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master
from mailcheck.model.record import RecordSet

LARGEST = 1232


def check(texts: RecordSet, _: Context) -> Iterator[Problem]:
    size = answer_size(texts)
    if size > LARGEST:
        yield Problem(
            f"the TXT answer of this name has {size} octets; one UDP packet holds {LARGEST}",
            texts.records[0].owner_at,
            help="remove what is no longer needed, or move it to another name",
        )


RULE = Rule(
    __name__,
    __doc__,
    over=large_text_sets,
    check=check,
    severity=Severity.INFO,
    standard="RFC 9715",
    yields_to=("spf-record-size", "zone-txt-length", "zone-txt-oversize"),
    good=(master("notes TXT " + " ".join(f'"{"t" * 230}"' for _ in range(5))),),
    bad=(
        master("notes TXT " + " ".join(f'"{"t" * 230}"' for _ in range(6)), caret="notes"),
        master("\n".join(f'notes TXT "{number} {"t" * 230}"' for number in range(5)), caret="notes"),
    ),
)

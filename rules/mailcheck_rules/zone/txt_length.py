"""The TXT answer of a name does not fit 4096 octets.

## What it checks
The whole answer to a TXT question, with all TXT records of the name, has at most 4096 octets.

## Why it matters
4096 octets is the most that resolvers have ever asked for over UDP by default. A larger answer always
needs TCP, and mail software with a fixed buffer gets none of it.

## Example
    example.com. TXT "v=spf1 …"  and a hundred verification tokens

## How to fix
Remove what is no longer needed, and give each use a name of its own.

## References
RFC 6891 section 6.2.5
"""

from collections.abc import Iterator

from mailcheck.analysis.zone_texts import answer_size, large_text_sets
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master
from mailcheck.model.record import RecordSet

LARGEST = 4096


def check(texts: RecordSet, _: Context) -> Iterator[Problem]:
    size = answer_size(texts)
    if size > LARGEST:
        yield Problem(
            f"the TXT answer of this name has {size} octets: over {LARGEST} it is never sent by UDP",
            texts.records[0].owner_at,
            help="remove what is no longer needed, or move it to another name",
        )


RULE = Rule(
    __name__,
    __doc__,
    over=large_text_sets,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 6891 section 6.2.5",
    yields_to=("zone-txt-oversize",),
    good=(master("notes TXT " + " ".join(f'"{"t" * 250}"' for _ in range(16))),),
    bad=(master("notes TXT " + " ".join(f'"{"t" * 250}"' for _ in range(17)), caret="notes"),),
)

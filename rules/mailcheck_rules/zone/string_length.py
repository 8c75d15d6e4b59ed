"""A string of a master file is longer than 255 octets.

## What it checks
Each character-string of a TXT or SPF record in a master file has at most 255 octets, escapes counted as
the octets they stand for. octoDNS cuts the values of its files by itself.

## Why it matters
The length of a string is a single octet. Name servers refuse the whole zone for one string that is too
long: it is not loaded, or an old version goes on being served. A DKIM key of 2048 bits pasted as one
string is the usual case.

## Example
    s1._domainkey.example.com. TXT "v=DKIM1; p=MIIB…"    (410 octets)

## How to fix
Cut the text into several strings of one record, with no space inside the quotes; receivers join them.
The offered fix does that:

    s1._domainkey.example.com. TXT "v=DKIM1; p=MIIB…" "…IDAQAB"

## References
RFC 1035 sections 3.3 and 3.3.14; RFC 6376 section 3.6.2.2
"""

from collections.abc import Iterator

from mailcheck.analysis.edits import recutting
from mailcheck.analysis.zone_texts import LongString, long_strings
from mailcheck.lint.rule import Case, Context, Fix, Problem, Rule, Severity, master
from mailcheck.model.record import LONGEST_STRING


def check(string: LongString, _: Context) -> Iterator[Problem]:
    record, start, end, fits = string
    fix = Fix(f"cut it into strings of {LONGEST_STRING} octets", (recutting(record, start, end),), safe=True)
    yield Problem(
        f"this string has {end - start} octets; {LONGEST_STRING} is the most: name servers refuse the whole zone",
        string.at,
        help='cut it into several strings of the record: `"…" "…"`',
        fix=fix if fits else None,
        token=record.text[start:end],
    )


RULE = Rule(
    __name__,
    __doc__,
    over=long_strings,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 1035 section 3.3",
    good=(
        master(f'notes TXT "{"t" * 255}" "{"t" * 255}"'),
        master(f'notes TXT "{"t" * 254}\\195"'),
        Case({"example.com.yaml": f"notes:\n  type: TXT\n  value: {'t' * 300}\n"}),
    ),
    bad=(
        master(f'notes TXT "{"t" * 256}"', caret="t" * 256),
        master(f"notes TXT t {'u' * 256}", caret="u" * 256),
        master(f'notes SPF "{"t" * 253}\\195\\169t"', caret=f"{'t' * 253}\\195\\169t"),
        master(f'notes TXT (\n  "t" ; first\n  "{"u" * 300}" )', caret="u" * 300),
    ),
)

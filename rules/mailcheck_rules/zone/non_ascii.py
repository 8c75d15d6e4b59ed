r"""An octoDNS TXT value holds a character that is not ASCII.

## What it checks
TXT and SPF values of octoDNS files hold ASCII characters only. A record with `octodns: lenient: true` is
deployed all the same, and is `zone-lenient`.

## Why it matters
octoDNS refuses such a record, and with it the run: nothing of the zone is deployed until the character
is gone. It is often not to be seen: a typographic quote or dash, or a space of no width, that came along
when the value was copied from a page.

## Example
    '':
      type: TXT
      value: note=café

## How to fix
Write the value in ASCII, an internationalized domain name in its A-label form (`xn--...`). octoDNS has no
escape for other octets: `\233` would be published as these four characters.

## References
octoDNS documentation, Records (TXT) and Lenience
"""

from collections.abc import Iterator

from mailcheck.analysis.zone_texts import texts_beyond_ascii
from mailcheck.grammar.spf import is_spf
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity
from mailcheck.model.patterns import late
from mailcheck.model.record import Record

_OCTETS = late(r"[\x80-\xff]+")
_WORD = late(r"[^ ]+")


def check(record: Record, _: Context) -> Iterator[Problem]:
    if _is_lenient(record):
        return
    found = _OCTETS.search(record.text)
    assert found is not None  # `over` lists no other
    character = found[0].encode("latin-1").decode()[0]
    word = next(word[0] for word in _WORD.finditer(record.text) if word.end() > found.start())
    yield Problem(
        f"U+{ord(character):04X} is no ASCII character: octoDNS refuses this {record.type} record",
        record.at.within(found.start(), found.end()),
        help="write the value in ASCII, an internationalized name as `xn--...`; there is no escape for it",
        token=word if is_spf(record.text) or "_" not in record.name else "",
    )


def _is_lenient(record: Record) -> bool:
    options = (record.extra or {}).get("octodns")
    return isinstance(options, dict) and bool(options.get("lenient"))


def _octodns(value: str, more: str = "") -> Case:
    return Case({"example.com.yaml": f"'':\n  type: TXT\n{more}  value: {value}\n"})


RULE = Rule(
    __name__,
    __doc__,
    over=texts_beyond_ascii,
    check=check,
    severity=Severity.ERROR,
    standard="octoDNS, Records",
    good=(
        _octodns("note=cafe"),
        _octodns("note=café", "  octodns:\n    lenient: true\n"),
        Case({"example.com.zone": '$ORIGIN example.com.\n$TTL 60\n@ TXT "caf\\195\\169"\n'}),
        Case({"example.com.yaml": "bücher:\n  type: A\n  value: 192.0.2.1\n"}),
    ),
    bad=(
        _octodns("note=café")._replace(caret="é"),
        _octodns("“quoted”")._replace(caret="“"),
        _octodns("note=a\u200bb")._replace(caret="\u200b"),
        Case({"example.com.yaml": "x:\n  type: SPF\n  value: é\n"}, caret="é"),
    ),
)

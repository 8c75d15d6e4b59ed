"""More than two terms of the SPF record find nothing in DNS.

## What it checks
The terms `a`, `mx` and `exists`, on all paths, whose name does not exist or has no such record,
for IPv4 and for IPv6 clients alike. For an IPv6 client `a` and `mx` ask for AAAA records, `exists`
asks for A always. An `mx` is void where none of its exchanges has an address; a null MX is an answer.
Names with macros are left aside, and so are includes without a record, which are an error by themselves.

## Why it matters
Receivers should put up with two such terms and give a permanent error at the third, for every
message that has not matched before.

## Example
    example.com. TXT "v=spf1 a:old1.example.com a:old2.example.com a:old3.example.com -all"

## How to fix
Remove the terms whose hosts are gone, or correct their names.

## References
RFC 7208 sections 4.6.4, 5 and 11.1
"""

from collections.abc import Iterator

from mailcheck.analysis.spf_node import VOID_LIMIT
from mailcheck.analysis.spf_records import SpfRecord, spf_records
from mailcheck.analysis.spf_references import referenced_names
from mailcheck.analysis.spf_tree import spf_tree
from mailcheck.analysis.spf_tree_text import count
from mailcheck.analysis.spf_usage import only_included
from mailcheck.analysis.spf_voids import may_pass_void_limit, void_labels, void_names
from mailcheck.lint.rule import Context, Problem, Rule, Severity, Skip, master, only, unanswered


def check(record: SpfRecord, ask: Context) -> Iterator[Problem | Skip]:
    if record.name in ask.once(only_included) and record.name in ask.once(referenced_names):
        return  # its cost is counted in the records that lead here
    tree = ask.evaluate(spf_tree, record.name)
    if min(tree.voids4, tree.voids6) > VOID_LIMIT:
        first, *others = void_labels(tree, ("void4", "void6"))
        four, six = count(tree.voids4), count(tree.voids6)
        each = "" if four == six else f" for an IPv4 client and {six} for an IPv6 client"
        yield Problem(
            f"{four} terms{each} find nothing in DNS, and receivers may stop after "
            f"{VOID_LIMIT}: {void_names(tree, ('void4', 'void6'))}",
            first.at,
            help="remove the terms whose hosts are gone, or correct their names",
            related=tuple(others),
        )
    elif tree.open:
        yield unanswered(*tree.open)


RULE = Rule(
    __name__,
    __doc__,
    over=only(spf_records, may_pass_void_limit),
    check=check,
    severity=Severity.ERROR,
    standard="RFC 7208 section 4.6.4",
    indexes=(only_included, referenced_names),
    needs=frozenset({"dns"}),
    good=(
        master(
            '@ TXT "v=spf1 a:gone1.example.com a:gone2.example.com mx -all"\n'
            "@ MX 10 m\nm A 192.0.2.1\nm AAAA 2001:db8::1"
        ),
        master(
            '@ TXT "v=spf1 exists:%{i}.a.example.com exists:%{i}.b.example.com exists:%{i}.c.example.com -all"'
        ),
        master('@ TXT "v=spf1 a:h.example.net a:gone1.example.com a:gone2.example.com -all"'),
        master(
            '@ TXT "v=spf1 a:a.example.com a:b.example.com a:c.example.com -all"\n'
            "a A 192.0.2.1\nb A 192.0.2.2\nc A 192.0.2.3\nc AAAA 2001:db8::3"
        ),
    ),
    bad=(
        master(
            '@ TXT "v=spf1 a:gone1.example.com exists:gone2.example.com mx:gone3.example.com -all"',
            caret="a:gone1.example.com",
        ),
        master(
            '@ TXT "v=spf1 include:_spf.example.com -all"\n'
            '_spf TXT "v=spf1 mx a:old.example.com mx:example.com"\n@ MX 10 gone',
            caret="mx",
        ),
        master(
            '@ TXT "v=spf1 include:_spf.example.net a a:gone1.example.com a:gone2.example.com mx -all"\n@ MX 0 .',
            caret="a",
        ),
    ),
)

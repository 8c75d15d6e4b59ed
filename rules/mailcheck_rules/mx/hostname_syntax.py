"""The exchange is no host name.

## What it checks
Each label of the exchange consists of letters, digits and hyphens, neither begins nor ends in a
hyphen, and the last label is not a number. Underscores, asterisks and escaped characters are not
allowed. Names of one label belong to `mx-localhost`, addresses to `mx-target-address`.

## Why it matters
DNS carries such a name, but SMTP takes only host names. Some servers refuse to connect to it, no
certificate can be had for it, and MTA-STS cannot list it: mail is lost for some senders only, which
makes the fault hard to find.

## Example
    example.com. MX 10 mail_1.example.com.

## How to fix
Give the server a name of letters, digits and hyphens, and let the MX record name that.

## References
RFC 5321 section 2.3.5; RFC 1123 section 2.1; RFC 3696 section 2
"""

import re
from collections.abc import Iterator

from mailcheck.analysis.mx_records import MxSet, mx_sets
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master
from mailcheck.model.names import split_labels

_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")


def check(mx: MxSet, _: Context) -> Iterator[Problem]:
    for exchange in mx.hosts:
        wrong = _wrong_label(exchange.name)
        if wrong is not None:
            offset, label, why = wrong
            start = exchange.start + offset
            yield Problem(
                f"the exchange `{exchange.shown}` is no host name: {why}",
                exchange.record.at.within(start, start + len(label)),
                help="name the server with letters, digits and hyphens only",
                token=exchange.name,
            )


def _wrong_label(name: str) -> tuple[int, str, str] | None:
    """Offset, text and fault of the first label that no host name may have."""
    offset = 0
    labels = split_labels(name)
    for label in labels:
        if not _LABEL.fullmatch(label):
            return offset, label, _why(label)
        offset += len(label) + 1
    if labels[-1].isdigit():
        return offset - len(labels[-1]) - 1, labels[-1], "its last label is a number"
    return None


def _why(label: str) -> str:
    if not label or label.startswith("-") or label.endswith("-"):
        return "a label is empty, or begins or ends in a hyphen"
    wrong = next(
        character for character in label if not ((character.isascii() and character.isalnum()) or character == "-")
    )
    return f"`{wrong}` may not stand in one"


RULE = Rule(
    __name__,
    __doc__,
    over=mx_sets,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 5321 section 2.3.5",
    good=(
        master("@ MX 10 mail-1\nmail-1 A 192.0.2.25"),
        master("@ MX 10 MAIL\nmail A 192.0.2.25"),
        master("@ MX 0 ."),
    ),
    bad=(
        master("@ MX 10 mail_1\nmail_1 A 192.0.2.25", caret="mail_1"),
        master("@ MX 10 mx.in_.example.com.\nmx.in_ A 192.0.2.25", caret="in_"),
        master("@ MX 10 -mail\n-mail A 192.0.2.25", caret="-mail"),
        master("@ MX 10 192.0.2.256.", caret="256"),
    ),
)

"""PostSRSd rewrites From: of forwarded mail.

## What it checks
Where `sender_canonical_maps` asks PostSRSd, `sender_canonical_classes` does not hold `header_sender`. Postfix's
default does: `envelope_sender, header_sender`.

## Why it matters
The From: of a message that passes through becomes `SRS0=...@` your domain, and OpenDKIM signs it with your key:
you vouch for mail of strangers, and the reader sees your domain as its author.

## Example
    sender_canonical_maps = tcp:127.0.0.1:10001
    sender_canonical_classes = envelope_sender, header_sender

## How to fix
    sender_canonical_classes = envelope_sender

## References
postconf(5), `sender_canonical_classes`.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.srs_classes import class_uses
from mailcheck.analysis.srs_maps import SENDER
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed

_MAIN, _MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
_CLASSES, _CLASS = "sender_canonical_classes", "header_sender"
_HELP = "sender_canonical_classes = envelope_sender"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    assert facts.postfix is not None
    for use, classes, item in class_uses(facts.postfix, SENDER, _CLASSES, _CLASS):
        if not classes.is_determined:
            yield Skip(f"the value of {_CLASSES} is not known: `{classes.raw}`")
        elif item and classes.is_set:
            yield Problem(
                f"PostSRSd rewrites From: of forwarded mail by `{_CLASS}`", item.at, _HELP, token=_CLASSES
            )
        elif item:
            message = f"PostSRSd rewrites From:, as `{_CLASSES}` is not set and by default holds `{_CLASS}`"
            yield Problem(message, use.at, _HELP, token=_CLASSES)


_LINE = (_MAIN, "sender_canonical_classes = envelope_sender\n")
_CLEANUP = "cleanup   unix  n       -       y       -       0       cleanup\n"

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "postconf(5) sender_canonical_classes",
    over=each_postfix,
    good=(
        changed(),
        changed((*_LINE, ""), (_MASTER, _CLEANUP, f"{_CLEANUP}  -o {_CLASSES}=envelope_sender\n")),
        changed((*_LINE, ""), (_MAIN, "sender_canonical_maps = tcp:127.0.0.1:10001\n", "")),
        changed(
            (*_LINE, ""),
            (_MAIN, "sender_canonical_maps = tcp:127.0.0.1:10001", "sender_canonical_maps = static:x"),
        ),
        changed((*_LINE, "sender_canonical_classes = $my_classes\n")),
    ),
    bad=(
        changed((*_LINE, f"{_CLASSES} = envelope_sender, header_sender\n"), caret="header_sender"),
        changed((*_LINE, ""), caret="tcp:127.0.0.1:10001"),
        changed(
            (_MASTER, _CLEANUP, f"{_CLEANUP}  -o {_CLASSES}=envelope_sender,header_sender\n"),
            caret="header_sender",
        ),
    ),
)

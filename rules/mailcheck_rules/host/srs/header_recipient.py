"""PostSRSd rewrites To: and Cc: of mail.

## What it checks
Where `recipient_canonical_maps` asks PostSRSd, `recipient_canonical_classes` does not hold `header_recipient`.
Postfix's default does: `envelope_recipient, header_recipient`.

## Why it matters
In mail of the host's own clients, an address of the SRS domain in To: or Cc: is turned back to the address
behind it: the message is not what its author wrote, and readers learn an address that nobody gave them.

## Example
    recipient_canonical_maps = tcp:127.0.0.1:10002
    recipient_canonical_classes = envelope_recipient, header_recipient

## How to fix
    recipient_canonical_classes = envelope_recipient

## References
postconf(5), `recipient_canonical_classes` and `local_header_rewrite_clients`.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.srs_classes import class_uses
from mailcheck.analysis.srs_maps import RECIPIENT
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed

_MAIN, _MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
_CLASSES, _CLASS = "recipient_canonical_classes", "header_recipient"
_HELP = "recipient_canonical_classes = envelope_recipient"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    assert facts.postfix is not None
    for use, classes, item in class_uses(facts.postfix, RECIPIENT, _CLASSES, _CLASS):
        if not classes.is_determined:
            yield Skip(f"the value of {_CLASSES} is not known: `{classes.raw}`")
        elif item and classes.is_set:
            yield Problem(f"PostSRSd rewrites To: and Cc: by `{_CLASS}`", item.at, _HELP, token=_CLASSES)
        elif item:
            message = f"PostSRSd rewrites To: and Cc:, as `{_CLASSES}` is not set, and by default holds `{_CLASS}`"
            yield Problem(message, use.at, _HELP, token=_CLASSES)


_LINE = (_MAIN, "recipient_canonical_classes = envelope_recipient\n")
_CLEANUP = "cleanup   unix  n       -       y       -       0       cleanup\n"

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.WARNING,
    "postconf(5) recipient_canonical_classes",
    over=each_postfix,
    good=(
        changed(),
        changed((*_LINE, ""), (_MASTER, _CLEANUP, f"{_CLEANUP}  -o {_CLASSES}=envelope_recipient\n")),
        changed((*_LINE, ""), (_MAIN, "recipient_canonical_maps = tcp:127.0.0.1:10002\n", "")),
        changed((*_LINE, f"{_CLASSES} = $my_classes\n")),
    ),
    bad=(
        changed((*_LINE, f"{_CLASSES} = envelope_recipient, header_recipient\n"), caret="header_recipient"),
        changed((*_LINE, ""), caret="tcp:127.0.0.1:10002"),
    ),
)

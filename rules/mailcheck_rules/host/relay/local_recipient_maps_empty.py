"""Mail for users who do not exist is taken, and bounced later.

## What it checks
`local_recipient_maps` is set to nothing while `mydestination` has domains, and no `luser_relay` catches the rest.

## Why it matters
The host takes mail for any name in these domains, and finds out afterwards that nobody has it: it must send a
bounce then, to a sender who is mostly forged. Such backscatter brings hosts onto blocklists.

## Example
    local_recipient_maps =

    postfix/local: to=<qwerty@example.com>, status=bounced (unknown user: "qwerty")

## How to fix
Delete the line: the default looks into /etc/passwd and `alias_maps`.

## References
postconf(5), `local_recipient_maps`; Postfix's LOCAL_RECIPIENT_README.
"""

from __future__ import annotations

from mailcheck.analysis.postfix import Postfix
from mailcheck.analysis.postfix_settings import Setting
from mailcheck.lint.kinds import parameter
from mailcheck.lint.rule import Severity, changed

_MAIN = "/etc/postfix/main.cf"


def is_wrong(setting: Setting, postfix: Postfix) -> bool:
    if not setting.is_set or not setting.is_determined or setting.value:
        return False
    caught = postfix.of("luser_relay").value or postfix.of("fallback_transport").value
    delivers = not postfix.of("local_transport").value.startswith(("error", "discard"))
    return bool(postfix.of("mydestination").value) and not caught and delivers


RULE = parameter(
    __name__,
    __doc__,
    "local_recipient_maps",
    is_wrong,
    "local_recipient_maps is empty, so mail for users who do not exist is taken and bounced",
    "delete the line: the default is `proxy:unix:passwd.byname $alias_maps`",
    Severity.WARNING,
    "postconf(5) local_recipient_maps",
    good=(
        changed(),
        changed((_MAIN, "biff = no\n", "biff = no\nlocal_recipient_maps = $alias_maps\n")),
        changed((_MAIN, "biff = no\n", "biff = no\nlocal_recipient_maps =\nluser_relay = ann@example.com\n")),
        changed((_MAIN, "biff = no\n", "biff = no\nlocal_recipient_maps =\nlocal_transport = error:none here\n")),
    ),
    bad=(changed((_MAIN, "biff = no\n", "biff = no\nlocal_recipient_maps =\n")),),
)

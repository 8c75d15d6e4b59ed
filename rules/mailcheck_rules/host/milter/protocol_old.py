"""An old version of the milter protocol is asked for.

## What it checks
`milter_protocol` is set to a version below 6, which has been the default since Postfix 2.6. Guides from
before that set 2 or 3.

## Why it matters
OpenDKIM still signs with the old versions. But it cannot then leave out the steps that it has no use for,
nor negotiate what it is told, and a milter that is new may refuse them.

## Example
    milter_protocol = 2

## How to fix
Delete the line.

## References
postconf(5) milter_protocol; MILTER_README
"""

from mailcheck.analysis.postfix import Postfix
from mailcheck.analysis.postfix_settings import Setting
from mailcheck.lint.kinds import parameter
from mailcheck.lint.rule import Severity, changed

_DEFAULT = 6
_MAIN = "/etc/postfix/main.cf"
_LINE = "milter_default_action = tempfail\n"


def _is_old(setting: Setting, _: Postfix) -> bool:
    version = next(iter(setting.value.replace(",", " ").split()), "")
    return setting.is_set and version.isascii() and version.isdigit() and int(version[:9]) < _DEFAULT


RULE = parameter(
    __name__,
    __doc__,
    "milter_protocol",
    _is_old,
    "the milter protocol is set to the old version `{value}`",
    "delete the line: the default is 6",
    Severity.INFO,
    "postconf(5) milter_protocol",
    good=(
        changed(),
        changed((_MAIN, _LINE, _LINE + "milter_protocol = 6\n")),
    ),
    bad=(
        changed((_MAIN, _LINE, _LINE + "milter_protocol = 2\n"), caret="2"),
        changed((_MAIN, _LINE, _LINE + "milter_protocol = 3 no_replies\n"), caret="3 no_replies"),
    ),
)

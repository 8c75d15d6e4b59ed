"""OpenDKIM runs as root.

## What it checks
Whom OpenDKIM runs as: `UserID` of `opendkim.conf` (or `-u`), else `User=` of its systemd unit, else root.

## Why it matters
A milter reads what strangers write; a fault in it is then one of root's. And keys that belong to `opendkim`, as
they should, are refused for another user: OpenDKIM does not start.

## Example
    # /etc/opendkim.conf
    #UserID opendkim

## How to fix
Write `UserID opendkim` (`opendkim:postfix` for a socket that Postfix may use), and `chown opendkim:` the keys.

## References
opendkim.conf(5) UserID
"""

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.opendkim_in_use import daemon_of, with_opendkim
from mailcheck.lint.kinds import host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed


def check(facts: HostFacts, _: Context) -> Iterator[Problem | Skip]:
    user = daemon_of(facts).user
    if user.value is None:
        yield Skip(user.why)
    elif user.value in {"root", "0", ""}:
        how = f"`{user.name} {user.raw}`" if user.is_set else "no `UserID` is set"
        yield Problem(
            f"OpenDKIM runs as root: {how}",
            user.at,
            help="write `UserID opendkim:postfix` in opendkim.conf, and `chown opendkim:` the keys",
            token="root",
        )


_CONF = "/etc/opendkim.conf"
_OLD = "UserID                  opendkim:postfix"
_UNIT = "/lib/systemd/system/opendkim.service"
_STARTS = "[Service]\nExecStart=/usr/sbin/opendkim\nUMask=0007\n"

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "opendkim.conf(5) UserID",
    over=with_opendkim,
    good=(
        changed(),
        changed((_CONF, _OLD, ""), files={_UNIT: f"{_STARTS}User=opendkim\nGroup=postfix\n"}),
    ),
    bad=(
        changed((_CONF, _OLD, "UserID root"), caret="root"),
        changed((_CONF, _OLD, "")),
        changed((_CONF, _OLD, ""), files={_UNIT: _STARTS}),
        changed((_CONF, _OLD, ""), files={_UNIT: f"{_STARTS}User=root\n"}),
    ),
)

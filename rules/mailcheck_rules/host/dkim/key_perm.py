"""Others than OpenDKIM can read or change the key that it signs with, or OpenDKIM cannot.

## What it checks
Owner and mode of each key file in use: owned by the user that OpenDKIM runs as, or by root; closed to other
users; open to a group only where nobody else is in it. A key of a KeyTable must be readable for that user.

## Why it matters
OpenDKIM refuses such a key (`RequireSafeKeys`): with `KeyFile` it does not start, with a KeyTable each message
is answered with 451. And who can read the key signs forged mail with it.

## Example
    -rw-r----- opendkim postfix /etc/dkimkeys/s202611.private

## How to fix
`chown opendkim:opendkim KEY && chmod 600 KEY`.

## References
opendkim.conf(5) RequireSafeKeys
"""

from collections.abc import Iterator

from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.opendkim_in_use import (
    daemon_of,
    keys_in_use,
    others_in_group,
    signing,
    stat_of,
)
from mailcheck.analysis.opendkim_signing import Signer
from mailcheck.lint.kinds import host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed
from mailcheck.model.machine import Stat
from mailcheck.model.text import shorten


def check(facts: HostFacts, _: Context) -> Iterator[Problem | Skip]:
    daemon = daemon_of(facts)
    keys, user = keys_in_use(daemon), daemon.user.value
    if isinstance(keys, NotDetermined) or user is None:
        yield Skip(keys.why if isinstance(keys, NotDetermined) else daemon.user.why)
        return
    for signer, _domain in keys:
        stat = stat_of(daemon.key(signer))
        if isinstance(stat, NotDetermined):
            yield Skip(stat.why)
            continue
        fault = _fault(facts, signer, stat, user) if stat else ""
        if isinstance(fault, Skip):
            yield fault
        elif fault and stat:
            yield Problem(
                f"the key file `{shorten(signer.key_file)}` ({stat.owner}:{stat.group}, mode {stat.mode:o}) "
                f"{fault}",
                signer.key_at,
                help=f"`chown {user}: {signer.key_file} && chmod 600 {signer.key_file}`",
                token=signer.key_file,
            )


def _fault(facts: HostFacts, signer: Signer, stat: Stat, user: str) -> str | Skip:
    if stat.mode & 0o006:
        return "is open to every user of the host"
    # Of a daemon that runs as root host-dkim-runs-as-root tells; the keys are for the user it should be.
    trusted = stat.owner if user == "root" else user
    if stat.owner not in {trusted, "root"}:
        return f"belongs to neither `{user}` nor root"
    others = others_in_group(facts, stat.group, trusted) if stat.mode & 0o060 else ()
    if isinstance(others, NotDetermined):
        return Skip(others.why)
    if others:
        return f"is open to a group with other users, `{shorten(others[0])}`"
    if signer.in_table and not _can_read(facts, stat, user):
        return f"cannot be read by `{user}`"
    return ""


def _can_read(facts: HostFacts, stat: Stat, user: str) -> bool:
    """Keys of a KeyTable are read after OpenDKIM has given up root's rights."""
    if user in {"root", stat.owner}:
        return True
    group = daemon_of(facts).group.value or facts.system.primary_group(user)
    listed = facts.system.group(stat.group)
    is_member = stat.group == group or (listed is not None and user in [word.text for word in listed.members])
    return bool(stat.mode & 0o040) and is_member


_NET = "/etc/dkimkeys/s202611.example.net.private"
_GROUP = ("/etc/opendkim.conf", "UserID                  opendkim:postfix", "UserID opendkim")

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "opendkim.conf(5) RequireSafeKeys",
    needs=("live-host",),
    over=signing,
    good=(
        changed(),
        changed(stats={_NET: (0o640, "opendkim", "opendkim")}),
        changed(_GROUP, stats={_NET: (0o640, "root", "opendkim")}),
        changed(stats={_NET: (0o400, "opendkim", "postfix")}),
        changed(stats={_NET: (0o644, "opendkim", "opendkim")}, live=False),
    ),
    bad=(
        changed(stats={_NET: (0o644, "opendkim", "opendkim")}, caret=_NET),
        changed(stats={_NET: (0o602, "opendkim", "opendkim")}, caret=_NET),
        changed(stats={_NET: (0o640, "opendkim", "postfix")}, caret=_NET),
        changed(stats={_NET: (0o600, "postfix", "postfix")}, caret=_NET),
        changed(stats={_NET: (0o600, "root", "root")}, caret=_NET),
    ),
)

"""Others can write to a folder above the key that OpenDKIM signs with.

## What it checks
Every folder above the key files in use: other users cannot write to it (not in a sticky one either, as /tmp is),
a group can only where nobody else is in it, and its owner is root or the user that OpenDKIM runs as.

## Why it matters
Who can write to the folder can put a key of his own in place of yours. OpenDKIM refuses the key
(`RequireSafeKeys`): with `KeyFile` it does not start, with a KeyTable each message is answered with 451.

## Example
    # opendkim.conf
    KeyFile /tmp/s202611.private

## How to fix
Keep keys in `/etc/dkimkeys`: `chown opendkim: /etc/dkimkeys && chmod 700 /etc/dkimkeys`.

## References
opendkim.conf(5) RequireSafeKeys
"""

from collections.abc import Iterator

from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.host_paths import parents
from mailcheck.analysis.opendkim_in_use import (
    daemon_of,
    keys_in_use,
    others_in_group,
    signing,
    stat_of,
)
from mailcheck.lint.kinds import host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed
from mailcheck.model.location import Location
from mailcheck.model.machine import Stat
from mailcheck.model.text import shorten


def check(facts: HostFacts, _: Context) -> Iterator[Problem | Skip]:
    daemon = daemon_of(facts)
    keys, user = keys_in_use(daemon), daemon.user.value
    if isinstance(keys, NotDetermined) or user is None:
        yield Skip(keys.why if isinstance(keys, NotDetermined) else daemon.user.why)
        return
    folders: dict[str, Location] = {}
    for signer, _domain in keys:
        for folder in parents(signer.key_file) if signer.key_file else ():
            folders.setdefault(folder, signer.key_at)
    for folder, at in folders.items():
        stat = stat_of(facts.machine.file(folder))
        if isinstance(stat, NotDetermined):
            yield Skip(stat.why)
            continue
        fault = _fault(facts, stat, user) if stat else ""
        if isinstance(fault, Skip):
            yield fault
        elif fault and stat:
            yield Problem(
                f"the folder `{shorten(folder)}` above the key ({stat.owner}:{stat.group}, mode {stat.mode:o}) "
                f"{fault}",
                at,
                help="keep keys where only OpenDKIM and root can write: "
                f"`chown {user}: /etc/dkimkeys && chmod 700 /etc/dkimkeys`",
                token=folder,
            )


def _fault(facts: HostFacts, stat: Stat, user: str) -> str | Skip:
    if stat.mode & 0o002:
        return "can be written to by every user of the host"
    # Of a daemon that runs as root host-dkim-runs-as-root tells; the keys are for the user it should be.
    trusted = stat.owner if user == "root" else user
    if stat.mode & 0o200 and stat.owner not in {trusted, "root"}:
        return f"belongs to neither `{user}` nor root"
    others = others_in_group(facts, stat.group, trusted) if stat.mode & 0o020 else ()
    if isinstance(others, NotDetermined):
        return Skip(others.why)
    return f"can be written to by a group with other users, `{shorten(others[0])}`" if others else ""


_NET = "/etc/dkimkeys/s202611.example.net.private"
_COM = "/etc/dkimkeys/s202611.example.com.private"
_FOLDER = "/etc/dkimkeys"

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
        changed(stats={_FOLDER: (0o775, "root", "root")}),
        changed(stats={_FOLDER: (0o755, "opendkim", "postfix")}),
        changed(stats={_FOLDER: (0o777, "root", "root")}, live=False),
    ),
    bad=(
        changed(stats={_FOLDER: (0o777, "opendkim", "opendkim")}, caret=_COM),
        changed(stats={_FOLDER: (0o770, "opendkim", "postfix")}, caret=_COM),
        changed(stats={_FOLDER: (0o755, "postfix", "postfix")}, caret=_COM),
        changed(
            ("/etc/opendkim/KeyTable", _NET, "/tmp/net.private"),
            files={"/tmp/net.private": "{key example.net rsa2048 pem}\n"},
            stats={"/tmp": (0o1777, "root", "root"), "/tmp/net.private": (0o600, "opendkim", "opendkim")},
            caret="/tmp/net.private",
        ),
    ),
)

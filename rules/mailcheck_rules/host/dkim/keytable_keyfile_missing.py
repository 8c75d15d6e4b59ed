"""A file that OpenDKIM needs to sign is not there.

## What it checks
The key files that the rows in use of the `KeyTable`, or `KeyFile`, name are there, and so are the files that
`KeyTable`, `SigningTable`, `Domain`, `InternalHosts`, `ExternalIgnoreList` and `PeerList` name.

## Why it matters
Without a key of the KeyTable OpenDKIM answers every message that it is for with 451: mail of that domain stays
in the outbox. Without one of the other files it does not start.

## Example
    # /etc/opendkim/KeyTable, and there is no such file
    s202611 example.com:s202611:/etc/dkimkeys/s202611.private

## How to fix
Correct the path, or make the key (`opendkim-genkey -b 2048 -d example.com -s s202611 -D /etc/dkimkeys`) and
publish it.

## References
opendkim.conf(5) KeyTable, KeyFile; opendkim(8) DATA SETS
"""

from collections.abc import Iterator

from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.opendkim import DATA_SETS
from mailcheck.analysis.opendkim_in_use import daemon_of, key_file, keys_in_use, with_opendkim
from mailcheck.lint.kinds import host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed
from mailcheck.model.text import shorten


def check(facts: HostFacts, _: Context) -> Iterator[Problem | Skip]:
    daemon = daemon_of(facts)
    for name in DATA_SETS:
        found = daemon.members(name)
        if found.missing:
            yield Problem(
                f"`{name}` names `{shorten(found.path)}`, which is not there, so OpenDKIM does not start",
                found.at,
                help=f"make the file, or correct the path in `{name}`",
                token=name,
            )
    keys = keys_in_use(daemon)
    if isinstance(keys, NotDetermined):
        yield Skip(keys.why)
        return
    for key in keys:
        file = key_file(daemon, key.signer)
        if isinstance(file, NotDetermined):
            yield Skip(file.why)
        elif file.state == "missing":
            effect = "its mail is refused for a time" if key.signer.in_table else "OpenDKIM does not start"
            yield Problem(
                f"the key file `{shorten(file.path)}` is not there, so {effect}",
                key.signer.key_at,
                help="correct the path, or make the key with opendkim-genkey and publish it",
                token=file.path,
            )


_CONF = "/etc/opendkim.conf"
_KEYS = "/etc/opendkim/KeyTable"
_NET = "/etc/dkimkeys/s202611.example.net.private"
_UNUSED = "old example.net:s202512:/etc/dkimkeys/gone.private\n"

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "opendkim.conf(5) KeyTable",
    over=with_opendkim,
    good=(
        changed(),
        changed((_KEYS, f"{_NET}\n", f"{_NET}\n{_UNUSED}")),
        changed(
            (_CONF, "KeyTable  ", "BaseDirectory /etc/dkimkeys\nKeyTable  "),
            (_KEYS, _NET, "./s202611.example.net.private"),
        ),
    ),
    bad=(
        changed((_KEYS, _NET, "/etc/dkimkeys/s202612.private"), caret="/etc/dkimkeys/s202612.private"),
        changed(removed=(_NET,), caret=_NET),
        changed(removed=("/etc/opendkim/TrustedHosts",)),
        changed(removed=(_KEYS,), caret=_KEYS),
    ),
)

"""A key file holds no RSA private key in PEM, so OpenDKIM cannot sign with it.

## What it checks
The key files in use hold an unencrypted RSA private key in PEM. The key itself is never kept or shown: what is
read of it is its public half.

## Why it matters
OpenDKIM 2.11 starts all the same, `opendkim -n` is content, and each message that the key is for is answered
with 451: mail of that domain stays in the outbox. It signs with RSA only, an Ed25519 key is no use to it.

## Example
    openssl genpkey -algorithm ed25519 -out /etc/dkimkeys/s202611.private

## How to fix
Make an RSA key: `opendkim-genkey -b 2048 -d example.com -s s202611 -D /etc/dkimkeys`, and publish it.

## References
opendkim.conf(5) KeyFile; RFC 7468
"""

from collections.abc import Iterator

from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.opendkim_in_use import daemon_of, key_file, keys_in_use, signing
from mailcheck.lint.kinds import host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed
from mailcheck.model.machine import Pem
from mailcheck.model.text import shorten


def check(facts: HostFacts, _: Context) -> Iterator[Problem | Skip]:
    daemon = daemon_of(facts)
    keys = keys_in_use(daemon)
    if isinstance(keys, NotDetermined):
        yield Skip(keys.why)
        return
    for key in keys:
        file = key_file(daemon, key.signer)
        if isinstance(file, NotDetermined):
            yield Skip(file.why)
        elif file.state != "missing" and (fault := _fault(file.pem)):
            yield Problem(
                f"OpenDKIM cannot sign with `{shorten(file.path)}`: {fault}",
                key.signer.key_at,
                help="make an RSA key, and publish it: "
                "`opendkim-genkey -b 2048 -d DOMAIN -s SELECTOR -D /etc/dkimkeys`",
                token=file.path,
            )


def _fault(pem: Pem | None) -> str:
    if pem is None:
        return "it is no file"
    if pem.problem:
        return pem.problem
    if not pem.keys:
        return "no private key"
    return "" if pem.keys[0].kind == "rsa" else f"its key is {pem.keys[0].kind}, and only rsa will do"


_NET = "/etc/dkimkeys/s202611.example.net.private"

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "opendkim.conf(5) KeyFile",
    needs=("root",),
    over=signing,
    good=(changed(), changed(as_root=False)),
    bad=(
        changed(files={_NET: "{key example.net ed25519 pem}\n"}, caret=_NET),
        changed(files={_NET: "{key example.net ec pem}\n"}, caret=_NET),
        changed(files={_NET: "garbage\n"}, caret=_NET),
        changed(files={_NET: ""}, caret=_NET),
        changed(files={_NET: "{cert example.net 60 self example.net}\n"}, caret=_NET),
    ),
)

"""The key that OpenDKIM signs with is not the one that DNS has at its selector.

## What it checks
The public half of each key in use is in the `p` of the record at `SELECTOR._domainkey.DOMAIN`. With the facts of
a host (`lint --host-facts`) it stops the change that replaces or revokes a key in use.

## Why it matters
Every signature fails at every receiver (`dkim=fail`), just as that of forged mail does. Under `p=reject` mail
without aligned SPF is lost. Nothing on the host tells of it.

## Example
    # a new key was made under the old selector, and the zone still holds the old one
    s202611._domainkey.example.com. TXT "v=DKIM1; k=rsa; p=MIIBIjANBgkqhk..."

## How to fix
Publish the key's public half. To change a key, use a new selector: publish, wait for the old TTL, then sign.

## References
RFC 6376 sections 3.6.1 and 6.1.2
"""

from collections.abc import Iterator, Sequence

from mailcheck.analysis.dkim_keys import BadKey, decode_key
from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.opendkim_in_use import (
    KeyInUse,
    daemon_of,
    holds_key,
    key_record,
    keys_in_use,
    public_half,
    signing,
)
from mailcheck.grammar.dkim import parse_key
from mailcheck.lint.kinds import host_rule
from mailcheck.lint.rule import Context, Label, Problem, Severity, Skip, changed, unanswered
from mailcheck.model.dns import Present, Unknown
from mailcheck.model.location import NOWHERE
from mailcheck.model.machine import KeyHalf
from mailcheck.model.record import Record
from mailcheck.model.text import shorten, shown_name


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    daemon = daemon_of(facts)
    keys = keys_in_use(daemon)
    if isinstance(keys, NotDetermined):
        yield Skip(keys.why)
        return
    known = [key for key in keys if key.domain]
    answers = ctx.ask_all({key.question for key in known})
    for key in known:
        answer, half = answers[key.question], public_half(daemon, key.signer)
        if isinstance(answer, Unknown):
            yield unanswered(key.question, answer)
        elif isinstance(half, NotDetermined):
            yield Skip(half.why)
        elif isinstance(answer, Present) and half and (record := _other_key(half, answer.records)):
            yield _problem(key, half, record)


def _other_key(half: KeyHalf, records: Sequence[Record]) -> Record | None:
    """The first record, where none holds the key; a broken one in a zone is told there."""
    if any(holds_key(record.text, half) for record in records):
        return None
    return next((record for record in records if record.at == NOWHERE or not _is_broken(record)), None)


def _is_broken(record: Record) -> bool:
    tree = parse_key(record.text)
    if tree.is_revoked:
        return False
    return not tree.is_readable or isinstance(decode_key(tree.key_type, tree.encoded), BadKey)


def _problem(key: KeyInUse, half: KeyHalf, record: Record) -> Problem:
    tree = parse_key(record.text)
    what = "is revoked in DNS" if tree.is_revoked else "is another one in DNS"
    at = record.at.within(tree.key.start, tree.key.end) if tree.key else record.at
    return Problem(
        f"the key of `{shown_name(key.domain)}` that OpenDKIM signs with, "
        f"selector `{shorten(key.signer.selector)}`, {what}",
        key.signer.key_at,
        help=f"publish at `{shown_name(key.name)}`: `{key_record(half)}`",
        related=() if record.at == NOWHERE else (Label(at, "verifiers find this instead"),),
        token=key.question.name,
    )


_KEYS, _ZONE = "/etc/opendkim/KeyTable", "zones/example.net.zone"
_NET = "/etc/dkimkeys/s202611.example.net.private"
_PUBLIC = "{key example.net rsa2048 public}"
_RECORD = f's202611._domainkey      TXT     "v=DKIM1; h=sha256; k=rsa; p=" "{_PUBLIC}"\n'
_ALIAS = "s202611._domainkey CNAME s1.keys.example.org.\n"
_TARGET = "s1.keys.example.org. TXT"

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "RFC 6376 section 6.1.2",
    needs=("dns",),
    over=signing,
    good=(changed(), changed((_ZONE, _RECORD, _ALIAS)), changed((_ZONE, _PUBLIC, "MIIBIjANBg"))),
    bad=(
        changed((_ZONE, _PUBLIC, "{key other rsa2048 public}"), caret=_NET),
        changed((_NET, "key example.net", "key other"), caret=_NET),
        changed((_ZONE, _PUBLIC, ""), caret=_NET),
        changed((_ZONE, _RECORD, _ALIAS), outside={_TARGET: ("v=DKIM1; p=MIIBIjANBg",)}, caret=_NET),
    ),
)

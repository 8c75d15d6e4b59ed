"""DKIM keys as two states of a selector are compared: by the key itself, whatever the record looks like."""

from __future__ import annotations

from typing import NamedTuple

from mailcheck.analysis.dkim_keys import BadKey, decode_key, selector_and_domain
from mailcheck.grammar.dkim import KeyRecord, parse_key
from mailcheck.model.diff import NOT_DETERMINED, KeyDiff
from mailcheck.model.dns import Absent, Answer, Present, Question, Unknown
from mailcheck.model.finding import Severity
from mailcheck.model.text import shown_name

_NAMES = {"rsa": "RSA", "ed25519": "Ed25519"}
_HASH, _MAIL = "sha256", frozenset({"email", "*"})
_WEAK, _SHORT = 1024, 2048


class KeyState(NamedTuple):
    """What a selector holds.

    - `told`: the key as a reader sees it, empty where there is none.
    - `identity`: of two keys that are the same to verifiers the same; empty where there is no usable key.
    - `settings`: what else the record says to verifiers.
    - `bits`: of a usable key; for RSA its modulus.
    - `signs_mail`: whether a signature of mail that is valid today can be made with it.
    - `target`: the name that an alias leads to.
    """

    told: str = ""
    identity: str = ""
    settings: tuple[str, ...] = ()
    bits: int = 0
    target: str = ""
    unknown: bool = False
    signs_mail: bool = True


def key_state(question: Question, answer: Answer) -> KeyState:
    """What the answer to the TXT question of a selector says."""
    target = _target(question, answer)
    if isinstance(answer, Unknown):
        told = f"{NOT_DETERMINED}, at {shown_name(target)}" if target else NOT_DETERMINED
        return KeyState(told, target=target, unknown=True)
    if isinstance(answer, Absent):
        return KeyState(f"an alias to {shown_name(target)}, which has no key" if target else "", target=target)
    texts = {record.text for record in answer.records}
    if len(texts) > 1:
        told = f"{len(texts)} records, of which verifiers may take any"
        return KeyState(told, settings=tuple(sorted(texts)), target=target)
    return _of_record(parse_key(texts.pop()))._replace(target=target)


def _of_record(record: KeyRecord) -> KeyState:
    if record.is_revoked:
        return KeyState("revoked")
    if record.problems or not record.is_readable:
        return KeyState("a record that verifiers refuse")
    key = decode_key(record.key_type, record.encoded)
    name = _NAMES.get(record.key_type, record.key_type)
    if isinstance(key, BadKey):
        return KeyState(f"an {name} key that {key.reason}")
    told = f"{name} {key.bits} bits" if record.key_type == "rsa" else name
    settings = tuple(
        f"{letter}={':'.join(sorted({item.value for item in items}))}"
        for letter, items in (("h", record.hashes), ("s", record.services), ("t", record.flags))
        if items
    )
    shown = ", ".join((told, *settings))
    identity = f"{record.key_type} {record.encoded.rstrip('=')}"
    return KeyState(shown, identity, settings, key.bits, signs_mail=_signs_mail(record))


def _signs_mail(record: KeyRecord) -> bool:
    """Whether `h=` and `s=` allow signatures of mail (RFC 6376 section 3.6.1, RFC 8301 section 3.1)."""
    hashes, services = ({item.value for item in items or ()} for items in (record.hashes, record.services))
    return (not hashes or _HASH in hashes) and (not services or not services.isdisjoint(_MAIL))


def key_diff(owner: str, before: KeyState, after: KeyState) -> KeyDiff | None:
    """What changes at the selector of an owner name; None where it is the same to verifiers."""
    if before._replace(target="") == after._replace(target="") and not (before.unknown or after.unknown):
        return None
    if before.unknown and after.unknown and before.target == after.target:
        return None
    place = selector_and_domain(owner)
    assert place is not None
    selector = place[0]
    if not before.told:
        return KeyDiff(_grade(after), "added", selector, "", after.told)
    if before.identity and not after.identity and not after.unknown:
        grade = _grade(after) if after.told else Severity.WARNING
        return KeyDiff(max(grade, Severity.WARNING), "removed", selector, before.told, after.told)
    if not after.told:
        return KeyDiff(Severity.INFO, "removed", selector, before.told, "")
    if before.identity and before.identity == after.identity:
        lost = Severity.INFO if after.signs_mail else Severity.ERROR
        return KeyDiff(lost, "changed", selector, before.told, after.told)
    weaker = 0 < after.bits < before.bits and after.bits > 256
    left_open = bool(before.identity) and after.unknown
    grade = Severity.WARNING if weaker or left_open else Severity.INFO
    return KeyDiff(max(_grade(after), grade), "replaced", selector, before.told, after.told)


def _grade(state: KeyState) -> Severity:
    """How good it is to publish this: as the rules about keys grade it (RFC 8301 section 3.2)."""
    if state.unknown or state.told == "revoked":
        return Severity.INFO
    if not state.identity or not state.signs_mail or (state.identity.startswith("rsa ") and state.bits < _WEAK):
        return Severity.ERROR
    return Severity.WARNING if state.identity.startswith("rsa ") and state.bits < _SHORT else Severity.INFO


def _target(question: Question, answer: Answer) -> str:
    """The name that the chain leads to, empty where there is none."""
    if not answer.chain:
        return ""
    return answer.records[0].name if isinstance(answer, Present) else answer.target or question.name

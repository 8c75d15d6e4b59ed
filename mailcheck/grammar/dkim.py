"""DKIM key records: text to tree, with an offset for every part (RFC 6376 section 3.6.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from mailcheck.grammar.tags import Tag, TagList, TagProblem, parse_tags, without
from mailcheck.model.patterns import late
from mailcheck.model.text import shorten

KEY_TYPES = frozenset({"rsa", "ed25519"})
HASHES = frozenset({"sha1", "sha256"})
SERVICES = frozenset({"*", "email", "tlsrpt"})
"""RFC 6376 section 3.6.1, and `tlsrpt` for keys that sign TLS reports (RFC 8460 section 3)."""
FLAGS = frozenset({"y", "s"})

_WHITE = " \t\r\n"
_BASE64 = re.compile(r"[A-Za-z0-9+/= \t\r\n]*")
_NOT_BASE64 = late(r"[^A-Za-z0-9+/= \t\r\n]+")
_TAG_AFTER_SPACE = late(r"[ \t]([vhkstnp])[ \t]*=(?=[ \t]*[^= \t])")
_TAGS_WITHOUT_SPACE = frozenset("vhkstp")
_LOSING_A_TAG: frozenset[ProblemKind] = frozenset({"tag-list", "missing-semicolon"})
_OTHER_STANDARDS = {
    "v=dmarc1": "a DMARC record belongs at `_dmarc` of its domain",
    "v=spf1": "an SPF record belongs at the domain itself",
    "v=stsv1": "an MTA-STS record belongs at `_mta-sts` of its domain",
    "v=tlsrptv1": "a TLS reporting record belongs at `_smtp._tls` of its domain",
    "v=bimi1": "a BIMI record belongs below `_bimi` of its domain",
}
_LONGEST_HEAD = 24
_LEAST_KEY = 40
"""Characters of base64 from which on a text is taken for key data; an Ed25519 key has 44."""

ProblemKind = Literal[
    "tag-list",  # a stretch that is no tag
    "duplicate",
    "missing-semicolon",
    "version",
    "cut-key",  # base64 behind the semicolon that ends p
    "no-key",  # no p tag
    "not-base64",
    "unusable",  # h, s or k leaves nothing that a verifier may use
]


class KeyProblem(NamedTuple):
    """What makes verifiers refuse the record; `start` up to `end` is the very part that is wrong.

    `tag` is the name of the tag at fault, empty where the record as a whole is.
    """

    kind: ProblemKind
    message: str
    help: str
    start: int
    end: int
    tag: str = ""


class Item(NamedTuple):
    """One value of a colon-separated list, in lower case; offsets into the record's text."""

    value: str
    start: int
    end: int


class KeyRecord(NamedTuple):
    """A key record read.

    - `key`: the `p` tag; None where there is none. `encoded` is its base64 without white space.
    - `key_type`: the value of `k` in lower case, `rsa` where it is left out.
    - `hashes`, `services`, `flags`: the items of `h`, `s`, `t`; None where the tag is left out.
    - `problems`: what makes verifiers refuse the record, in the order of the text.
    """

    tags: TagList
    key: Tag | None
    encoded: str
    key_type: str
    hashes: tuple[Item, ...] | None
    services: tuple[Item, ...] | None
    flags: tuple[Item, ...] | None
    problems: tuple[KeyProblem, ...]

    @property
    def is_revoked(self) -> bool:
        """Whether `p` stands there and is empty: the key is withdrawn."""
        return self.key is not None and not self.encoded

    @property
    def is_readable(self) -> bool:
        """Whether `p` holds base64 for a key type that verifiers know."""
        spoilt = any(problem.tag == "p" and problem.kind != "duplicate" for problem in self.problems)
        return bool(self.encoded) and self.key_type in KEY_TYPES and not spoilt

    @property
    def is_blurred(self) -> bool:
        """Whether a fault of the list may have cost the key a part, or its type."""
        kinds = {problem.kind for problem in self.problems}
        return "cut-key" in kinds or (self.tags.get("k") is None and not kinds.isdisjoint(_LOSING_A_TAG))

    def flag(self, letter: str) -> Item | None:
        """The flag of `t` with that letter."""
        return next((item for item in self.flags if item.value == letter), None) if self.flags else None


@lru_cache(maxsize=4096)
def parse_key(text: str) -> KeyRecord:
    """Read a key record; linear in the text, never raises."""
    tags = parse_tags(text)
    if (advice := where_it_belongs(text)) is not None:
        return KeyRecord(tags, None, "", "rsa", None, None, None, tuple(_version_problems(tags, advice)))
    key, key_type = tags.get("p"), tags.get("k")
    hashes, services, flags = (_items(tags.get(name)) for name in "hst")
    return KeyRecord(
        tags,
        key,
        without(key.value, _WHITE) if key else "",
        key_type.value.lower() if key_type else "rsa",
        hashes,
        services,
        flags,
        tuple(sorted(_problems(tags, hashes, services), key=lambda problem: problem.start)),
    )


def where_it_belongs(text: str) -> str | None:
    """Advice on a text that begins with another mail standard's version: none of its tags are a key's."""
    if text[:1] not in "vV" or text[:7] == "v=DKIM1":
        return None
    head = without(text[:_LONGEST_HEAD].lower(), _WHITE)
    return next((advice for start, advice in _OTHER_STANDARDS.items() if head.startswith(start)), None)


def is_key(text: str) -> bool:
    """Whether text at any name reads as a DKIM key: `v=DKIM1`, or key data in `p` and no other version."""
    if "=" not in text or "p" not in text:
        return False
    head = text[:24].lower()
    if "k" in head and without(head, _WHITE).startswith("v=dkim1"):
        return True
    if "k=" not in text and "MI" not in text:
        return False
    tags = parse_tags(text)
    key, key_type = tags.get("p"), tags.get("k")
    if key is None or tags.get("v") is not None:
        return False
    encoded = without(key.value, _WHITE)
    if len(encoded) < _LEAST_KEY or _NOT_BASE64.search(encoded):
        return False
    return encoded.startswith("MI") or (key_type is not None and key_type.value.lower() in KEY_TYPES)


def _items(tag: Tag | None) -> tuple[Item, ...] | None:
    if tag is None:
        return None
    items = []
    at = tag.value_start
    for part in tag.value.split(":"):
        stripped = part.strip(_WHITE)
        start = at + len(part) - len(part.lstrip(_WHITE)) if stripped else at
        if stripped:
            items.append(Item(stripped.lower(), start, start + len(stripped)))
        at += len(part) + 1
    return tuple(items)


def _problems(
    tags: TagList, hashes: tuple[Item, ...] | None, services: tuple[Item, ...] | None
) -> Iterator[KeyProblem]:
    if len(tags.text) > 1 and tags.text[0] == tags.text[-1] == '"':
        yield KeyProblem("tag-list", "quotes stand around the whole record", "remove them", 0, 1, "p")
        return
    yield from _list_problems(tags)
    merged = set()
    for tag in tags.tags:
        if "=" in tag.value and tag.name in _TAGS_WITHOUT_SPACE and (found := _TAG_AFTER_SPACE.search(tag.value)):
            merged |= {tag.name, found[1]}
            at = tag.value_start + found.start(1)
            message = f"a semicolon is missing before `{found[1]}=`"
            yield KeyProblem("missing-semicolon", message, "separate tags by `;`", at, at + 1, tag.name)
    if "v" not in merged:
        yield from _version_problems(tags)
    if "p" not in merged:
        yield from _value_problems(tags)
    key_type, hash_list, service_list = (None if name in merged else tags.get(name) for name in "khs")
    if key_type and key_type.value.lower() not in KEY_TYPES:
        message = f"no verifier knows the key type `{shorten(key_type.value)}`"
        yield _unusable(key_type, message, "`rsa` or `ed25519`")
    if hash_list and not _has_any(hashes, HASHES):
        message = f"`h={shorten(hash_list.value)}` allows no hash that verifiers use"
        yield _unusable(hash_list, message, "`sha256`")
    if service_list and not _has_any(services, SERVICES):
        message = f"`s={shorten(service_list.value)}` does not allow the key for mail"
        yield _unusable(service_list, message, "`email` or `*`")


def _has_any(items: tuple[Item, ...] | None, known: frozenset[str]) -> bool:
    return any(item.value in known for item in items or ())


def _list_problems(tags: TagList) -> Iterator[KeyProblem]:
    for problem in tags.problems if tags.tags else ():
        part = shorten(tags.text[problem.start : problem.end])
        if (semicolon := _cut_key(tags, problem)) is not None:
            message = f"`{part}` stands behind the `;` that ends `p`, and is no tag"
            advice = "remove the `;` where this belongs to the key"
            yield KeyProblem("cut-key", message, advice, semicolon, semicolon + 1)
            continue
        if problem.kind == "empty":
            message, advice = "nothing stands between two semicolons", "remove one of them"
        elif problem.kind == "no-equals" and _looks_encoded(part):
            message, advice = f"`{part}` has no tag name", "write `p=` before the key"
        elif problem.kind == "no-equals":
            message, advice = f"`{part}` has no `=`", "write it as `tag=value`"
        else:
            name = shorten(tags.text[problem.start : problem.end].partition("=")[0])
            message, advice = f"`{name}` is no tag name", "a tag name is letters, digits and `_`"
        yield KeyProblem("tag-list", message, advice, problem.start, max(problem.end, problem.start + 1))
    for tag in tags.duplicates():
        message = f"the tag `{shorten(tag.name)}` stands twice, which makes the whole record invalid"
        yield KeyProblem("duplicate", message, "keep one of the two", tag.start, tag.end, tag.name)


def _cut_key(tags: TagList, problem: TagProblem) -> int | None:
    """The offset of the semicolon between `p` and base64 that is no tag."""
    key = tags.get("p")
    if key is None or not key.value or problem.kind == "empty" or key.end > problem.start:
        return None
    between = tags.text[key.end : problem.start].strip(_WHITE)
    rest = tags.text[problem.start : problem.end].rstrip("=")
    if between != ";" or not _BASE64.fullmatch(rest) or "=" in rest:
        return None
    return tags.text.index(";", key.end)


def _version_problems(tags: TagList, advice: str = "write `v=DKIM1`") -> Iterator[KeyProblem]:
    version = tags.get("v")
    if version is None:
        return
    if version.value != "DKIM1":
        message = f"the version is `{shorten(version.value)}`, so verifiers discard the record"
        yield KeyProblem("version", message, advice, version.start, version.end, "v")
    elif version is not tags.tags[0]:
        message = "`v=DKIM1` is not the first tag"
        yield KeyProblem("version", message, "move it to the front", version.start, version.end, "v")


def _value_problems(tags: TagList) -> Iterator[KeyProblem]:
    key = tags.get("p")
    if key is None:
        if _is_meant_for_dkim(tags):
            upper = tags.get("P")
            advice = "write `p` in lower case" if upper else "add `p=` and the public key in base64"
            start, end = (upper.start, upper.start + 1) if upper else (0, len(tags.text))
            yield KeyProblem("no-key", "the record has no `p` tag, so it holds no key", advice, start, end)
        return
    if not _BASE64.fullmatch(key.value) and (found := _NOT_BASE64.search(key.value)):
        start = key.value_start + found.start()
        message = f"`{shorten(found[0], 20)}` in `p` is not base64"
        advice = "`p` holds base64 only: letters, digits, `+`, `/`, and `=` at its end"
        yield KeyProblem("not-base64", message, advice, start, start + len(found[0]), "p")
        return
    inner = key.value.find("=")
    if 0 <= inner < len(key.value.rstrip("=" + _WHITE)):
        start = key.value_start + inner
        message = "`=` inside `p`: base64 has it at its end only"
        yield KeyProblem("not-base64", message, "copy the key again", start, start + 1, "p")


def _is_meant_for_dkim(tags: TagList) -> bool:
    """Whether a missing `p` is the fault, and not a consequence of another one."""
    version = tags.get("v")
    return not (tags.tags and tags.problems) and (version is None or version.value == "DKIM1")


def _unusable(tag: Tag, message: str, wanted: str) -> KeyProblem:
    start, end = (tag.value_start, tag.end) if tag.value else (tag.start, tag.end)
    return KeyProblem("unusable", f"{message}, so the key is ignored", f"write {wanted}", start, end, tag.name)


def _looks_encoded(text: str) -> bool:
    return len(text) >= _LEAST_KEY and not _NOT_BASE64.search(text.removesuffix("…"))

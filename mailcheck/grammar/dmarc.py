"""DMARC policy records: text to tree, with an offset for every tag, value and URI (RFC 9989 sections 4.7, 4.8)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple

from mailcheck.grammar.report_uri import ReportUri, parse_report_uris
from mailcheck.grammar.tags import Tag, TagList, parse_tags
from mailcheck.model.patterns import late
from mailcheck.model.text import shorten

Request = Literal["none", "quarantine", "reject"]

REQUESTS: tuple[Request, ...] = ("none", "quarantine", "reject")
"""What a domain owner may request for mail that fails, from the weakest to the strictest."""

DEFAULTS = {"adkim": "r", "aspf": "r", "fo": "0", "psd": "u", "t": "n"}
"""The value that receivers take where a tag is left out, or discarded because its value is wrong."""

CHOICES = {"adkim": ("r", "s"), "aspf": ("r", "s"), "psd": ("y", "n", "u"), "t": ("y", "n")}

TAGS = frozenset({"v", "p", "sp", "np", "adkim", "aspf", "fo", "psd", "rua", "ruf", "t"})
REMOVED_TAGS = frozenset({"pct", "rf", "ri"})
"""Tags of RFC 7489 that RFC 9989 took away (appendices A.6 and C.5.2)."""

POLICY_TAGS = ("p", "sp", "np")

_WORDS: Mapping[str, Request] = {request: request for request in REQUESTS}
_VERSION = re.compile(r"v[ \t]*=[ \t]*DMARC1[ \t]*(?:;|\Z)")
_RUN_ON = late(r"(?:none|quarantine|reject)[ \t]+[a-z]+[ \t]*=", re.IGNORECASE)


def is_dmarc(text: str) -> bool:
    """Whether receivers take `text` as a DMARC record: the tag `v=DMARC1`, in this case, comes first."""
    return "DMARC1" in text and _VERSION.match(text) is not None


class PolicyFault(NamedTuple):
    """Why `p`, `sp` or `np` counts for nothing; `start` up to `end` is the part that is wrong.

    `written` is the tag's name, or the text that was probably meant to be the missing `p`.
    """

    written: str
    message: str
    start: int
    end: int


class DmarcTree:
    """A record that is_dmarc() takes; of several tags with one name the first is read.

    - `first`: the first tag of each name.
    - `rua`, `ruf`: the addresses for aggregate and for failure reports, wrong ones included.
    """

    def __init__(self, text: str, tags: TagList) -> None:
        self.text = text
        self.tags = tags
        self.first: Mapping[str, Tag] = {tag.name: tag for tag in reversed(tags.tags)}
        self.rua = self._uris("rua")
        self.ruf = self._uris("ruf")

    def request(self, name: str) -> Request | None:
        """What `p`, `sp` or `np` says, None where it is absent or none of the three words (any case)."""
        tag = self.first.get(name)
        return _WORDS.get(tag.value.lower()) if tag else None

    @cached_property
    def has_policy(self) -> bool:
        """Whether `p` is valid, and `sp` and `np` are valid where they stand (section 4.10.1)."""
        return self.request("p") is not None and not self._bad_requests

    @property
    def policy_faults(self) -> tuple[PolicyFault, ...]:
        """Why the record has no policy; empty where it has one."""
        if self.has_policy:
            return ()
        faults = [_bad_request(tag) for tag in self._bad_requests]
        if "p" not in self.first:
            faults.insert(0, self._missing_policy())
        return tuple(faults)

    @property
    def has_report_address(self) -> bool:
        """Whether `rua` holds a syntactically valid URI (section 4.10.1)."""
        return any(uri.problem is None for uri in self.rua)

    def effective_request(self, name: Literal["p", "sp", "np"]) -> Request | None:
        """The policy for the domain (`p`), its subdomains (`sp`), those that do not exist (`np`).

        Without valid policy tags it is `none`, or None where receivers apply no DMARC at all
        (section 4.10.1). Test mode is not counted in: see `lowered`.
        """
        if not self.has_policy:
            return "none" if self.has_report_address else None
        heirs = POLICY_TAGS[: POLICY_TAGS.index(name) + 1]
        return next(filter(None, (self.request(heir) for heir in reversed(heirs))), None)

    def setting(self, name: str) -> str:
        """The value of adkim, aspf, fo, psd or t as receivers take it, the default where it is wrong."""
        tag = self.first.get(name)
        return tag.value.lower() if tag and not setting_fault(tag) else DEFAULTS[name]

    @property
    def testing(self) -> bool:
        """Whether `t=y` asks receivers to apply the policy one level lower (section 4.7)."""
        return self.setting("t") == "y"

    @property
    def discarded(self) -> tuple[Tag, ...]:
        """The adkim, aspf, fo, psd and t whose value receivers discard for the default (section 4.8)."""
        tags = (self.first[name] for name in DEFAULTS if name in self.first)
        return tuple(tag for tag in tags if setting_fault(tag))

    @property
    def _bad_requests(self) -> tuple[Tag, ...]:
        return tuple(self.first[name] for name in POLICY_TAGS if name in self.first and self.request(name) is None)

    def _missing_policy(self) -> PolicyFault:
        for tag in self.tags.tags:
            if tag.name not in TAGS and tag.value.lower() in REQUESTS:
                end = tag.start + len(tag.name)
                return PolicyFault(shorten(tag.name), f"`{shorten(tag.name)}` is not the tag `p`", tag.start, end)
        for problem in self.tags.problems:
            written = self.text[problem.start : problem.end]
            if any(request in written.lower() for request in REQUESTS):
                shown = shorten(written)
                return PolicyFault(shown, f"`{shown}` is no tag: write `p=`", problem.start, problem.end)
        version = self.tags.tags[0]
        return PolicyFault("p", "the tag `p` is missing", version.start, version.end)

    def _uris(self, name: str) -> tuple[ReportUri, ...]:
        tag = self.first.get(name)
        return parse_report_uris(tag.value, tag.value_start) if tag else ()


@lru_cache(maxsize=1024)
def parse_dmarc(text: str) -> DmarcTree:
    """The tree of a record; never raises. The last few trees are kept, since many rules and walks ask."""
    return DmarcTree(text, parse_tags(text))


def lowered(request: Request) -> Request:
    """The policy that test mode leaves of `request`: one level lower."""
    return REQUESTS[max(0, REQUESTS.index(request) - 1)]


def _bad_request(tag: Tag) -> PolicyFault:
    if not tag.value:
        return PolicyFault(tag.name, f"`{tag.name}` is empty", tag.start, tag.end)
    message = f"`{tag.name}={shorten(tag.value)}` is none of `none`, `quarantine` and `reject`"
    if match := _RUN_ON.match(tag.value):
        message = f"a semicolon is missing after `{tag.name}={match.group().split()[0]}`"
    return PolicyFault(tag.name, message, tag.value_start, tag.end)


def setting_fault(tag: Tag) -> str:
    """Why the value of an adkim, aspf, fo, psd or t tag is discarded; empty where it is valid."""
    if tag.name == "fo":
        return _fo_fault(tag.value)
    choices = CHOICES[tag.name]
    if tag.value.lower() in choices:
        return ""
    return f"it must be `{'`, `'.join(choices[:-1])}` or `{choices[-1]}`"


def _fo_fault(value: str) -> str:
    options = value.lower().split(":")
    if not set(options) <= {"0", "1", "d", "s"}:
        return "it must be a list of `0`, `1`, `d` and `s`, separated by colons"
    if len(set(options)) < len(options):
        return "each option may stand once"
    if {"0", "1"} <= set(options):
        return "`0` and `1` exclude each other"
    return ""

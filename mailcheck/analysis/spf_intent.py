"""Whether an SPF record was meant to let anyone send, also where receivers cannot use what it says."""

from __future__ import annotations

import re

from mailcheck.analysis.spf_versions import version_problem
from mailcheck.grammar.spf import Directive, Modifier, SpfTree, Term, is_spf, parse_spf
from mailcheck.model.patterns import late

_DASH = r"(?:[-\x96\x97\u2010-\u2015\u2212]|\xe2\x80[\x90-\x95]|\xe2\x88\x92)"
"""A hyphen, or what an editor made of it: as a character, in windows-1252, in UTF-8 octet by octet."""
_DENIAL = late(rf"[^\w+~?]*(?:{_DASH}|~\s*al|all{_DASH}|$)", re.IGNORECASE)
"""A broken term that was meant to deny: one behind a minus, `~all` misspelt, or no word at all."""
_VERSION = "v=spf1"
_MECHANISMS = frozenset({"a", "mx", "ip", "ptr", "ip4", "ip6", "ipv4", "ipv6", "exists", "include"})
"""Words that stand before `=` where `:` was meant."""


def authorises(text: str) -> bool:
    """Whether the record, if it was meant as SPF, lets anyone send: anything but `v=spf1 -all` and its like.

    A domain whose term is misspelt sends all the same: it needs its mistake corrected, not to be told that it
    sends nothing. The same holds for a record that receivers discard for its version.
    """
    tree = _meant(text)
    return tree is not None and any([_lets_send(term, tree) for term in tree.terms])


def _meant(text: str) -> SpfTree | None:
    if is_spf(text):
        return parse_spf(text)
    problem = version_problem(text)
    if problem is None:
        return None
    if problem.fault == "junk":
        start = text.lower().index(_VERSION, problem.start) + len(_VERSION)
    elif problem.fault == "no-space":
        start = len(_VERSION)
    else:
        start = problem.start if problem.fault == "missing" else problem.end
    return parse_spf(f"{_VERSION} {text[start:]}")


def _lets_send(term: Term, tree: SpfTree) -> bool:
    if isinstance(term, Directive):
        return term.qualifier in ("+?" if term.mechanism == "all" else "+~?")
    if isinstance(term, Modifier):
        return term.name == "redirect" or term.name in _MECHANISMS
    return _DENIAL.match(tree.text, term.start, term.end) is None

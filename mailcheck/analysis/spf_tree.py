"""The worst case of an SPF record: every term on every path, with no message in mind (RFC 7208 section 4.6.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from mailcheck.analysis.addresses import Open
from mailcheck.analysis.spf_gather import (
    LEADING,
    MAX_EXCHANGES,
    Gathered,
    Held,
    Reference,
    gather,
)
from mailcheck.analysis.spf_node import SpfNode, SpfTerm, first_open
from mailcheck.model.dns import Evaluation, Present, Question, Unknown

_MAX_LOOPS = 20

Step = tuple[str, str]


class _Graph(NamedTuple):
    """What was found, the nodes built of it so far, and the paths of the steps that close a loop."""

    found: Gathered
    nodes: dict[str, SpfNode]
    loops: Mapping[Step, tuple[str, ...]]


def spf_tree(domain: str) -> Evaluation[SpfNode]:
    """The tree of the SPF record of absolute, lower-case `domain`; the same node object wherever a name recurs."""
    found = yield from gather(domain)
    order, loops = _from_below(domain, found.held)
    graph = _Graph(found, {}, loops)
    for name in order:
        graph.nodes[name] = _node(name, graph)
    return graph.nodes[domain]


def _from_below(root: str, held: Mapping[str, Held]) -> tuple[list[str], dict[Step, tuple[str, ...]]]:
    """The names below `root`, every name after those it leads to, and the steps that close a loop.

    The whole path of a loop is kept for the first few; the others have only their last step.
    """
    loops: dict[Step, tuple[str, ...]] = {}
    targets = _targets(root, held)
    if not targets:
        return [root], loops
    order: list[str] = []
    seen = {root}
    path: dict[str, Iterator[str]] = {root: iter(targets)}
    while path:
        name = next(reversed(path))
        target = next(path[name], None)
        if target is None:
            path.popitem()
            order.append(name)
        elif target in path:
            loops.setdefault((name, target), (*path, target) if len(loops) < _MAX_LOOPS else (name, target))
        elif target not in seen:
            seen.add(target)
            path[target] = iter(_targets(target, held))
    return order, loops


def _targets(name: str, held: Mapping[str, Held]) -> list[str]:
    references = held[name].references
    return [found.target for found in references if found.kind in LEADING and found.target is not None]


def _node(name: str, graph: _Graph) -> SpfNode:
    held = graph.found.held[name]
    if isinstance(held.answer, Unknown):
        return SpfNode(name, held, open_record=(Question(name, "TXT"), held.answer))
    if not held.references:
        return SpfNode(name, held)
    terms = tuple(
        [
            _leading_term(reference, name, held, graph)
            if reference.kind in LEADING
            else _address_term(reference, held, graph.found)
            for reference in held.references
        ]
    )
    lookups, voids4, voids6, name_lookups, depth = len(terms), 0, 0, 0, 0
    below = []
    for term in terms:
        voids4 += term.void4 is True
        voids6 += term.void6 is True
        name_lookups += "p" in term.macros
        depth = max(depth, term.depth)
        if term.below is not None:
            below.append(term.below)
    for node in below:
        lookups += node.lookups
        voids4 += node.voids4
        voids6 += node.voids6
        name_lookups += node.name_lookups
    open_record = first_open([node.open_record for node in below]) if below else None
    open_address = first_open([*[term.open_address for term in terms], *[node.open_address for node in below]])
    return SpfNode(name, held, terms, lookups, voids4, voids6, name_lookups, depth, open_record, open_address)


def _leading_term(reference: Reference, name: str, held: Held, graph: _Graph) -> SpfTerm:
    term, target = reference.term, reference.target
    if target is None:
        return SpfTerm(reference.kind, term, held, target)
    loop = graph.loops.get((name, target), ())
    return SpfTerm(reference.kind, term, held, target, below=None if loop else graph.nodes[target], loop=loop)


def _address_term(reference: Reference, held: Held, found: Gathered) -> SpfTerm:
    term, target = reference.term, reference.target
    if target is None or reference.kind == "ptr":
        return SpfTerm(reference.kind, term, held, target)
    if reference.kind == "mx":
        return _mx_term(reference, target, held, found)
    void4, left4 = _is_void(found, (target,), "A")
    void6, left6 = _is_void(found, (target,), "AAAA") if reference.kind == "a" else (void4, None)
    left = first_open((left4, left6)) if left4 or left6 else None
    return SpfTerm(reference.kind, term, held, target, void4=void4, void6=void6, open_address=left)


def _mx_term(reference: Reference, target: str, held: Held, found: Gathered) -> SpfTerm:
    term, question = reference.term, Question(target, "MX")
    answer = found.answers[question]
    if isinstance(answer, Unknown):
        return SpfTerm(reference.kind, term, held, target, void4=None, void6=None, open_address=(question, answer))
    exchanges = found.exchanges.get(target, ())
    if isinstance(answer, Present) and not exchanges:
        return SpfTerm(reference.kind, term, held, target, null=True)
    void4, left4 = _is_void(found, exchanges[:MAX_EXCHANGES], "A")
    void6, left6 = _is_void(found, exchanges[:MAX_EXCHANGES], "AAAA")
    return SpfTerm(
        reference.kind,
        term,
        held,
        target,
        exchanges=exchanges,
        void4=void4,
        void6=void6,
        open_address=first_open((left4, left6)),
    )


def _is_void(found: Gathered, hosts: Iterable[str], rtype: str) -> tuple[bool | None, Open | None]:
    """Whether no host has a record of the type, and the open question where that is not known."""
    unanswered: Open | None = None
    for host in hosts:
        question = Question(host, rtype)
        answer = found.answers[question]
        if isinstance(answer, Present):
            return False, None
        if isinstance(answer, Unknown):
            unanswered = first_open((unanswered, (question, answer)))
    return (True, None) if unanswered is None else (None, unanswered)

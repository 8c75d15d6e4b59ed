"""pyspf over the same world as mailcheck, to compare results and speed."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator

import spf  # type: ignore[import-untyped]

from mailcheck.analysis.spf_names import domain_text
from mailcheck.analysis.spf_request import SpfRequest
from mailcheck.model.dns import Answer, Present, Unknown
from mailcheck.model.record import Record
from tests.conformance.openspf_world import World

Answered = tuple[tuple[str, str], object]
Lookup = Callable[..., Iterator[Answered]]


def lookup_over(world: World) -> Lookup:
    """What stands for pyspf's `DNSLookup`: answers made beforehand, as a resolver gives them, CNAMEs first."""
    table = {
        (domain_text(question.name), question.type): _answered(question.type, answer)
        for question, answer in world.items()
    }

    def lookup(name: str, rtype: str, *_: object) -> Iterator[Answered]:
        found = table.get((name, rtype))
        if found is None:
            if name.startswith("error."):
                raise spf.TempError("DNS timeout")
            return iter(())
        if isinstance(found, str):
            raise spf.TempError(found)
        return iter(found)

    return lookup


def pyspf_result(lookup: Lookup, request: SpfRequest) -> tuple[str, str]:
    """The result and the explanation, `DEFAULT` where the domain's owner gives none."""
    spf.DNSLookup = lookup
    query = spf.query(i=str(request.ip), s=request.sender, h=request.helo, strict=True)
    query.set_default_explanation("DEFAULT")
    result, _code, explanation = query.check()
    return str(result), str(explanation)


def _answered(rtype: str, answer: Answer) -> list[Answered] | str:
    if isinstance(answer, Unknown):
        return answer.reason
    names = [domain_text(name) for name in answer.chain]
    if not isinstance(answer, Present):
        return []
    end = domain_text(answer.records[0].name)
    aliases: list[Answered] = [((name, "CNAME"), to) for name, to in zip(names, [*names[1:], end], strict=False)]
    return [*aliases, *[((end, rtype), _value(rtype, record)) for record in answer.records]]


def _value(rtype: str, record: Record) -> object:
    if rtype == "TXT":
        return (record.text.encode(),)
    if rtype == "MX":
        preference, _, exchange = record.text.partition(" ")
        return int(preference), domain_text(exchange)
    if rtype == "AAAA":
        return socket.inet_pton(socket.AF_INET6, record.text)
    return record.text if rtype == "A" else domain_text(record.text)

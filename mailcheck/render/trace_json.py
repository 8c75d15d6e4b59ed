"""A trace, and a run of cases, as JSON of version 1; `trace.schema.json` describes both."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from mailcheck.analysis.dmarc_check import DmarcVerdict
from mailcheck.analysis.fcrdns import ReverseDns
from mailcheck.analysis.signature_values import ArcChain, Signature
from mailcheck.analysis.spf_request import SpfOutcome, SpfStep
from mailcheck.analysis.trace import Hop, OpenPart, Trace, hop_verdict, ptr_result
from mailcheck.analysis.trace_cases import CaseOutcome, Unmet
from mailcheck.model.dns import Absent, Answer, Present, Question
from mailcheck.model.finding import Refused
from mailcheck.model.location import NOWHERE, Location
from mailcheck.render import escape
from mailcheck.render.json_report import VERSION, Json, refused_entry, tool


def trace_json(traced: Trace, refused: Sequence[Refused]) -> str:
    """The whole trace; nothing is left out."""
    return _document({**trace_entry(traced), "refused": [refused_entry(entry) for entry in refused]})


def cases_json(outcomes: Sequence[CaseOutcome], refused: Sequence[Refused]) -> str:
    """Every case with its trace."""
    unmet = sum(1 for outcome in outcomes if outcome.unmet)
    return _document({
        "cases": [_case_entry(outcome) for outcome in outcomes],
        "refused": [refused_entry(entry) for entry in refused],
        "summary": {"cases": len(outcomes), "met": len(outcomes) - unmet, "not_met": unmet},
    })  # fmt: skip


def _document(members: Mapping[str, object]) -> str:
    lines = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in members.items()]
    head = f'"version": {VERSION},\n "tool": {json.dumps(tool())}'
    return "{" + ",\n ".join([head, *lines]) + "}\n"


def trace_entry(traced: Trace) -> Json:
    """What becomes of the message, first where it is sent to, then behind a forwarder."""
    delivery = traced.delivery
    return {
        "verdict": traced.verdict,
        "message": {
            "ip": str(delivery.ip),
            "helo": _text(delivery.helo.removesuffix(".")) if delivery.helo else None,
            "mail_from": _text(delivery.mail_from),
            "mail_from_assumed": delivery.sender_assumed,
            "authors": [_name(author) for author in delivery.authors],
        },
        **_hop_entry(traced.direct),
        "dkim": [_signature_entry(signature) for signature in traced.dkim],
        "dkim_not_checked": traced.unchecked,
        "arc": [] if traced.arc is None else _arc_sets(traced.arc),
        "arc_chain": None if traced.arc is None else _chain_entry(traced.arc),
        "forwarded": None if traced.forwarded is None else _forwarded_entry(traced.forwarded, traced),
        "undetermined": [_open_entry(part) for part in traced.open],
    }


def _hop_entry(hop: Hop) -> Json:
    return {
        "spf": {
            "helo": None if hop.helo is None else _spf_entry(hop.helo),
            "mail_from": _spf_entry(hop.mail_from),
        },
        "dmarc": _dmarc_entry(hop.author, hop.dmarc),
        "ptr": _ptr_entry(hop.ptr),
    }


def _forwarded_entry(hop: Hop, traced: Trace) -> Json:
    return {
        "verdict": hop_verdict(hop, traced.dkim),
        "ip": str(hop.ip),
        "mail_from": _text(hop.sender),
        **_hop_entry(hop),
    }


def _spf_entry(outcome: SpfOutcome) -> Json:
    return {
        "result": outcome.result,
        "domain": _name(outcome.domain),
        "lookups": outcome.lookups,
        "voids": outcome.voids,
        "explanation": None if outcome.explanation is None else _text(outcome.explanation),
        "why": _text(outcome.why),
        "term": None if outcome.term is None else _step_entry(outcome.term),
        "steps": [_step_entry(step) for step in outcome.steps],
    }


def _step_entry(step: SpfStep) -> Json:
    return {
        "depth": step.depth,
        "domain": _name(step.domain),
        "term": None if step.term is None else _text(step.text),
        "outcome": step.outcome,
        "why": _text(step.why),
        "asked": [_answer_entry(*pair) for pair in step.asked],
        **_place(step.at),
    }


def _answer_entry(question: Question, answer: Answer) -> Json:
    """One question; `answer` is `present`, `nxdomain`, `nodata`, or why there is none."""
    values: list[str] = []
    if isinstance(answer, Present):
        said = "present"
        values = [_text(record.text) for record in answer.records]
    else:
        said = answer.kind if isinstance(answer, Absent) else answer.reason
    return {"name": _name(question.name), "type": _text(question.type), "answer": said, "values": values}


def _signature_entry(signature: Signature) -> Json:
    key = signature.key
    return {
        "result": signature.result,
        "reason": _text(signature.reason),
        "domain": _name(signature.domain),
        "selector": _text(signature.selector),
        "algorithm": _text(signature.algorithm),
        "key_bits": signature.key_bits,
        "testing": signature.testing,
        "message_line": signature.line or None,
        **_place(key.at if key is not None else NOWHERE),
    }


def _arc_sets(chain: ArcChain) -> list[Json]:
    return [
        {
            "instance": each.instance,
            "cv": _text(each.chain),
            "message_signature": _signature_entry(each.message_signature),
            "seal": _signature_entry(each.seal),
        }
        for each in chain.sets
    ]


def _chain_entry(chain: ArcChain) -> Json:
    return {"result": chain.result, "reason": _text(chain.reason)}


def _dmarc_entry(author: str, verdict: DmarcVerdict) -> Json:
    record = verdict.record.record if verdict.record is not None else None
    return {
        "result": verdict.result,
        "policy": verdict.policy,
        "author": _name(author),
        "domain": _name(verdict.domain) or None,
        "organizational_domain": _name(verdict.organizational_domain) or None,
        "aligned": [{"method": each.method, "domain": _name(each.domain)} for each in verdict.aligned],
        "record": None if record is None else _text(record.text),
        **_place(record.at if record is not None else NOWHERE),
    }


def _ptr_entry(ptr: ReverseDns) -> Json:
    return {
        "result": ptr_result(ptr),
        "address": str(ptr.address),
        "names": [
            {
                "name": _name(name.name),
                "addresses": [str(host.address) for host in name.forward.found],
                "confirmed": name in ptr.confirming,
                **_place(name.record.at),
            }
            for name in ptr.names
        ],
    }


def _open_entry(part: OpenPart) -> Json:
    question = part.question
    return {
        "part": _text(part.part),
        "name": None if question is None else _name(question.name),
        "type": None if question is None else _text(question.type),
        "reason": part.reason,
        "asked": part.asked,
        "why": _text(part.why),
    }


def _case_entry(outcome: CaseOutcome) -> Json:
    case = outcome.case
    return {
        "name": _text(case.name),
        "met": not outcome.unmet,
        **_place(case.at),
        "not_met": [_unmet_entry(miss) for miss in outcome.unmet],
        "trace": trace_entry(outcome.trace),
    }


def _unmet_entry(miss: Unmet) -> Json:
    return {
        "part": miss.expectation.part,
        "wanted": miss.expectation.wanted,
        "found": miss.found.result,
        "why": _text(miss.found.why),
        "expected_at": _place(miss.expectation.at),
        **_place(miss.found.at),
    }


def _place(at: Location) -> Json:
    """Where a file holds it; null where none does."""
    if at == NOWHERE:
        return {"path": None, "line": None, "column": None}
    return {"path": escape.json_path(at.path), "line": at.line, "column": at.column}


def _name(name: str) -> str:
    """A domain name without its final dot."""
    return escape.json_path(name.removesuffix(".") or name)


def _text(text: str) -> str:
    return escape.json(text)

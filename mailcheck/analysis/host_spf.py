"""What SPF says of the addresses that a host's mail leaves from."""

from __future__ import annotations

from mailcheck.analysis.host_egress import Exit
from mailcheck.analysis.spec_spf import ClientResult
from mailcheck.analysis.spf_check import check_host
from mailcheck.analysis.spf_request import mail_from_request
from mailcheck.model.dns import Evaluation
from mailcheck.model.finding import Label
from mailcheck.model.location import NOWHERE


def spf_of(leaving: Exit, domain: str) -> Evaluation[ClientResult]:
    """check_host() for mail from absolute `domain` over that address; where it is the HELO name, for that."""
    sender = "" if domain == leaving.helo else f"postmaster@{domain.removesuffix('.')}"
    request = mail_from_request(leaving.address, sender, leaving.helo.removesuffix("."))
    outcome = yield from check_host(request)
    return ClientResult(leaving.helo, leaving.address, outcome)


def deciding(result: ClientResult) -> tuple[Label, ...]:
    """The term or record of a zone that decided."""
    outcome = result.outcome
    places = [outcome.term.at] if outcome.term else []
    places += [step.at for step in outcome.steps if step.outcome in ("record", "permerror")]
    at = next((place for place in places if place != NOWHERE), None)
    return (Label(at, f"this gives `{outcome.result}`"),) if at else ()

"""Whether the SPF record of a domain names a relay that sends its mail."""

from __future__ import annotations

from fnmatch import fnmatchcase

from mailcheck.analysis.addresses import Open, first_open, host_addresses, parse_address
from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.host_relays import Relay, is_private
from mailcheck.analysis.spec_spf import Client, check_addresses, reached_includes
from mailcheck.model.dns import Evaluation, Question, Unknown
from mailcheck.model.names import IPAddress, absolute, is_at_or_below
from mailcheck.model.text import shown_name

Missing = str | Open | NotDetermined


def missing_term(
    relay: Relay, domain: str, includes: tuple[str, ...], ours: tuple[IPAddress, ...]
) -> Evaluation[Missing]:
    """The term that is missing, empty where SPF names the relay, or what leaves that open.

    `includes` are globs of the names that the service behind the relay asks to include, `ours` its addresses where
    it is a host of our own; both empty for any other.
    """
    reached = yield from reached_includes(domain)
    answers = yield {Question(name, "TXT") for name in (domain, *reached)}
    left = next(((asked, answer) for asked, answer in answers.items() if isinstance(answer, Unknown)), None)
    if includes:
        if any([fnmatchcase(name, glob) for name in reached for glob in includes]):
            return ""
        return left or f"include:{shown_name(includes[0])}"
    ending = ".".join(absolute(relay.host).split(".")[-3:])
    if parse_address(relay.host) is None and any([is_at_or_below(name, ending) for name in reached]):
        return ""
    return (yield from _by_address(relay, domain, bool(reached), ours))


def _by_address(relay: Relay, domain: str, has_includes: bool, ours: tuple[IPAddress, ...]) -> Evaluation[Missing]:
    given = parse_address(relay.host)
    addresses = ours or ((given,) if given is not None else ())
    if not addresses:
        name = absolute(relay.host)
        known = (yield from host_addresses(name))[name]
        addresses = tuple([one.address for one in known.found])
        if not addresses and (still_open := first_open([known])):
            return still_open
    results = yield from check_addresses(domain, Client(relay.host, relay.host, addresses))
    for result in results:
        if isinstance(result.passes, tuple):
            return result.passes
    passing = [result.passes is True for result in results]
    if passing and (all(passing) if ours else any(passing)):
        return ""
    if not ours and (has_includes or is_private(relay.host) or not addresses):
        return NotDetermined(f"from which addresses `{relay.host}` sends is not known")
    failing = addresses[passing.index(False)]
    return f"ip{failing.version}:{failing}"

"""All declared zones together as the world, forward and reverse, as their servers would answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet

from mailcheck.model.dns import POLICY, Absent, Answer, Present, Question, Unknown, describe
from mailcheck.model.names import absolute, parent
from mailcheck.model.record import RecordSet
from mailcheck.model.zone import Zone
from mailcheck.view.zone_index import ZoneIndex, index_zone

MAX_CHAIN = 8
REMEMBERED = 5_000
"""How many answers are kept; a tenth as many zones stay prepared. Both can be made anew at any time."""
_ADDRESS_TYPES = frozenset({"A", "AAAA"})


class Overlay:
    """A DnsView over declared zones.

    A declared zone is authoritative: what it does not hold is Absent, by RFC 1034 section 4.3.2 with
    RFC 2308 (NXDOMAIN or NODATA), RFC 4592 (wildcards, empty non-terminals) and RFC 6672 (DNAME).
    What no declared zone holds, what lies below a zone cut, and where a chain leaves the declared
    zones is Unknown("not_asked"), with the chain walked so far. A chain that returns to itself or is
    longer than eight names is Unknown("limit"), a name at which a record was refused Unknown("unread"), and
    so is what an incomplete zone does not hold.
    """

    def __init__(self, zones: Iterable[Zone]) -> None:
        self._zones = {zone.name: zone for zone in zones}
        self._indexes: dict[str, ZoneIndex] = {}
        self._answers: dict[Question, Answer] = {}

    def answer(self, questions: AbstractSet[Question]) -> Mapping[Question, Answer]:
        known = self._answers
        if len(known) > REMEMBERED:
            known.clear()
        answers = {}
        for question in questions:
            answer = known.get(question)
            if answer is None:
                answer = known[question] = self._resolve(question)
            answers[question] = answer
        return answers

    def zone_of(self, name: str) -> Zone | None:
        """The deepest declared zone that `name` lies in."""
        while name not in self._zones:
            if name == ".":
                return None
            name = parent(name)
        return self._zones[name]

    def _resolve(self, question: Question) -> Answer:
        name, rtype = question
        if rtype == POLICY:
            return Unknown("not_asked", describe(question))
        chain: list[str] = []
        while True:
            answer = self._step(name, rtype, tuple(chain))
            if not isinstance(answer, str):
                return answer
            chain.append(name)
            if answer in chain:
                return Unknown("limit", f"CNAME loop at {answer}", tuple(chain))
            if len(chain) > MAX_CHAIN:
                return Unknown("limit", f"CNAME chain of over {MAX_CHAIN} names from {chain[0]}", tuple(chain))
            name = answer

    def _step(self, name: str, rtype: str, chain: tuple[str, ...]) -> Answer | str:
        """The answer at `name`, or the name that a CNAME or DNAME leads to."""
        zone = self._zone_for(name, rtype)
        if zone is None:
            return _not_asked(name, rtype, chain)
        index = self._index(zone)
        if index.cut_above(name, rtype) is not None:
            return _not_asked(name, rtype, chain)
        if name in zone.unread:
            return Unknown("unread", describe(Question(name, rtype)), chain)
        owner = index.dname_above(name)
        if owner is not None:
            target = absolute(index.dnames[owner])
            return name.removesuffix(owner) + (target if target != "." else "")
        types = index.types_at(name)
        answer = Absent("nxdomain", chain) if types is None else self._at_name(types, name, rtype, chain)
        if zone.incomplete and isinstance(answer, Absent):
            return Unknown("unread", describe(Question(name, rtype)), chain)
        return answer

    def _at_name(
        self, types: Mapping[str, RecordSet], name: str, rtype: str, chain: tuple[str, ...]
    ) -> Answer | str:
        if rtype in types:
            return Present(types[rtype].records, chain)
        if "CNAME" in types:
            return absolute(types["CNAME"].records[0].text)
        if rtype in _ADDRESS_TYPES:
            if "ALIAS" in types:
                return absolute(types["ALIAS"].records[0].text)
            flattened = next((t for t in types if t.endswith("/ALIAS")), None)
            if flattened is not None:
                return _not_asked(name, rtype, chain)
        return Absent("nodata", chain)

    def _zone_for(self, name: str, rtype: str) -> Zone | None:
        """DS belongs to the parent's side of a cut (RFC 4035 section 3.1.4.1)."""
        if rtype == "DS" and name in self._zones and name != ".":
            return self.zone_of(parent(name))
        return self.zone_of(name)

    def _index(self, zone: Zone) -> ZoneIndex:
        found = self._indexes.get(zone.name)
        if found is None:
            if len(self._indexes) > REMEMBERED // 10:
                self._indexes.clear()
            found = self._indexes[zone.name] = index_zone(zone)
        return found


def _not_asked(name: str, rtype: str, chain: tuple[str, ...]) -> Unknown:
    return Unknown("not_asked", describe(Question(name, rtype)), chain, target=name if chain else "")

"""All declared zones together as the world, forward and reverse, as their servers would answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from types import MappingProxyType
from typing import Literal, NamedTuple

from mailcheck.model.dns import SERVED_TYPES, Absent, Answer, Present, Question, Unknown, describe
from mailcheck.model.names import absolute, parent
from mailcheck.model.record import RecordSet
from mailcheck.model.zone import Zone
from mailcheck.view.zone_index import ZoneIndex, index_zone

MAX_CHAIN = 8
REMEMBERED = 1_000
"""How many names stay looked up; a tenth as many zones stay prepared. Both can be made anew at any time."""
_ADDRESS_TYPES = frozenset({"A", "AAAA"})


class _Place(NamedTuple):
    """What the declared zones say of a name, whatever type is asked for.

    - `here`: `types` are its record sets, perhaps none, perhaps those of a wildcard;
      `incomplete` where the rest of the zone could not be read.
    - `missing`: the name does not exist. `unread`: a record there was refused.
    - `led`: a DNAME above it leads to `target`.
    - `outside`: no declared zone holds it, or it lies below a zone cut.
    """

    kind: Literal["here", "missing", "unread", "led", "outside"]
    types: Mapping[str, RecordSet] = MappingProxyType({})
    target: str = ""
    incomplete: bool = False


_OUTSIDE = _Place("outside")
_UNREAD = _Place("unread")
_MISSING = _Place("missing")


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
        self._places: dict[str, _Place] = {}

    def answer(self, questions: AbstractSet[Question]) -> Mapping[Question, Answer]:
        resolve = self.resolve
        return {question: resolve(*question) for question in questions}

    def zone_of(self, name: str) -> Zone | None:
        """The deepest declared zone that `name` lies in."""
        while name not in self._zones:
            if name == ".":
                return None
            name = parent(name)
        return self._zones[name]

    def resolve(self, name: str, rtype: str) -> Answer:
        """The answer to one question."""
        if rtype in SERVED_TYPES:
            return Unknown("not_asked", describe(Question(name, rtype)))
        place = self._places.get(name)
        if place is not None and rtype in place.types and rtype != "DS":
            return Present(place.types[rtype].records)  # what most questions come to, without the detour
        answer = self._step(name, rtype, ())
        if not isinstance(answer, str):
            return answer
        chain = [name]
        while True:
            if answer in chain:
                return Unknown("limit", f"CNAME loop at {answer}", tuple(chain))
            if len(chain) > MAX_CHAIN:
                return Unknown("limit", f"CNAME chain of over {MAX_CHAIN} names from {chain[0]}", tuple(chain))
            following = self._step(answer, rtype, tuple(chain))
            if not isinstance(following, str):
                return following
            chain.append(answer)
            answer = following

    def _step(self, name: str, rtype: str, chain: tuple[str, ...]) -> Answer | str:
        """The answer at `name`, or the name that a CNAME or DNAME leads to."""
        place = self._places.get(name) if rtype != "DS" else self._look_up(name, rtype)
        if place is None:
            if len(self._places) > REMEMBERED:
                self._places.clear()
            place = self._places[name] = self._look_up(name, rtype)
        if place.kind == "here":
            answer = self._at_name(place.types, name, rtype, chain)
            if place.incomplete and isinstance(answer, Absent):
                return Unknown("unread", describe(Question(name, rtype)), chain)
            return answer
        if place.kind == "led":
            return place.target
        if place.kind == "missing":
            return Absent("nxdomain", chain, target=name if chain else "")
        if place.kind == "unread":
            return Unknown("unread", describe(Question(name, rtype)), chain)
        return _not_asked(name, rtype, chain)

    def _look_up(self, name: str, rtype: str) -> _Place:
        """Only for DS does it depend on the type."""
        zone = self._zone_for(name, rtype)
        if zone is None:
            return _OUTSIDE
        index = self._index(zone)
        if index.cut_above(name, rtype) is not None:
            return _OUTSIDE
        if zone.unread and index.answering(name) in zone.unread:
            return _UNREAD
        owner = index.dname_above(name)
        if owner is not None:
            target = absolute(index.dnames[owner])
            return _Place("led", target=name.removesuffix(owner) + (target if target != "." else ""))
        types = index.types_at(name)
        if types is None:
            return _UNREAD if zone.incomplete else _MISSING
        return _Place("here", types, incomplete=zone.incomplete)

    def _at_name(
        self, types: Mapping[str, RecordSet], name: str, rtype: str, chain: tuple[str, ...]
    ) -> Answer | str:
        found = types.get(rtype)
        if found is not None:
            return Present(found.records, chain)
        if "CNAME" in types:
            return absolute(types["CNAME"].records[0].text)
        if rtype in _ADDRESS_TYPES:
            if "ALIAS" in types:
                return absolute(types["ALIAS"].records[0].text)
            for other in types:
                if other.endswith("/ALIAS"):
                    return _not_asked(name, rtype, chain)
        return Absent("nodata", chain, target=name if chain else "")

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

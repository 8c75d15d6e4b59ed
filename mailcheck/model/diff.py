"""What a change does to mail: two states of the declared zones, compared by meaning."""

from __future__ import annotations

from typing import Literal, NamedTuple

from mailcheck.model.dns import Question
from mailcheck.model.finding import Refused, Severity

NOT_DETERMINED = "not determined"


class ValueChange(NamedTuple):
    """One thing that is said otherwise before and after, both as a reader sees them."""

    what: str
    before: str
    after: str


class SpfDiff(NamedTuple):
    """What the SPF records authorise, before and after.

    - `gained`, `lost`: the fewest networks in CIDR notation, IPv4 first.
    - `changes`: the state of the record, the result for everyone else, and of networks that change between
      other results than `pass`.
    - `terms_*`: terms of the declared records that come and go, those of an included one as `name: term`.
    - `unbounded_*`: terms whose addresses cannot be enumerated, `broken_*`: errors, each as `name: term`.
    - `depends_on`: what is not determined and may change results beside all this.
    - `lookups`, `voids`: the worst case (RFC 7208 section 4.6.4) before and after.
    """

    severity: Severity
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    changes: tuple[ValueChange, ...]
    terms_gained: tuple[str, ...]
    terms_lost: tuple[str, ...]
    unbounded_gained: tuple[str, ...]
    unbounded_lost: tuple[str, ...]
    broken_gained: tuple[str, ...]
    broken_lost: tuple[str, ...]
    depends_on: tuple[str, ...]
    lookups: tuple[int, int]
    voids: tuple[int, int]


class DmarcDiff(NamedTuple):
    """The policy that receivers apply to the `domain`, a `subdomain`, a `missing` name; and settings.

    Each policy is `none`, `quarantine`, `reject`, `no policy` or `not determined`; all three are listed.
    """

    severity: Severity
    policies: tuple[ValueChange, ...]
    settings: tuple[ValueChange, ...]


class KeyDiff(NamedTuple):
    """A DKIM selector that says something else; `before` and `after` describe it, empty where there is nothing."""

    severity: Severity
    kind: Literal["added", "removed", "replaced", "changed"]
    selector: str
    before: str
    after: str


class MxDiff(NamedTuple):
    """Exchanges as `preference name`; `moved` are those with another preference."""

    severity: Severity
    added: tuple[str, ...]
    removed: tuple[str, ...]
    moved: tuple[ValueChange, ...]
    accepts: bool
    """Whether any exchange takes mail afterwards."""


class PtrDiff(NamedTuple):
    """An address whose names lead back to it (FCrDNS) before or after; `names` are those that do or did."""

    severity: Severity
    kind: Literal["gained", "lost"]
    address: str
    names: tuple[str, ...]


class OtherChange(NamedTuple):
    """One sentence on what else changes for mail: transport security, addresses of mail hosts."""

    severity: Severity
    message: str


class OpenQuestion(NamedTuple):
    """What was not determined, on which side; `why` is the reason in words."""

    question: Question
    side: Literal["before", "after", "both"]
    why: str


class DomainDiff(NamedTuple):
    """All that changes for one domain; `zone` tells a zone that only one side declares."""

    name: str
    zone: Literal["", "added", "removed"] = ""
    spf: SpfDiff | None = None
    dmarc: DmarcDiff | None = None
    dkim: tuple[KeyDiff, ...] = ()
    mx: MxDiff | None = None
    ptr: tuple[PtrDiff, ...] = ()
    other: tuple[OtherChange, ...] = ()
    open: tuple[OpenQuestion, ...] = ()

    @property
    def severities(self) -> tuple[Severity, ...]:
        """One for each thing that changes."""
        single = [part.severity for part in (self.spf, self.dmarc, self.mx) if part is not None]
        keys = [key.severity for key in self.dkim]
        return (*single, *keys, *(each.severity for each in self.ptr), *(each.severity for each in self.other))

    @property
    def areas(self) -> tuple[str, ...]:
        """What changes: `SPF`, `DMARC`, `DKIM`, `MX`, `PTR`, `other`."""
        parts = {
            "SPF": self.spf,
            "DMARC": self.dmarc,
            "DKIM": self.dkim,
            "MX": self.mx,
            "PTR": self.ptr,
            "other": self.other,
        }
        return tuple(area for area, part in parts.items() if part)


class MailDiff(NamedTuple):
    """The whole comparison.

    - `before`, `after`: the two sides as they were named; `zones`: how many each of them declares.
    - `domains`: those for which something changes, or is not determined on one side alone.
    - `unanswered`: whether a question was asked and got no usable answer, be it about another domain.
    """

    before: str
    after: str
    zones: tuple[int, int]
    domains: tuple[DomainDiff, ...]
    refused: tuple[Refused, ...] = ()
    unanswered: bool = False

    @property
    def changed(self) -> tuple[DomainDiff, ...]:
        """The domains for which something changes."""
        return tuple(domain for domain in self.domains if domain.severities)

    @property
    def gravest(self) -> Severity | None:
        """The highest severity, None where nothing changes."""
        return max((severity for domain in self.domains for severity in domain.severities), default=None)

    @property
    def open(self) -> int:
        """How many questions are not determined."""
        return len({entry.question for domain in self.domains for entry in domain.open})

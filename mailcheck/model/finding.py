"""What a run has to say: findings, what was refused, what was skipped."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import NamedTuple

from mailcheck.model.location import Location
from mailcheck.model.record import Record


class Severity(IntEnum):
    """Ordered, so that a threshold is a comparison."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        return self.name.lower()


class Label(NamedTuple):
    """A place and what is to be seen there."""

    at: Location
    message: str = ""


class Edit(NamedTuple):
    """Put `replacement` in place of the characters `start` up to `end` of a record's text.

    It says what the record shall say; how its file must be changed for that is `zonefile.edit`'s to find out.
    With `recut` the text stays, and the string of a master file that begins at `start` is cut into several.
    With `dot` what goes is no part of the file: an origin completed the name before it, which gets its final dot.
    With `owner` the text stays, and the owner becomes that name: by its final dot, else by a shorter one.
    """

    record: Record
    start: int
    end: int
    replacement: str
    recut: bool = False
    dot: bool = False
    owner: str = ""


class Fix(NamedTuple):
    """A change that removes the finding; `safe` where it cannot change what the record means."""

    title: str
    edits: tuple[Edit, ...]
    safe: bool


class Subject(NamedTuple):
    """What a finding is about: a record set of a zone (type empty for the zone as a whole)."""

    zone: str
    name: str
    type: str


class Told(NamedTuple):
    """What a finding tells too, where a change is judged: what rules or globs say of a name and type, if any."""

    rules: tuple[str, ...]
    name: str = ""
    type: str = ""


class Finding(NamedTuple):
    """One fault; the first label is the primary one.

    `token` tells findings of one rule on one subject apart (the term, tag or target at fault); with
    the rule, zone, owner and type it makes the fingerprint, which survives a move to another line. `host` is the
    audited host that the finding is about, empty for one about zones; there the file takes the owner's place.
    `tells` is what it says in the place of others where a change is judged.
    """

    rule: str
    severity: Severity
    message: str
    labels: tuple[Label, ...]
    subject: Subject
    help: str = ""
    fix: Fix | None = None
    token: str = ""
    standard: str = ""
    host: str = ""
    tells: tuple[Told, ...] = ()

    @property
    def at(self) -> Location:
        return self.labels[0].at

    @property
    def fingerprint(self) -> str:
        import hashlib

        subject = (self.host, self.at.path) if self.host else self.subject
        key = "\0".join((self.rule, *subject, self.token))
        return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]


class Refused(NamedTuple):
    """An input, or a record of it, that could not be read; everything else was still checked."""

    code: str
    at: Location
    message: str
    hint: str = ""


class Skipped(NamedTuple):
    """A check that came to no verdict.

    `asked` where a question went out and was not answered, `over_limit` where more is declared than is
    looked at. Either makes the run inconclusive; what nobody asked for does not.
    """

    rule: str
    name: str
    why: str
    asked: bool = False
    over_limit: bool = False

    @property
    def is_inconclusive(self) -> bool:
        return self.asked or self.over_limit


class RuleInfo(NamedTuple):
    """What a reader may want to know of a rule: id, first line and whole text of its page."""

    id: str
    title: str
    page: str
    severity: Severity
    standard: str
    since: str
    lifecycle: str
    needs: frozenset[str] = frozenset()


class Since(NamedTuple):
    """What became of the findings of the run before: how many are the same, and what was said of those gone."""

    same: int
    gone: tuple[str, ...]


class Report(NamedTuple):
    """The outcome of one run, in a fixed order: path, line, column, rule, message, owner name.

    `fail_on` is the severity from which on the profile lets a run fail, where the command line says
    nothing. `derived` where nobody wrote down what the domains do, so that the zones had to tell. `ran` are
    the ids of the rules that ran. `baseline` counts the findings that a baseline hides, `unchanged` those
    that have nothing to do with what changed since a revision. `fixed` counts the findings that
    this run removed from the files, None where it was not asked to. `host` is the
    audited host and `files` how many of its files were read, where one was audited. `since` is there where
    the run is compared with the one before.
    """

    findings: tuple[Finding, ...] = ()
    refused: tuple[Refused, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    zones: int = 0
    records: int = 0
    suppressed: int = 0
    baseline: int = 0
    unchanged: int = 0
    fail_on: Severity = Severity.ERROR
    derived: bool = False
    ran: frozenset[str] = frozenset()
    rules: Mapping[str, RuleInfo] = MappingProxyType({})
    snippets: Mapping[tuple[str, int], str] = MappingProxyType({})
    """Source lines by path and line, for the formats that show them."""
    host: str = ""
    files: int = 0
    since: Since | None = None
    fixed: int | None = None

    def count(self, severity: Severity) -> int:
        return sum(1 for finding in self.findings if finding.severity is severity)

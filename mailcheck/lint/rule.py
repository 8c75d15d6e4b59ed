"""What a rule is, what it may ask, and what it yields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, Literal, NamedTuple, ParamSpec, Protocol, TypeAlias, TypeVar

from mailcheck.model.dns import Answer, Answers, Evaluation, Question, Unknown, describe
from mailcheck.model.finding import Edit, Fix, Label, RuleInfo, Severity, Told
from mailcheck.model.index import Index
from mailcheck.model.location import Location
from mailcheck.model.spec import HostSpec, MailRole, MailSpec, Promises
from mailcheck.model.zone import Zone

__all__ = [
    "Case", "Context", "Edit", "Fix", "Label", "Options", "Problem", "Rule", "Severity", "Skip", "Told",
    "changed", "only", "planned", "unanswered",
]  # fmt: skip

_FOLDERS_WITHOUT_PREFIX = frozenset({"transport"})

T = TypeVar("T")
P = ParamSpec("P")


class SubjectLike(Protocol):
    """What `over` lists: anything with an owner name and a record type (empty for a zone or a name)."""

    @property
    def name(self) -> str: ...
    @property
    def type(self) -> str: ...


S = TypeVar("S", bound=SubjectLike)


class Problem(NamedTuple):
    """What a rule found; the engine makes a Finding of it.

    `message` is one sentence without a final dot, naming the value at fault. `at` is as narrow as can be.
    `help` says what to do. `token` tells several problems of one rule on one subject apart (the term,
    tag or target at fault): it is part of the fingerprint, and `yields_to` holds between equal tokens.
    `name` and `type` replace the subject's where the problem is about another owner. `tells` is
    what others say of a change, or of the zones after it, and need not say beside this.
    """

    message: str
    at: Location
    help: str = ""
    related: tuple[Label, ...] = ()
    fix: Fix | None = None
    token: str = ""
    name: str | None = None
    type: str | None = None
    tells: tuple[Told, ...] = ()


class Skip(NamedTuple):
    """The rule came to no verdict: `asked` and `over_limit` as in `Skipped`."""

    why: str
    asked: bool = False
    over_limit: bool = False


_WORDS: Mapping[str, str] = {
    "not_asked": "not asked",
    "unusable": "no usable answer",
    "budget": "given up",
    "limit": "over a limit",
    "unread": "could not be read",
}


def unanswered(question: Question, answer: Unknown) -> Skip:
    """The Skip that an Unknown answer gives."""
    why = f"{_WORDS.get(answer.reason, answer.reason)}: {answer.detail or describe(question)}"
    return Skip(why, asked=answer.reason not in ("not_asked", "limit", "unread"))


Options: TypeAlias = Any
"""A rule's options: a named tuple of its own, every field with a default."""


class NoOptions(NamedTuple):
    """The options of a rule that has none."""


class Context(Protocol):
    """What a rule may ask while it checks one subject."""

    @property
    def zone(self) -> Zone:
        """The zone that the subject stands in."""

    @property
    def zones(self) -> Sequence[Zone]:
        """All declared zones."""

    @property
    def spec(self) -> MailSpec:
        """What `mailcheck.yaml` says of domains, hosts and senders; not `written` where it says nothing."""

    @property
    def promises(self) -> Promises:
        """What the spec says of names in this zone."""

    @property
    def host(self) -> HostSpec | None:
        """The host of the spec that is audited; None where the spec does not have it, and elsewhere."""

    def options(self, kind: type[T]) -> T:
        """The rule's options as they hold for this zone."""

    def role(self, name: str) -> MailRole:
        """What the domain does with mail, by the written spec or derived from the zones."""

    def ask(self, name: str, rtype: str) -> Answer:
        """One question. Where several are known at once, `ask_all` saves rounds."""

    def ask_all(self, questions: AbstractSet[Question]) -> Answers:
        """Many questions as one batch."""

    def evaluate(self, evaluation: Callable[P, Evaluation[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run an evaluation of `analysis` to its end; the same call is evaluated once per run."""

    def once(self, index: Callable[[Sequence[Zone]], T]) -> T:
        """A function of all declared zones, computed once per run (an index, say)."""


class HostChanges(NamedTuple):
    """What makes another host of the example host that all cases of host rules begin with.

    - `edits`: (path, text that stands there exactly once, text in its place). A path with a leading slash is
      one of the host, others are `mailcheck.yaml` and files in `zones/`. Whole files are in `Case.files`.
    - `removed`: paths that are not there; `stats`: mode, owner and group by path; `newer`: paths of files that
      were changed after all others.
    - `machine`: other fields of Machine, by name (`live`, `unix_listeners`, `queue`, `probes`, ...).
    - `also`: other rules that must speak too, since the change is their fault as well.
    """

    edits: tuple[tuple[str, str, str], ...] = ()
    removed: tuple[str, ...] = ()
    stats: Mapping[str, tuple[int, str, str]] = {}
    machine: Mapping[str, Any] = {}
    also: tuple[str, ...] = ()
    newer: tuple[str, ...] = ()


class Case(NamedTuple):
    """An example of a rule: files by path (zones, MTA-STS policies, `mailcheck.yaml`).

    A path decides the format as it does on disk: `example.com.yaml` is octoDNS YAML, `example.com.zone`
    a master file. The two states of a plan lie in `before/` and `after/`. `caret`, in a bad case, is the
    exact text under the primary label. `outside` is what was answered outside the zones, by name and type:
    `{"example.net. A": ("192.0.2.1",)}`, no value where there is no record; what it does not hold was not
    asked for. `host` makes it a case of a mail host: a bad one must raise nothing but its rule and `also`.
    """

    files: Mapping[str, str]
    caret: str | None = None
    outside: Mapping[str, Sequence[str]] = {}
    host: HostChanges | None = None


_MASTER_FILE = "example.com.zone"
_HEAD = """\
$ORIGIN example.com.
$TTL 3600
@ SOA ns1 hostmaster 1 7200 3600 1209600 3600
@ NS ns1
ns1 A 192.0.2.53
"""


def master(records: str, caret: str | None = None, **more: str) -> Case:
    """A case of one master file `example.com.zone`: the records, with `$ORIGIN` and `$TTL` set before them."""
    return Case({_MASTER_FILE: _HEAD + records.rstrip() + "\n", **more}, caret)


def planned(before: str, after: str, caret: str | None = None, **more: str) -> Case:
    """A case of a plan: the records of `example.com.zone` before and after, with `$ORIGIN` and `$TTL` set."""
    files = {
        f"{side}/{_MASTER_FILE}": _HEAD + text.rstrip() + "\n"
        for side, text in (("before", before), ("after", after))
    }
    return Case({**files, **more}, caret)


def changed(
    *edits: tuple[str, str, str],
    caret: str | None = None,
    files: Mapping[str, str] = {},
    removed: tuple[str, ...] = (),
    stats: Mapping[str, tuple[int, str, str]] = {},
    also: tuple[str, ...] = (),
    newer: tuple[str, ...] = (),
    outside: Mapping[str, Sequence[str]] = {},
    **machine: Any,
) -> Case:
    """A case of the example host with changes, as in HostChanges; without any it is healthy."""
    return Case(files, caret, outside, HostChanges(edits, removed, stats, machine, also, newer))


@dataclass(frozen=True, slots=True)
class Some(Generic[S]):
    """The subjects of `over` that are `wanted`; the engine puts them to all rules over the same ones in turn."""

    over: Callable[[Zone], Iterable[S]]
    wanted: Callable[[S], object]

    def __call__(self, zone: Zone) -> Iterable[S]:
        return list(filter(self.wanted, self.over(zone)))


def only(over: Callable[[Zone], Iterable[S]], wanted: Callable[[S], object]) -> Some[S]:
    """The subjects of `over` that a rule may have something to say of.

    Most rules have nothing to say of most subjects: to find that out here takes a quarter of the time.
    """
    return Some(over, wanted)


@cache
def rule_id(module: str) -> str:
    """The id of the rule in a module: its folder and file, and `host` before them for one about hosts."""
    *above, folder, file = module.split(".")
    words = [file] if folder in _FOLDERS_WITHOUT_PREFIX else [folder, file]
    if above[-1:] == ["host"]:
        words.insert(0, "host")
    return "-".join(words).replace("_", "-")


class Rule(NamedTuple, Generic[S]):
    """One thing that is checked.

    A rule file ends in `RULE = Rule(__name__, __doc__, ...)`: the id is folder and file name
    (`mailcheck_rules.spf.all_neutral` is `spf-all-neutral`; files of `transport/` carry the name of
    their own record, `mta-sts-syntax`, `tlsa-usage`), the page is the docstring in five
    sections (What it checks, Why it matters, Example, How to fix, References).

    `over` lists the subjects of one zone, or of one Plan where `stage` is "plan"; it must be a plain
    function, or what `only` makes of one, since it is called once per zone for all rules that name it. `check`
    is pure and may be run again. A finding of an id in `yields_to` on the same subject and token makes this one
    silent; with `*` behind the id, whatever the tokens are. `indexes` are those that it asks `once` for: all of
    a run are made in one pass over the zones. One that needs `spec` runs only where there is a written one.
    `covers` names the rules about zones and spec whose fault one about hosts tells from the other side.
    """

    module: str
    doc: str | None
    over: Callable[[Any], Iterable[S]]
    check: Callable[[S, Context], Iterable[Problem | Skip]]
    severity: Severity
    standard: str
    good: tuple[Case, ...]
    bad: tuple[Case, ...]
    yields_to: tuple[str, ...] = ()
    indexes: tuple[Index[Any, Any], ...] = ()
    options: type[Options] = NoOptions
    needs: frozenset[Literal["dns", "spec", "facts", "reports", "live-host", "root"]] = frozenset()
    stage: Literal["zone", "host", "plan"] = "zone"
    covers: tuple[str, ...] = ()
    since: str = "0.1.0"
    lifecycle: Literal["preview", "stable", "deprecated"] = "stable"

    @property
    def id(self) -> str:
        return rule_id(self.module)

    @property
    def page(self) -> str:
        return (self.doc or "").strip()

    def info(self) -> RuleInfo:
        title = self.page.partition("\n")[0].rstrip(".")
        return RuleInfo(
            self.id, title, self.page, self.severity, self.standard, self.since, self.lifecycle, self.needs
        )

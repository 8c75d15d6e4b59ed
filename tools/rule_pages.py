"""Pages of the rules in Markdown, made of what the rules say of themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from importlib import import_module
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple, get_type_hints

from mailcheck.lint.entry_points import entry_points
from mailcheck.lint.host_cases import original_files
from mailcheck.lint.own_findings import OWN_RULES
from mailcheck.lint.profiles import load_profile
from mailcheck.lint.registry import AnyRule, installed_rules
from mailcheck.lint.rule import Case
from mailcheck.model.finding import RuleInfo
from mailcheck.model.settings import Profile, RuleSetting

NEEDS = {
    "dns": "answers from DNS: of the zones, of the lock, or with `--live`",
    "spec": "what `mailcheck.yaml` promises",
    "facts": "the files of a mail host",
    "live-host": "the running host itself, not a copy of its files",
    "root": "root on the host",
}
OFFLINE = {True: "yes", False: "with zones and lock"}
COMMANDS = {
    "zone": "`mailcheck lint`",
    "host": "`mailcheck audit host`, `mailcheck lint --host-facts`",
    "plan": "`mailcheck sync`, `mailcheck lint --diff-base`",
}
GROUPS = {
    "zone": "Zones", "spf": "SPF", "dkim": "DKIM", "dmarc": "DMARC", "mx": "MX", "ptr": "Reverse DNS",
    "transport": "Transport security and BIMI", "spec": "The spec", "plan": "Changes",
    "host": "Mail hosts", "": "mailcheck's own",
}  # fmt: skip


class Entry(NamedTuple):
    """A rule as the pages have it; `rule` is None for findings of mailcheck's own."""

    info: RuleInfo
    rule: AnyRule | None = None

    @property
    def group(self) -> str:
        if self.rule is None:
            return ""
        return next(part for part in self.rule.module.split(".") if part in GROUPS)

    @property
    def stage(self) -> str:
        return self.rule.stage if self.rule else "zone"


def entries() -> tuple[Entry, ...]:
    """Every rule, sorted by id."""
    rules = [Entry(rule.info(), rule) for rule in installed_rules().values()]
    return tuple(sorted([*rules, *map(Entry, OWN_RULES.values())], key=lambda entry: entry.info.id))


def profiles() -> Mapping[str, Profile]:
    """The installed profiles by name."""
    folders = [
        folder for package in entry_points("mailcheck.profiles") for folder in import_module(package).__path__
    ]
    names = sorted(path.stem for folder in folders for path in Path(folder).glob("*.yaml"))
    return {name: load_profile(name) for name in names}


def pages() -> dict[str, str]:
    """File name to text: a page for each rule, `index.md` with all of them by group, and the example host."""
    known = profiles()
    listed = entries()
    own = {"index.md": index(listed), "example-host.md": example_host()}
    return {**own, **{f"{entry.info.id}.md": page(entry, known) for entry in listed}}


def index(listed: Sequence[Entry]) -> str:
    """All rules in tables, one for each group."""
    order = list(GROUPS)
    lines = ["# Rules", ""]
    lines += [
        "`mailcheck rule explain ID` prints the same pages. *Offline* says whether a rule comes to its verdict "
        "from the given files alone; the others ask DNS as well, which the zones and `mailcheck.lock` answer "
        "without network.",
        "",
    ]
    by_group = sorted(listed, key=lambda entry: (order.index(entry.group), entry.info.id))
    for group, members in groupby(by_group, key=lambda entry: entry.group):
        lines += [f"## {GROUPS[group]}", "", "| rule | severity | offline | |", "| --- | --- | --- | --- |"]
        lines += [
            f"| [{entry.info.id}]({entry.info.id}.md) | {entry.info.severity.word} | {offline(entry.info)} "
            f"| {cell(entry.info.title)} |"
            for entry in members
        ]
        lines.append("")
    return "\n".join(lines)


def offline(info: RuleInfo) -> str:
    return OFFLINE["dns" not in info.needs]


def page(entry: Entry, known: Mapping[str, Profile]) -> str:
    """One rule: its facts, its five sections, its options, profiles and examples."""
    info = entry.info
    title, _, sections = info.page.partition("\n")
    needs = "; ".join(NEEDS[need] for need in NEEDS if need in info.needs)
    facts = {
        "severity": info.severity.word,
        "standard": info.standard,
        "needs": needs or "nothing but the files that are given",
        "offline": offline(info),
        "told by": COMMANDS[entry.stage],
        "since": info.since,
        "lifecycle": info.lifecycle,
        "silent beside": ", ".join(f"`{other}`" for other in entry.rule.yields_to) if entry.rule else "",
    }
    lines = [f"# {info.id}", "", title, "", "| | |", "| --- | --- |"]
    lines += [f"| {name} | {cell(fact)} |" for name, fact in facts.items() if fact]
    lines += ["", _spaced(sections.strip()), ""]
    lines += [*_options(entry.rule), *_profiles(info, known), *_examples(entry.rule)]
    return "\n".join(lines).rstrip() + "\n"


def _spaced(sections: str) -> str:
    """With an empty line below each heading: without one, an example that follows is no code to Markdown."""
    return re.sub(r"^(## .*)$", r"\1\n", sections, flags=re.MULTILINE)


def example_host() -> str:
    """The host that all cases of host rules begin with, file by file."""
    lines = [
        "# The example host",
        "",
        "A healthy mail host on Debian 12. The examples of the rules `host-*` say what they change of it. "
        "Keys and certificates are made when the examples run; `{key ...}` and `{cert ...}` stand for them.",
        "",
    ]
    for path, text in original_files().items():
        if text.strip():
            lines += [f"## `{path}`", "", *fenced(text.rstrip("\n"), _language(path))]
    return "\n".join(lines)


def cell(text: str) -> str:
    return text.replace("|", "\\|")


def _options(rule: AnyRule | None) -> Iterator[str]:
    if rule is None or not rule.options._fields:
        return
    defaults, kinds = rule.options._field_defaults, get_type_hints(rule.options)
    yield from ("## Options", "", (rule.options.__doc__ or "").strip(), "")
    yield from ("| option | default | kind |", "| --- | --- | --- |")
    for name in rule.options._fields:
        kind = getattr(kinds[name], "__name__", str(kinds[name]))
        kind = {"int": "whole number", "str": "text"}.get(kind, kind.replace("typing.", ""))
        yield f"| `{name.replace('_', '-')}` | `{defaults[name]!r}` | {cell(kind)} |"
    example = ", ".join(f"{name.replace('_', '-')}: {_yaml(value)}" for name, value in defaults.items())
    yield from ("", "```yaml", "rules:", "  options:", f"    {rule.id}: {{{example}}}", "```", "")


def _yaml(value: object) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value)


def _profiles(info: RuleInfo, known: Mapping[str, Profile]) -> Iterator[str]:
    changes = [(name, said) for name, profile in known.items() if (said := _said(info, profile.rules))]
    if changes:
        yield from ("## Profiles", "", "| profile | |", "| --- | --- |")
        yield from (f"| `{name}` | {said} |" for name, said in changes)
        yield ""


def _said(info: RuleInfo, steps: Sequence[RuleSetting]) -> str:
    """What a profile makes of a rule, where that is not what the rule says of itself."""
    severity, enabled = info.severity, True
    options: dict[str, Any] = {}
    for step in steps:
        if fnmatchcase(info.id, step.rule):
            severity = step.severity or severity
            enabled = enabled if step.enabled is None else step.enabled
            options.update(step.options)
    if not enabled:
        return "left out"
    said = [severity.word] if severity != info.severity else []
    return ", ".join([*said, *(f"`{name}: {value}`" for name, value in options.items())])


def _examples(rule: AnyRule | None) -> Iterator[str]:
    if rule is None:
        return
    yield from ("## Examples", "", f"They are the rule's own tests: `mailcheck rule test {rule.id}`.", "")
    for kind, cases in (("Bad", rule.bad), ("Good", rule.good)):
        for number, case in enumerate(cases, 1):
            yield from (f"### {kind} {number}", "")
            yield from _case(case)


def _case(case: Case) -> Iterator[str]:
    if case.host is not None and not any(case.host) and not case.files:
        yield from ("The [example host](example-host.md) as it is.", "")
    for path, text in case.files.items():
        yield from (f"`{path}`", "", *fenced(text.rstrip("\n"), _language(path)))
    if case.host is not None:
        yield from _changes(case)
    for question, values in case.outside.items():
        yield from (
            f"DNS answers `{question}` with {', '.join(f'`{value}`' for value in values) or 'nothing'}.",
            "",
        )
    if case.caret:
        yield from ("It is told of:", "", *fenced(case.caret))


def _changes(case: Case) -> Iterator[str]:
    changes = case.host
    assert changes is not None
    for path, old, new in changes.edits:
        difference = [
            f"{sign}{line}" for sign, text in (("-", old), ("+", new)) for line in text.strip("\n").split("\n")
        ]
        yield from (f"In `{path}`:", "", *fenced("\n".join(difference), "diff"))
    for path in changes.removed:
        yield from (f"There is no `{path}`.", "")
    for path, (mode, owner, group) in changes.stats.items():
        yield from (f"`{path}` is {owner}:{group} with mode {mode:04o}.", "")
    for path in changes.newer:
        yield from (f"`{path}` was changed after all other files.", "")
    for name, value in changes.machine.items():
        shown = ", ".join(sorted(map(str, value))) if isinstance(value, frozenset) else str(value)
        yield from (f"The host has `{name}`:", "", *fenced(shown))


def _language(path: str) -> str:
    return {"yaml": "yaml", "zone": "zone"}.get(path.rpartition(".")[2], "")


def fenced(text: str, language: str = "") -> list[str]:
    """A fenced block, whatever the text has of back ticks."""
    fence = "```"
    while fence in text:
        fence += "`"
    return [f"{fence}{language}", *text.split("\n"), fence, ""]

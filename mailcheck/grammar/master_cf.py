"""master.cf: text to services with the place of every column (master(5)); never raises."""

from __future__ import annotations

from typing import NamedTuple

from mailcheck.grammar.master_options import Override, read_overrides
from mailcheck.grammar.postfix_lines import SPACE, LogicalLine, Problem, logical_lines, template_problem
from mailcheck.grammar.postfix_values import Token
from mailcheck.model.location import Location
from mailcheck.model.patterns import late
from mailcheck.model.text import shorten

TYPES = ("inet", "unix", "fifo", "pass", "unix-dgram")
COLUMNS = ("service", "type", "private", "unprivileged", "chroot", "wakeup", "process limit", "command")
_FORMS = (None, None, late("[yn-]"), late("[yn-]"), late("[yn-]"), late(r"-|[0-9]+\??"), late("-|[0-9]+"), None)


class Field(NamedTuple):
    """One column or argument as it stands, braces included."""

    text: str
    at: Location


class MasterService(NamedTuple):
    """One service; `columns` are the eight of `COLUMNS`, `arguments` everything behind the command."""

    columns: tuple[Field, ...]
    arguments: tuple[Field, ...]
    overrides: tuple[Override, ...]
    at: Location

    @property
    def name(self) -> str:
        return self.columns[0].text

    @property
    def type(self) -> str:
        return self.columns[1].text

    @property
    def chroot(self) -> Field:
        return self.columns[4]

    @property
    def command(self) -> str:
        return self.columns[7].text


class MasterCf(NamedTuple):
    """Every service in file order.

    Kinds of problems: `template` (then there are no services), `nothing-before`, `columns`, `column`,
    `override-space` (`-o a = b`, `-o a=b, c`), `override` (another fault of an `-o`), `argument`, `nul`.
    """

    path: str
    services: tuple[MasterService, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def is_template(self) -> bool:
        return any([problem.kind == "template" for problem in self.problems])


def parse_master_cf(path: str, text: str) -> MasterCf:
    """Read master.cf; `path` is what the locations name."""
    if template := template_problem(path, text):
        return MasterCf(path, (), (template,))
    problems: list[Problem] = []
    lines = logical_lines(path, text)
    services = [service for line in lines if (service := _service(line, problems))]
    return MasterCf(path, tuple(services), tuple(problems))


def _service(line: LogicalLine, problems: list[Problem]) -> MasterService | None:
    text = line.text.rstrip(SPACE)
    whole = line.at(0, len(text))
    if text[:1] in SPACE:
        message = "the line is indented, but there is no service before it, so Postfix ignores it"
        problems.append(Problem("nothing-before", message, "begin the line in the first column", whole))
        return None
    if "\0" in text:
        nul = text.index("\0")
        message = "a NUL character ends the line here"
        problems.append(Problem("nul", message, "remove the character", line.at(nul, nul + 1)))
        text = text[:nul]
    tokens = _tokens(text)
    if len(tokens) < len(COLUMNS):
        message = f"the line has {len(tokens)} columns of {len(COLUMNS)}, so Postfix does not start"
        problems.append(Problem("columns", message, "write a `-` for every column left at its default", whole))
        return None
    fields = tuple([Field(token.text, line.at(token.start, token.end)) for token in tokens])
    problems.extend(_column_problems(fields))
    arguments = fields[len(COLUMNS) :]
    command = fields[len(COLUMNS) - 1].text.rpartition("/")[2]
    overrides = read_overrides(line, command, tokens[len(COLUMNS) :], problems)
    return MasterService(fields[: len(COLUMNS)], arguments, overrides, whole)


def _column_problems(fields: tuple[Field, ...]) -> list[Problem]:
    problems = []
    for title, form, field in zip(COLUMNS, _FORMS, fields, strict=False):
        if (form and not form.fullmatch(field.text)) or (title == "type" and field.text not in TYPES):
            message = f"`{shorten(field.text)}` is no value for the column {title}, so Postfix does not start"
            problems.append(Problem("column", message, "see master(5) for the columns", field.at))
    return problems


def _tokens(text: str) -> list[Token]:
    """Words of the line; white space between a `{` and its `}` ends none, wherever in the word they stand."""
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        if text[at] in SPACE:
            at += 1
            continue
        start = at
        depth = 0
        while at < len(text) and (depth or text[at] not in SPACE):
            depth += (text[at] == "{") - (text[at] == "}" and depth > 0)
            at += 1
        tokens.append(Token(text[start:at], start, at))
    return tokens

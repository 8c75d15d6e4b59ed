"""The explanation that `exp=` leads to cannot be used.

## What it checks
The target of `exp=` has exactly one TXT record, of ASCII text in which only known macros stand.
Targets with macros other than `%{d}` are left aside, and so are records that only others include.

## Why it matters
Receivers ignore a broken explanation and say their own standard text, so whoever is refused does
not read what you wanted to tell them.

## Example
    example.com. TXT "v=spf1 mx -all exp=why.example.com"
    why.example.com. TXT "100% spam"

## How to fix
Publish one TXT record at the target; write `%%` for a percent sign. Or remove `exp=`.

## References
RFC 7208 sections 6.2, 7.1 and 7.2
"""

from collections.abc import Iterator

from mailcheck.analysis.spf_names import is_known_beforehand, target_of
from mailcheck.analysis.spf_records import SpfRecord, records_with_modifiers
from mailcheck.analysis.spf_usage import only_included
from mailcheck.grammar.spf import Modifier
from mailcheck.grammar.spf_macro import MacroProblem, parse_macro
from mailcheck.lint.rule import Context, Label, Problem, Rule, Severity, Skip, master, unanswered
from mailcheck.model.dns import Answer, Present, Question, Unknown
from mailcheck.model.text import shown_name


def check(record: SpfRecord, ask: Context) -> Iterator[Problem | Skip]:
    exp = record.tree.modifier("exp")
    if exp is None or not is_known_beforehand(exp.value) or record.name in ask.once(only_included):
        return
    target = target_of(exp, record.name)
    if target is None:
        yield _problem(record, exp, "`exp=` asks for no valid name")
        return
    answer = ask.ask(target, "TXT")
    if isinstance(answer, Unknown):
        yield unanswered(Question(target, "TXT"), answer)
    elif (fault := _fault(answer)) is not None:
        message, related = fault
        yield _problem(record, exp, f"`{shown_name(target)}` {message}", related)


def _fault(answer: Answer) -> tuple[str, tuple[Label, ...]] | None:
    if not isinstance(answer, Present):
        return "has no TXT record, so there is no explanation", ()
    if len(answer.records) > 1:
        return f"has {len(answer.records)} TXT records, so receivers use none as the explanation", ()
    text = answer.records[0]
    problem = parse_macro(text.text, explanation=True)
    if not isinstance(problem, MacroProblem):
        return None
    related = (Label(text.at.within(problem.start, problem.end), "here"),) if answer.source == "zones" else ()
    return f"holds no usable explanation: {problem.message}", related


def _problem(record: SpfRecord, exp: Modifier, message: str, related: tuple[Label, ...] = ()) -> Problem:
    return Problem(
        message,
        record.at.within(exp.start, exp.end),
        help="publish one TXT record of plain text there, or remove `exp=`",
        related=related,
    )


RULE = Rule(
    __name__,
    __doc__,
    over=records_with_modifiers,
    check=check,
    severity=Severity.INFO,
    standard="RFC 7208 section 6.2",
    indexes=(only_included,),
    needs=frozenset({"dns"}),
    good=(
        master('@ TXT "v=spf1 -all exp=why.%{d}"\nwhy TXT "%{i} may not send: 100%% sure, at %{t}"'),
        master('@ TXT "v=spf1 -all exp=%{l}.why.example.com"'),
        master('@ TXT "v=spf1 -all exp=why.example.net"'),
        master('@ TXT "v=spf1 include:_s.example.com -all"\n_s TXT "v=spf1 ip4:192.0.2.1 exp=gone.example.com"'),
    ),
    bad=(
        master('@ TXT "v=spf1 -all exp=gone.example.com"', caret="exp=gone.example.com"),
        master('@ TXT "v=spf1 -all exp=why.example.com"\nwhy TXT "a"\nwhy TXT "b"', caret="exp=why.example.com"),
        master('@ TXT "v=spf1 -all exp=why.example.com"\nwhy TXT "100% spam"', caret="exp=why.example.com"),
        master('@ TXT "v=spf1 -all exp=why.example.com"\nwhy TXT "gr\\195\\188n"', caret="exp=why.example.com"),
        master('@ TXT "v=spf1 -all exp=why..example.com"', caret="exp=why..example.com"),
    ),
)

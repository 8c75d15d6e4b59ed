"""Small declarative kinds of rules: the file then holds a page, what it looks at, and the cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Literal

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.opendkim_in_use import daemon_of, signing
from mailcheck.analysis.postfix import Postfix
from mailcheck.analysis.postfix_settings import Setting
from mailcheck.lint.rule import Case, Context, NoOptions, Options, Problem, Rule, Severity, Skip
from mailcheck.model.text import shorten

Need = Literal["dns", "spec", "facts", "reports", "live-host", "root"]
HostCheck = Callable[[HostFacts, Context], Iterable[Problem | Skip]]


def the_host(facts: HostFacts) -> tuple[HostFacts, ...]:
    """The host once."""
    return (facts,)


def each_postfix(facts: HostFacts) -> tuple[HostFacts, ...]:
    """The host once for each Postfix that runs there, the main one first; a template's settings are not known."""
    if facts.postfix is None:
        return ()
    every = (facts, *(replace(facts, postfix=other) for other in facts.instances))
    return tuple(one for one in every if one.postfix and not one.postfix.is_template)


def host_rule(
    module: str,
    doc: str | None,
    check: HostCheck,
    severity: Severity,
    standard: str,
    *,
    good: tuple[Case, ...],
    bad: tuple[Case, ...],
    needs: tuple[Need, ...] = (),
    over: Callable[[HostFacts], Iterable[HostFacts]] = the_host,
    yields_to: tuple[str, ...] = (),
    options: type[Options] = NoOptions,
    covers: tuple[str, ...] = (),
) -> Rule[HostFacts]:
    """A rule about a mail host. `needs` names what it asks beside the host's files."""
    wanted: frozenset[Need] = frozenset({"facts", *needs})
    return Rule(
        module,
        doc,
        over,
        check,
        severity,
        standard,
        good,
        bad,
        yields_to,
        options=options,
        needs=wanted,
        stage="host",
        covers=covers,
    )


def parameter(
    module: str,
    doc: str | None,
    name: str,
    is_wrong: Callable[[Setting, Postfix], bool],
    message: str,
    help_text: str,
    severity: Severity,
    standard: str,
    *,
    good: tuple[Case, ...],
    bad: tuple[Case, ...],
    yields_to: tuple[str, ...] = (),
) -> Rule[HostFacts]:
    """A rule about the value of one parameter of main.cf; `{value}` in the message is the value that holds."""

    def check(facts: HostFacts, ctx: Context) -> Iterator[Problem]:
        assert facts.postfix is not None
        setting = facts.postfix.of(name)
        if is_wrong(setting, facts.postfix):
            yield Problem(message.format(value=setting.value), setting.at, help_text, token=name)

    return host_rule(
        module, doc, check, severity, standard, good=good, bad=bad, over=each_postfix, yields_to=yields_to
    )


def opendkim_option(
    module: str,
    doc: str | None,
    name: str,
    is_wrong: Callable[[str], bool],
    message: str,
    help_text: str,
    severity: Severity,
    standard: str,
    *,
    good: tuple[Case, ...],
    bad: tuple[Case, ...],
) -> Rule[HostFacts]:
    """A rule about the value of one option of an OpenDKIM that signs; `{value}` in the message is what holds."""

    def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
        fact = daemon_of(facts).option(name)
        if fact.value is None:
            yield Skip(fact.why)
        elif is_wrong(fact.value):
            yield Problem(message.format(value=shorten(fact.value)), fact.at, help_text, token=name)

    return host_rule(module, doc, check, severity, standard, good=good, bad=bad, over=signing)

"""A line of main.cf or master.cf cannot be used.

## What it checks
Lines without `=`, lines that continue nothing, NUL characters, services with too few columns or a column that
takes no such value, `-o` without a setting, arguments that the program does not take, references such as `${name`
that are not closed or lead back to themselves, and files that are templates still (Jinja,
ERB): of those nothing else is checked.

## Why it matters
Postfix ends at its next start or reload, or the service that the line is about does; what is ignored is not set.

## Example
    mydestination $myhostname, localhost

    postfix: fatal: /etc/postfix/main.cf, line 12: missing '=' after attribute name

## How to fix
`postfix check` shows the first such line of main.cf. For a template, audit what it is turned into.

## References
postconf(5) for main.cf, master(5) for master.cf.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix import Postfix
from mailcheck.lint.kinds import host_rule, the_host
from mailcheck.lint.rule import Context, Problem, Severity, changed
from mailcheck.model.text import shorten

_MAIN, _MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem]:
    instances = [one for one in (facts.postfix, *facts.instances) if one is not None]
    problems = [problem for one in instances for problem in (*one.main.problems, *one.master_problems)]
    for problem in (*facts.templates, *problems):
        if problem.kind != "override-space":
            yield Problem(problem.message, problem.at, problem.help, token=f"{problem.kind} {problem.at.line}")
    for one in instances:
        yield from _values(one)


def _values(postfix: Postfix) -> Iterator[Problem]:
    """Values that Postfix cannot expand; where several lead to the same, each is told."""
    settings = [postfix.of(name) for name in dict.fromkeys([entry.name for entry in postfix.main.entries])]
    for service in postfix.services:
        settings.extend(service.overrides.values())
    for setting in settings:
        if setting.problem:
            message = f"`{shorten(setting.name)}` has a value that Postfix refuses: {setting.problem}"
            yield Problem(message, setting.at, "correct the value", token=setting.name)


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "postconf(5); master(5)",
    over=the_host,
    good=(
        changed(),
        changed((_MAIN, "readme_directory = no\n", "mail_name = a=b # c\r\n")),
        changed((_MASTER, "flush     unix", "#flush     unix")),
        changed(
            (_MAIN, "biff = no", "biff = no\nmaster_service_disable = anvil/unix"),
            (_MASTER, "anvil     unix  -       -       y", "anvil     unix  -       -       x"),
        ),
    ),
    bad=(
        changed((_MAIN, "biff = no\n", "biff no\n"), caret="biff no"),
        changed((_MAIN, "# mail.example.com: takes", " a = b\n# mail.example.com: takes"), caret=" a = b"),
        changed((_MAIN, "biff = no\n", "mail_name = ${mail_name}\n"), caret="${mail_name}"),
        changed((_MAIN, "biff = no\n", "mail_name = ${mydomain\n"), caret="${mydomain"),
        changed(
            (
                _MASTER,
                "scache    unix  -       -       y       -       1       scache",
                "scache unix - - y - scache",
            )
        ),
        changed((_MASTER, "anvil     unix  -       -       y", "anvil     unix  -       -       x"), caret="x"),
        changed(
            (_MAIN, "myhostname = mail.example.com", "myhostname = {{ inventory_hostname }}"),
            caret="{{ inventory_hostname }}",
        ),
        changed((_MASTER, "qmgr      unix  n", "<% if x %>\nqmgr      unix  n"), caret="<% if x %>"),
    ),
)

"""The source lines that a report of a host shows."""

from __future__ import annotations

from mailcheck.analysis.host_facts import host_facts
from mailcheck.commands.hosts import judge_host
from mailcheck.lint.host_cases import example
from mailcheck.lint.rule import changed
from mailcheck.lint.run import RunSettings
from mailcheck.model.settings import Configuration

_MAIN = "/etc/postfix/main.cf"


def test_what_is_no_line_end_to_postfix_is_none_in_the_report() -> None:
    case = changed((_MAIN, "disable_vrfy_command = yes\n", "# \f\v\x1c\u2028 #\ndisable_vrfy_command = no\n"))
    report = judge_host(
        host_facts(example(case).machine), RunSettings(Configuration(), select=("host-smtp-vrfy",)), (), None
    )
    (finding,) = report.findings
    assert report.snippets[_MAIN, finding.labels[0].at.line] == "disable_vrfy_command = no"

"""What `lint --fix` and `lint --diff` tell beside the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailcheck.cli.complaints import complain
from mailcheck.cli.output import write_stderr, write_stdout
from mailcheck.errors import ExitCode
from mailcheck.render import escape
from mailcheck.render.summary import number, refused_line

if TYPE_CHECKING:
    from mailcheck.commands.fix import Fixed


def tell_left(fixed: Fixed) -> ExitCode:
    """One line for each fix that was not made and each file that was not written."""
    for finding in fixed.left:
        place = f"{escape.source(finding.at.path)}:{finding.at.line}:{finding.at.column}"
        rule = escape.text(finding.rule, escape.WORD)
        write_stderr(f"not fixed: {place}: {rule}: the file would not read as it is meant to\n")
    for error in fixed.failed:
        complain(error)
    return ExitCode.CHANGE_FAILED if fixed.failed else ExitCode.CLEAN


def write_diff(fixed: Fixed, *, quiet: bool) -> ExitCode:
    """The diff of all files on standard output: FINDINGS where there is one, REFUSED where inputs were."""
    from mailcheck.render.fix_diff import unified

    write_stdout("".join(unified(file.path, file.before, file.after) for file in fixed.files))
    for entry in fixed.report.refused:
        write_stderr(f"{refused_line(entry)}\n")
    if not quiet:
        count = sum(file.findings for file in fixed.files)
        write_stderr(f"would fix {number(count, 'finding')} in {number(len(fixed.files), 'file')}\n")
    return ExitCode.REFUSED if fixed.report.refused else ExitCode.FINDINGS if fixed.files else ExitCode.CLEAN

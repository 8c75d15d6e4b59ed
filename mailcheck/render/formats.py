"""The report formats by the name that `--format` takes; only the one that is used is imported."""

from __future__ import annotations

from importlib import import_module

from mailcheck.model.finding import Report
from mailcheck.render.style import Style

MODULES = {
    "text": "mailcheck.render.text",
    "concise": "mailcheck.render.concise",
    "json": "mailcheck.render.json_report",
    "jsonl": "mailcheck.render.jsonl",
    "github": "mailcheck.render.github",
    "sarif": "mailcheck.render.sarif",
    "prometheus": "mailcheck.render.prometheus",
    "junit": "mailcheck.render.junit",
    "gitlab": "mailcheck.render.gitlab",
    "markdown": "mailcheck.render.markdown",
}


def render(name: str, report: Report, style: Style) -> str:
    """The whole report in one format, ready to be written."""
    rendered: str = import_module(MODULES[name]).render(report, style)
    return rendered

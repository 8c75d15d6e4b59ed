"""The report formats by the name that `--format` takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mailcheck.model.finding import Report
from mailcheck.render import concise, github, json_report, jsonl, sarif, text
from mailcheck.render.style import Style

RENDERERS: Mapping[str, Callable[[Report, Style], str]] = {
    "text": text.render,
    "concise": concise.render,
    "json": json_report.render,
    "jsonl": jsonl.render,
    "github": github.render,
    "sarif": sarif.render,
}

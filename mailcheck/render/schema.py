"""The published JSON Schemas (draft 2020-12) of what mailcheck writes."""

from __future__ import annotations

from typing import Any


def report_schema() -> dict[str, Any]:
    """The schema of `--format json`; `$defs/line` is that of one line of `--format jsonl`."""
    return _read("report.schema.json")


def rules_schema() -> dict[str, Any]:
    """The schema of `mailcheck rule list --format json`."""
    return _read("rules.schema.json")


def trace_schema() -> dict[str, Any]:
    """The schema of `mailcheck trace --format json`; `$defs/cases` is that of `--cases`."""
    return _read("trace.schema.json")


def plan_schema() -> dict[str, Any]:
    """The schema of `mailcheck sync --format json` and of a plan that `--plan-out` saves."""
    return _read("plan.schema.json")


def diff_schema() -> dict[str, Any]:
    """The schema of `mailcheck diff --format json`."""
    return _read("diff.schema.json")


def _read(name: str) -> dict[str, Any]:
    import json
    from importlib.resources import files

    schema: dict[str, Any] = json.loads(files(__package__).joinpath(name).read_text("utf-8"))
    return schema

"""The JSON Schema of `mailcheck.yaml`, for editors."""

from __future__ import annotations

from typing import Any

from mailcheck.model.finding import Severity

_STRINGS = {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "string"}, {"type": "null"}]}
_CHOICES = {
    "select": {**_STRINGS, "description": "The only rules to run, as globs over their ids."},
    "ignore": {**_STRINGS, "description": "Rules not to run, as globs over their ids."},
    "severity": {
        "type": ["object", "null"],
        "additionalProperties": {"enum": [severity.word for severity in Severity]},
        "description": "Severities, by globs over rule ids.",
    },
    "options": {
        "type": ["object", "null"],
        "additionalProperties": {"type": ["object", "null"]},
        "description": "Options of rules, by globs over rule ids.",
    },
}


def json_schema() -> dict[str, Any]:
    """The schema of the whole file; what pydantic reads is described by its models."""
    from mailcheck.config.spec_models import Spec

    spec = Spec.model_json_schema(by_alias=True, mode="validation")
    rules = {
        "profile": {"type": ["string", "null"], "description": "The set of rules to begin with."},
        **_CHOICES,
        "zones": {
            "type": ["object", "null"],
            "additionalProperties": _closed(_CHOICES, "object", "null"),
            "description": "What holds besides for some zones, by globs over their names.",
        },
    }
    provider = _closed(
        {
            "name": {"type": "string", "description": "A provider that mailcheck brings."},
            "class": {"type": "string", "description": "The class of any other octoDNS provider."},
            "options": {"type": ["object", "null"], "description": "Its options; neither secrets nor URLs."},
            "environment": {
                "type": ["object", "null"],
                "additionalProperties": {"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$"},
                "description": "Options whose values are in environment variables, by the variables' names.",
            },
        },
        "object",
        "null",
    )
    properties = {
        "zones": {**_STRINGS, "description": "Files and folders of zones, from the folder of this file."},
        **{key: _or_empty(value) for key, value in spec["properties"].items()},
        "rules": _closed(rules, "object", "null") | {"description": "Which rules run, and how."},
        "provider": provider | {"description": "Where `mailcheck sync` writes to."},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "mailcheck.yaml",
        **_closed(properties, "object"),
        "$defs": spec["$defs"],
    }


def _closed(properties: dict[str, Any], *types: str) -> dict[str, Any]:
    kind = types[0] if len(types) == 1 else list(types)
    return {"type": kind, "properties": properties, "additionalProperties": False}


def _or_empty(section: dict[str, Any]) -> dict[str, Any]:
    """A section that may be there with nothing in it, and whose entries may."""
    entry = {"anyOf": [section["additionalProperties"], {"type": "null"}]}
    return {**section, "type": ["object", "null"], "additionalProperties": entry}

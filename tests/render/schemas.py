"""What CI servers take, as schemas.

JUnit: `junit.xsd` states what the schema of Apache Ant's JUnit tasks does (windyroad/JUnit-Schema, JUnit.xsd):
the same elements in the same order, the same attributes required, the same types. GitLab: the members that
its documentation of Code Quality reports calls required, and the values that it allows.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from xmlschema import XMLSchema

_TEXT = {"type": "string", "minLength": 1}
_LINE = {"type": "integer", "minimum": 1}
GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "additionalProperties": False,
        "properties": {
            "description": _TEXT,
            "check_name": _TEXT,
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "additionalProperties": False,
                "properties": {
                    "path": {"type": "string", "pattern": r"^(?!\./)"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "additionalProperties": False,
                        "properties": {"begin": _LINE, "end": _LINE},
                    },
                },
            },
        },
    },
}


@cache
def _junit() -> XMLSchema:
    return XMLSchema(Path(__file__).with_name("junit.xsd"))


def validate_junit(text: str) -> None:
    """Raises where `text` is not what the schema wants."""
    _junit().validate(text)


def validate_gitlab(entries: Any) -> None:
    """Raises where `entries` are no Code Quality report."""
    Draft202012Validator(GITLAB).validate(entries)
    fingerprints = [entry["fingerprint"] for entry in entries]
    assert len(set(fingerprints)) == len(fingerprints)

"""The published JSON Schema is that of the program, and says the same as it."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from mailcheck.config.document import read_document
from mailcheck.config.schema import json_schema
from mailcheck.config.settings import configuration
from mailcheck.errors import ConfigError
from tests.config.test_settings import WHOLE as RULES
from tests.config.test_spec import WHOLE as SPEC

ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT / "mailcheck" / "config" / "mailcheck.schema.json"
PROVIDER = "provider: {name: cloudflare, options: {a: 1}, environment: {token: TOKEN}}\n"

FINE = [
    (ROOT / "mailcheck.yaml").read_text(encoding="utf-8"),
    RULES,
    SPEC,
    PROVIDER,
    "domains:\n  example.com:\nhosts:\nsenders:\nrules:\nzones:\n",
    "senders: {crm: {selectors: [a, b], aligns: []}}",
    "senders: {crm: {selectors: a}}",
    "hosts: {a.example: {roles: mx}}",
]
WRONG = [
    "domain: {}",
    "domains: {example.com: {mial: full}}",
    "domains: {example.com: {mail: ful}}",
    "domains: {example.com: {users: maybe}}",
    "domains: {example.com: {selectors: [1]}}",
    "hosts: {a.example: {roles: [smtp]}}",
    "hosts: {a.example: {addresses: {a: b}}}",
    "senders: {crm: {aligns: [arc]}}",
    "rules: {selct: []}",
    "rules: {zones: {a: {profile: strict}}}",
    "rules: {severity: {spf-case: fatal}}",
    "provider: {nmae: x}",
    "zones: {a: b}",
]


def errors(text: str) -> list[Any]:
    validator = jsonschema.Draft202012Validator(json.loads(PUBLISHED.read_text(encoding="utf-8")))
    return list(validator.iter_errors(yaml.safe_load(text)))


def test_it_is_current() -> None:
    """`make schema` writes it."""
    assert PUBLISHED.read_text(encoding="utf-8") == json.dumps(json_schema(), indent=2) + "\n"


@pytest.mark.parametrize("text", FINE)
def test_what_the_program_takes_the_schema_takes(text: str) -> None:
    configuration(read_document(text, "mailcheck.yaml"))
    assert not errors(text)


@pytest.mark.parametrize("text", WRONG)
def test_what_the_program_refuses_the_schema_refuses(text: str) -> None:
    with pytest.raises(ConfigError):
        configuration(read_document(text, "mailcheck.yaml"))
    assert errors(text)


def test_the_example_tells_editors_where_it_is() -> None:
    first = (ROOT / "mailcheck.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == f"# yaml-language-server: $schema={PUBLISHED.relative_to(ROOT)}"

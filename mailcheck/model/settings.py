"""Choices about rules, as configuration, profiles and command line make them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from mailcheck.model.finding import Severity
from mailcheck.model.spec import MailSpec


class RuleSetting(NamedTuple):
    """One step of a selection: it holds for the rules that the glob `rule` matches, later steps win.

    `enabled` None and `severity` None leave what earlier steps said. `origin` is where the step was
    written (`mailcheck.yaml:7:5`), for messages.
    """

    rule: str
    enabled: bool | None = None
    severity: Severity | None = None
    options: Mapping[str, Any] = MappingProxyType({})
    origin: str = ""


class Profile(NamedTuple):
    """A named set of rules: what it starts from, what it changes, and the severity that fails a run."""

    extends: str | None = None
    fail_on: Severity | None = None
    rules: tuple[RuleSetting, ...] = ()


class ProviderSection(NamedTuple):
    """`provider:` of `mailcheck.yaml`, all of it text: only `sync` imports what it names.

    - `name`: a provider of mailcheck, or `class_path`: an octoDNS provider's class. One of the two is empty.
    - `options`: its own options; neither secrets nor URLs.
    - `environment`: options whose values come from the environment variables named here.
    """

    name: str = ""
    class_path: str = ""
    options: Mapping[str, Any] = MappingProxyType({})
    environment: Mapping[str, str] = MappingProxyType({})
    origin: str = ""


class Configuration(NamedTuple):
    """What `mailcheck.yaml` says: where zones are, which profile and rules hold, and for which zones others do.

    `per_zone` pairs a glob over zone names (without final dot) with the steps that hold there besides.
    """

    path: str = ""
    zones: tuple[str, ...] = ()
    profile: str | None = None
    rules: tuple[RuleSetting, ...] = ()
    per_zone: tuple[tuple[str, tuple[RuleSetting, ...]], ...] = ()
    spec: MailSpec = MailSpec()
    provider: ProviderSection | None = None

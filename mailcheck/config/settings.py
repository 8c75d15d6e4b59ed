"""`mailcheck.yaml` and profiles: from a document to settings, every error with its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mailcheck.config.document import Document, Path, named
from mailcheck.config.shapes import mapping, optional_string, strings
from mailcheck.model.finding import Severity
from mailcheck.model.patterns import late
from mailcheck.model.settings import Configuration, Profile, ProviderSection, RuleSetting
from mailcheck.model.spec import NO_SPEC, MailSpec

_FROM_ENVIRONMENT = late(r"(?i)token|secret|passw|api_?key|private_?key|url|endpoint")
_VARIABLE = late(r"[A-Za-z_][A-Za-z0-9_]*")
_SEVERITIES = {severity.word: severity for severity in Severity}
_SPEC_KEYS = ("domains", "hosts", "senders")
_ROOT_KEYS = ("zones", *_SPEC_KEYS, "rules", "provider")
_PROVIDER_KEYS = ("name", "class", "options", "environment")
_RULE_KEYS = ("profile", "select", "ignore", "severity", "options", "zones")
_ZONE_KEYS = ("select", "ignore", "severity", "options")


def configuration(document: Document) -> Configuration:
    """Read `mailcheck.yaml`. Raises ConfigError at the first value that is wrong.

    Only where it holds domains, hosts or senders is pydantic imported: that takes longer than to lint a zone.
    """
    root = mapping(document, document.data, (), _ROOT_KEYS)
    zones = strings(document, root.get("zones"), ("zones",))
    rules = mapping(document, root.get("rules"), ("rules",), _RULE_KEYS)
    profile = optional_string(document, rules.get("profile"), ("rules", "profile"))
    per_zone = mapping(document, rules.get("zones"), ("rules", "zones"), None)
    return Configuration(
        document.path,
        zones,
        profile,
        tuple(_steps(document, rules, ("rules",))),
        tuple(
            (
                glob.lower().rstrip("."),
                tuple(_steps(document, mapping(document, own, at, _ZONE_KEYS), at)),
            )
            for glob, own in per_zone.items()
            for at in [("rules", "zones", glob)]
        ),
        _spec(document) if any(key in root for key in _SPEC_KEYS) else NO_SPEC,
        _provider(document, root["provider"]) if root.get("provider") is not None else None,
    )


def _spec(document: Document) -> MailSpec:
    from mailcheck.config.spec import mail_spec

    return mail_spec(document)


def _provider(document: Document, given: Any) -> ProviderSection:
    """Read `provider:`. It holds neither secrets nor URLs: these come from the environment alone."""
    at: Path = ("provider",)
    section = mapping(document, given, at, _PROVIDER_KEYS)
    name = optional_string(document, section.get("name"), (*at, "name"))
    class_path = optional_string(document, section.get("class"), (*at, "class"))
    if bool(name) == bool(class_path):
        raise document.error("`provider` needs either `name` or `class`", at)
    options = mapping(document, section.get("options"), (*at, "options"), None)
    for key, value in options.items():
        if _FROM_ENVIRONMENT.search(key) or (isinstance(value, str) and "://" in value):
            raise document.error(
                f"`provider.options.{key}` may not stand in the file",
                (*at, "options", key),
                "name an environment variable that holds it, under `provider.environment`",
            )
    environment = mapping(document, section.get("environment"), (*at, "environment"), None)
    for key, variable in environment.items():
        if not (isinstance(variable, str) and _VARIABLE.fullmatch(variable)):
            place = (*at, "environment", key)
            raise document.error(f"{named(place)} must be the name of an environment variable", place)
    return ProviderSection(name or "", class_path or "", options, environment, document.origin(at))


def profile(document: Document) -> Profile:
    """Read a profile: `extends`, `fail-on`, and `rules`, a list of rule, severity (or `off`) and options."""
    root = mapping(document, document.data, (), ("extends", "fail-on", "rules"))
    entries = root.get("rules") or []
    if not isinstance(entries, list):
        raise document.error("`rules` must be a list", ("rules",))
    fail_on = root.get("fail-on")
    return Profile(
        optional_string(document, root.get("extends"), ("extends",)),
        None if fail_on is None else _severity(document, fail_on, ("fail-on",)),
        tuple(_profile_step(document, entry, ("rules", index)) for index, entry in enumerate(entries)),
    )


def _profile_step(document: Document, entry: Any, at: Path) -> RuleSetting:
    step = mapping(document, entry, at, ("rule", "severity", "options"))
    rule = optional_string(document, step.get("rule"), (*at, "rule"))
    if rule is None:
        raise document.error("an entry of a profile needs `rule`", at)
    options = mapping(document, step.get("options"), (*at, "options"), None)
    if step.get("severity") in ("off", False):
        return RuleSetting(rule, enabled=False, origin=document.origin(at))
    severity = step.get("severity")
    chosen = None if severity is None else _severity(document, severity, (*at, "severity"))
    return RuleSetting(rule, True, chosen, options, document.origin(at))


def _steps(document: Document, rules: Mapping[str, Any], at: Path) -> Iterable[RuleSetting]:
    """The steps that one `rules:` block takes: select, ignore, severity, options, in this order.

    As on the command line, `select` runs nothing but the rules that it names.
    """
    if strings(document, rules.get("select"), (*at, "select")):
        yield RuleSetting("*", enabled=False, origin=document.origin((*at, "select")))
    for key, enabled in (("select", True), ("ignore", False)):
        for index, glob in enumerate(strings(document, rules.get(key), (*at, key))):
            yield RuleSetting(glob, enabled, origin=document.origin((*at, key, index)))
    severities = mapping(document, rules.get("severity"), (*at, "severity"), None)
    for glob, word in severities.items():
        place = (*at, "severity", glob)
        yield RuleSetting(glob, severity=_severity(document, word, place), origin=document.origin(place))
    options = mapping(document, rules.get("options"), (*at, "options"), None)
    for glob, given in options.items():
        place = (*at, "options", glob)
        values = mapping(document, given, place, None)
        yield RuleSetting(glob, options=values, origin=document.origin(place))


def _severity(document: Document, word: Any, at: Path) -> Severity:
    if isinstance(word, str) and word in _SEVERITIES:
        return _SEVERITIES[word]
    raise document.error(f"a severity is one of {', '.join(_SEVERITIES)}, not {word!r}", at)

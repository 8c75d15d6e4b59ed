"""Opens the provider that a run is for: found by entry point, set up by `mailcheck.yaml` and the environment."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from mailcheck.errors import UsageError
from mailcheck.lint.entry_points import named_entry_points
from mailcheck.lint.registry import nearest
from mailcheck.model.progress import Progress
from mailcheck.model.settings import Configuration, ProviderSection
from mailcheck.sync.provider import Provider, ProviderSettings
from mailcheck.sync.to_octodns import silence_octodns

GROUP = "mailcheck.providers"
ANY_OCTODNS = "octodns"
"""The provider that takes the class of any other octoDNS provider."""


def open_provider(
    name: str | None,
    configuration: Configuration,
    environment: Mapping[str, str],
    *,
    max_wait: float,
    progress: Progress,
) -> Provider:
    """The provider of that name, else that of the configuration.

    Raises UsageError where there is none, where its module is missing a library, or for options that it
    does not take, or where it lacks credentials.
    """
    section = configuration.provider
    chosen = name or _configured(section)
    if not chosen:
        raise UsageError("which provider?", hint="give --provider NAME, or `provider:` in mailcheck.yaml")
    points = named_entry_points(GROUP)
    if chosen not in points:
        known = f"there are {', '.join(sorted(points))}"
        raise UsageError(f"there is no provider {chosen!r}", hint=nearest(chosen, points, known))
    mine = section if section is not None and _configured(section) == chosen else ProviderSection()
    settings = ProviderSettings(chosen, _options(mine, environment), environment, max_wait, progress)
    try:
        import_module("octodns")
        silence_octodns()
        provider: Provider = import_module(points[chosen]).open_provider(settings)
    except ModuleNotFoundError as error:
        hint = f"pip install 'mailcheck-dns[{chosen}]'"
        raise UsageError(f"the provider {chosen} needs {error.name}, which is not installed", hint=hint) from None
    return provider


def _configured(section: ProviderSection | None) -> str:
    if section is None:
        return ""
    return section.name or (ANY_OCTODNS if section.class_path else "")


def _options(section: ProviderSection, environment: Mapping[str, str]) -> Mapping[str, Any]:
    """The section as the provider takes it; for a class, variables stay names until it has been vetted."""
    if section.class_path:
        variables = {option: f"env/{variable}" for option, variable in section.environment.items()}
        return {"class": section.class_path, **section.options, **variables}
    missing = [variable for variable in section.environment.values() if variable not in environment]
    if missing:
        raise UsageError(f"{missing[0]} is not set", hint="it is read from the environment, never from a file")
    return {**section.options, **{option: environment[name] for option, name in section.environment.items()}}

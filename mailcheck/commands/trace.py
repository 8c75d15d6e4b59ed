"""`mailcheck trace`: one message, or a file of cases, under the declared zones."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from mailcheck.analysis.together import answered
from mailcheck.analysis.trace import MOST_AUTHORS, Trace
from mailcheck.analysis.trace import trace as evaluate
from mailcheck.commands.messages import read_message
from mailcheck.commands.outside import LiveDns, load_lock, lock_path, outside_view
from mailcheck.commands.zones import declared_zones
from mailcheck.config.delivery import read_delivery, through_host
from mailcheck.config.find import load_configuration
from mailcheck.errors import InputRefused
from mailcheck.grammar.author import author_domains
from mailcheck.grammar.message import Message
from mailcheck.model.dns import DnsView
from mailcheck.model.finding import Refused
from mailcheck.model.limits import Limits
from mailcheck.model.progress import Progress
from mailcheck.model.settings import Configuration
from mailcheck.model.trace import Delivery, Given
from mailcheck.view.layers import Layers
from mailcheck.view.overlay import Overlay
from mailcheck.zonefile.discover import shown_path


class TraceSettings(NamedTuple):
    """What the command line asks for; empty `paths` and None leave it to `mailcheck.yaml`.

    `live` is asked for what neither zones nor lock hold; `now` is in seconds since 1970.
    """

    now: int
    paths: tuple[Path, ...] = ()
    config: Path | None = None
    include_root: Path | None = None
    limits: Limits = Limits()
    live: LiveDns | None = None


class Traced(NamedTuple):
    """A trace, and what could not be read of the zones it stands on."""

    trace: Trace
    refused: tuple[Refused, ...]


class World(NamedTuple):
    """Who answers, and what could not be read of the declared zones."""

    view: DnsView
    refused: tuple[Refused, ...]


def trace(given: Given, settings: TraceSettings, progress: Progress) -> Traced:
    """Follow the message that `given` describes.

    Raises UsageError where it is described wrongly or there are no zones, InputRefused for its file.
    """
    configuration = load_configuration(settings.config)
    delivery, message = read_given(through_host(given, configuration.spec), Path(), settings.limits)
    world = declared_world(settings, configuration, progress)
    return Traced(answered(evaluate(delivery, message, settings.now), world.view.answer), world.refused)


def read_given(given: Given, folder: Path, limits: Limits) -> tuple[Delivery, Message | None]:
    """The delivery and its message, whose file is looked for from `folder` on.

    Raises WrongParameter and InputRefused.
    """
    if given.message is None:
        return read_delivery(given), None
    path = folder / given.message
    message = read_message(path, shown_path(path), limits)
    authors = author_domains(message)
    if not authors:
        why = "no From field names the domain of an author: receivers refuse such mail"
        raise InputRefused("message-no-author", why, path=shown_path(path))
    if len(authors) > MOST_AUTHORS:
        why = f"{len(authors)} domains in From, more than {MOST_AUTHORS}: receivers refuse such mail"
        raise InputRefused("message-too-many-authors", why, path=shown_path(path))
    return read_delivery(given, authors), message


def declared_world(settings: TraceSettings, configuration: Configuration, progress: Progress) -> World:
    """The declared zones, and behind them the lock and, where it is asked for, the network. Raises UsageError."""
    lock = load_lock(lock_path(configuration), settings.limits)
    loaded = declared_zones(
        settings.paths,
        configuration,
        limits=settings.limits,
        include_root=settings.include_root,
        progress=progress,
    )
    declared = Overlay(loaded.zones)
    outside = outside_view(lock, settings.live)
    view = Layers(declared, outside) if outside else declared
    return World(view, loaded.refused + (lock.refused if lock else ()))

"""Live against the hostile server: short times, one resolver on loopback."""

from __future__ import annotations

from typing import Any

from mailcheck.model.dns import Answer, Question
from mailcheck.view.live import Live, LiveSettings
from mailcheck.view.resolvers import Resolver
from tests.lab.hostile import Hostile


def live(*servers: Hostile, **settings: Any) -> Live:
    """Half a second for a query, unless the settings say otherwise."""
    resolvers = tuple(Resolver("127.0.0.1", server.port) for server in servers)
    return Live(LiveSettings(resolvers, **{"query_timeout": 0.5, "run_timeout": 5.0, **settings}))


def ask(view: Live, name: str, rtype: str = "A") -> Answer:
    question = Question(name, rtype)
    return view.answer({question})[question]

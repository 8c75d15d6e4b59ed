"""Live against the hostile server: short times, one resolver on loopback."""

from __future__ import annotations

from typing import Any

from mailcheck.model.dns import Answer, Question
from mailcheck.view.live import Live, LiveSettings
from mailcheck.view.resolvers import Resolver
from tests.lab.hostile import Hostile

SHORT: dict[str, Any] = {"query_timeout": 0.4}


def live(*servers: Hostile, **settings: Any) -> Live:
    """Times that a busy machine keeps too; a test that waits for nothing to come says how long: `**SHORT`."""
    resolvers = tuple(Resolver("127.0.0.1", server.port) for server in servers)
    return Live(LiveSettings(resolvers, **{"query_timeout": 8.0, "run_timeout": 60.0, **settings}))


def ask(view: Live, name: str, rtype: str = "A") -> Answer:
    question = Question(name, rtype)
    return view.answer({question})[question]

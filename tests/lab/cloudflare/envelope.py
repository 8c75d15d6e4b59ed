"""What every answer of Cloudflare's API v4 is wrapped in, and the errors that it names by a code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

Json = dict[str, Any]

VALIDATION = 1004
"""The API's general "DNS Validation Error", also where the code of a case is not publicly known."""


class Answer(NamedTuple):
    """An HTTP answer; `headers` beside Content-Type and Content-Length."""

    status: int
    body: bytes
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


class ApiError(Exception):
    """A refusal: HTTP status, code and message, and perhaps a second code that says more (`error_chain`)."""

    def __init__(
        self, code: int, message: str, *, status: int = 400, chain: tuple[int, str] | None = None
    ) -> None:
        super().__init__(f"{code} {message}")
        self.status, self.code, self.message, self.chain = status, code, message, chain

    def answer(self, *headers: tuple[str, str]) -> Answer:
        """The refusal as it goes over the wire."""
        error: Json = {"code": self.code, "message": self.message}
        if self.chain is not None:
            error["error_chain"] = [{"code": self.chain[0], "message": self.chain[1]}]
        return _answer({"result": None, "success": False, "errors": [error], "messages": []}, self.status, headers)


def result(value: Any, *, messages: tuple[Json, ...] = (), result_info: Mapping[str, int] | None = None) -> Answer:
    """A success with its result, and what page of how many it is."""
    body: Json = {"result": value, "success": True, "errors": [], "messages": list(messages)}
    if result_info is not None:
        body["result_info"] = dict(result_info)
    return _answer(body, 200)


def _answer(body: Json, status: int, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    return Answer(status, json.dumps(body, separators=(",", ":")).encode(), headers=headers)

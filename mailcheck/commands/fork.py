"""Whether a run is for the pull request of a fork: there are no secrets there, and its files are anybody's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mailcheck.errors import ChangeRefused

_EVENTS = frozenset(
    {
        "issue_comment",
        "pull_request",
        "pull_request_review",
        "pull_request_review_comment",
        "pull_request_target",
        "workflow_run",
    }
)
_MAX_EVENT = 10_000_000


def refuse_in_fork(environment: Mapping[str, str]) -> None:
    """Raise ChangeRefused under GitHub Actions for a fork's pull request, or where that cannot be told."""
    if environment.get("GITHUB_EVENT_NAME") not in _EVENTS:
        return
    try:
        path = Path(environment["GITHUB_EVENT_PATH"])
        with path.open("rb") as file:
            event = json.loads(file.read(_MAX_EVENT))
        if not _is_fork(event):
            return
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise ChangeRefused(
            "this run is for a pull request, and whether of a fork cannot be told: sync does not run here",
            hint="run `mailcheck lint` in pull requests, and sync once they are merged",
        ) from None
    raise ChangeRefused(
        "this run is for the pull request of a fork: sync does not run here",
        hint="run `mailcheck lint` in pull requests, and sync once they are merged",
    )


def _is_fork(event: Mapping[str, Any]) -> bool:
    """Whether head and base are different repositories; a head that was deleted counts as one.

    A comment on a pull request does not say where its branch is: it counts as a fork's.
    """
    if "workflow_run" in event:
        head, base = event["workflow_run"]["head_repository"], event["repository"]
        return head is None or bool(head["full_name"] != base["full_name"])
    if "pull_request" not in event:
        return "pull_request" in event["issue"]
    head, base = event["pull_request"]["head"]["repo"], event["pull_request"]["base"]["repo"]
    return head is None or bool(head["full_name"] != base["full_name"])

"""Keeps one comment on the pull request: made when there is something to say, then updated, never repeated.

It never fails the job. A token that may not write, as that of a pull request from a fork, is told as a notice:
the same text stands in the summary of the run.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import requests

AUTHOR = "github-actions[bot]"
"""Whose comments are this action's: anybody may write the marker."""
LONGEST = 65_000
"""GitHub takes 65,536 characters."""
SECONDS = 20
PAGES = 30


class Comment(NamedTuple):
    """The comment as it is to be: `quiet` where there is nothing to say that is not said already."""

    marker: str
    text: str
    quiet: bool


def main() -> None:
    """Write the comment, and one line on how that went."""
    number = pull_request()
    if number is None:
        print("no pull request: no comment")
        return
    try:
        print(keep(number, comment()))
    except requests.HTTPError as error:
        status = error.response.status_code
        if status in (401, 403, 404):
            tell(
                "notice",
                "No comment: this token may not write one. It needs pull-requests: write, and on a pull request "
                "from a fork never has it. The summary of this run has the same text.",
            )
        else:
            tell("warning", f"No comment: GitHub answered {status}. The summary of this run has the same text.")
    except requests.RequestException as error:
        tell("warning", f"No comment: {type(error).__name__}. The summary of this run has the same text.")


def tell(kind: str, text: str) -> None:
    """An annotation of the run; `text` holds nothing that others wrote."""
    print(f"::{kind} title=mailcheck::{text}")


def pull_request() -> int | None:
    """The number of the pull request that this run is for."""
    event = json.loads(Path(os.environ["GITHUB_EVENT_PATH"]).read_bytes())
    found = event.get("pull_request", {}).get("number")
    return found if isinstance(found, int) else None


def comment() -> Comment:
    """What there is to say, out of the files that the steps before wrote."""
    folder = Path(os.environ["FOLDER"])
    parts = [folder / "report.md", folder / "diff.md"]
    texts = [path.read_text(encoding="utf-8") for path in parts if path.exists()]
    # Of two jobs, or two workflows, each keeps its own. Names are hashed: they could end the marker.
    job = hashlib.sha256(f"{os.environ['GITHUB_WORKFLOW']}\0{os.environ['GITHUB_JOB']}".encode()).hexdigest()
    marker = f"<!-- mailcheck {job[:16]} -->"
    text = "\n".join([marker, *texts])
    if len(text) > LONGEST:
        rest = "What this change does to mail is too long for a comment: the summary of the run has it."
        text = "\n".join([marker, texts[0], rest])
    passed = os.environ["EXIT_CODE"] == os.environ["CHANGES"] == "0"
    return Comment(marker, text.strip(), passed and not findings(folder / "mailcheck.sarif"))


def findings(sarif: Path) -> bool:
    """Whether the report holds any, such as do not fail the job included."""
    return any(run["results"] for run in json.loads(sarif.read_bytes())["runs"])


def keep(number: int, wanted: Comment) -> str:
    """Make or update the comment; answers what was done. Raises requests.RequestException."""
    api = f"{os.environ['GITHUB_API_URL']}/repos/{os.environ['GITHUB_REPOSITORY']}/issues"
    with requests.Session() as session:
        session.auth = authorize
        session.headers.update({"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"})
        there = next(
            (
                each
                for each in comments(session, f"{api}/{number}/comments")
                if (each["body"] or "").startswith(wanted.marker) and (each["user"] or {}).get("login") == AUTHOR
            ),
            None,
        )
        if there is not None and there["body"] == wanted.text:
            return "the comment says so already"
        if there is not None:
            session.patch(
                f"{api}/comments/{there['id']}", json={"body": wanted.text}, timeout=SECONDS
            ).raise_for_status()
            return "the comment is updated"
        if wanted.quiet:
            return "nothing to say: no comment"
        session.post(f"{api}/{number}/comments", json={"body": wanted.text}, timeout=SECONDS).raise_for_status()
        return "the comment is made"


def authorize(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Send the job's token: as an auth of requests, so that no netrc file replaces it."""
    request.headers["Authorization"] = f"Bearer {os.environ['GITHUB_TOKEN']}"
    return request


def comments(session: requests.Session, url: str) -> Iterator[dict[str, Any]]:
    """The comments of a pull request, oldest first; of more than 3,000 those."""
    for page in range(1, PAGES + 1):
        answer = session.get(url, params={"per_page": 100, "page": page}, timeout=SECONDS)
        answer.raise_for_status()
        yield from answer.json()
        if "next" not in answer.links:
            return


if __name__ == "__main__":
    main()

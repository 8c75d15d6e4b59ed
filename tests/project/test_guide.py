"""The guide does what it says: its commands run, and print what it shows."""

import re
import shutil
from pathlib import Path

import pytest

from tests import lab
from tests.project.sessions import ROOT, matches, run, steps

PAGES = sorted((ROOT / "docs").glob("**/*.md"))
SESSIONS = [page for page in PAGES if "rules" not in page.parts and any(steps(page.read_text(encoding="utf-8")))]


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.slow
@pytest.mark.parametrize("page", SESSIONS, ids=name_of)
def test_what_a_page_shows_is_what_is_printed(page: Path, tmp_path: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for program in re.findall(
        r"\b(?:opendkim-genkey|postmap|openssl)\b", "\n".join(step.text for step in steps(text))
    ):
        lab.program(program)
    outcome = run(text, tmp_path)
    assert len(outcome) == len([step for step in steps(text) if not step.path])
    wrong = [(step.text, step.shown, printed) for step, printed in outcome if not matches(step.shown, printed)]
    assert wrong == []


def test_the_guide_has_sessions() -> None:
    assert {page.stem for page in SESSIONS} >= {"ten-minutes", "octodns-repository", "mail-host", "host-agent"}


def test_a_page_that_shows_something_else_is_found(tmp_path: Path) -> None:
    page = "```console\n$ echo one; echo two\none\n...\n$ false\n$ echo $?\n0\n```\n"
    assert [matches(step.shown, printed) for step, printed in run(page, tmp_path)] == [True, True, False]
    shutil.rmtree(tmp_path)


@pytest.mark.parametrize("page", [*PAGES, ROOT / "README.md"], ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", text):
        generated = target.startswith(("rules/", "../rules/", "commands.md", "../commands.md"))
        assert generated or (page.parent / target).exists(), target

"""`python -m tools.docs`: write what the site has of the program, `docs/rules/` and `docs/commands.md`."""

from __future__ import annotations

import sys
from pathlib import Path

from tools.command_page import command_page
from tools.rule_pages import pages

DOCS = Path(__file__).parents[1] / "docs"


def write(folder: Path) -> int:
    """Write all generated pages below the folder, remove those of rules that are gone; how many there are."""
    rules = folder / "rules"
    rules.mkdir(parents=True, exist_ok=True)
    made = pages()
    for old in rules.glob("*.md"):
        if old.name not in made:
            old.unlink()
    for name, text in made.items():
        (rules / name).write_text(text, encoding="utf-8")
    (folder / "commands.md").write_text(command_page(), encoding="utf-8")
    return len(made) + 1


if __name__ == "__main__":
    sys.stdout.write(f"{write(DOCS)} pages in {DOCS}\n")

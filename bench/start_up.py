"""How long a process takes until it answers, against a bare typer application and octodns-validate."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from bench.measure import in_turn
from bench.offline_lint import BIN, CONFIG
from bench.zones import write_zones

BARE = """\
import typer
app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)
@app.command()
def one(path: str = "x"): "One."
@app.command()
def two(path: str = "x"): "Two."
app()
"""


def table(folder: Path) -> Iterator[str]:
    """Lines of Markdown, medians of whole processes."""
    place = folder / "one"
    (name,) = write_zones(place / "zones", 1)
    (place / "dump").mkdir()
    (place / "config.yaml").write_text(
        f"{CONFIG}  {name}.: {{sources: [config], targets: [dump]}}\n", encoding="utf-8"
    )
    (place / "bare.py").write_text(BARE, encoding="utf-8")
    mailcheck = str(BIN / "mailcheck")
    measured = in_turn(
        {
            "python -c pass": [sys.executable, "-c", "pass"],
            "a bare typer application, --help": [sys.executable, "bare.py", "--help"],
            "mailcheck --version": [mailcheck, "--version"],
            "mailcheck --help": [mailcheck, "--help"],
            "octodns-validate, one zone": [str(BIN / "octodns-validate"), "--config-file", "config.yaml"],
            "mailcheck lint, one zone": [mailcheck, "lint", "zones"],
        },
        9,
        place,
    )
    yield "## Start-up, whole process"
    yield ""
    yield "| what | seconds |"
    yield "| --- | ---: |"
    for what, figure in measured.items():
        yield f"| {what} | {figure.seconds:.3f} |"

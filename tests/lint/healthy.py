"""The working examples with one thing changed, and what lint finds there."""

from pathlib import Path

from mailcheck.config.find import load_configuration
from mailcheck.lint.registry import installed_rules
from mailcheck.lint.run import RunSettings, run_rules
from mailcheck.model.finding import Finding
from mailcheck.model.limits import Limits
from mailcheck.model.progress import Silent
from mailcheck.model.settings import Configuration
from mailcheck.zonefile.load import load_zones
from mailcheck.zonefile.source_lines import source_lines

ROOT = Path(__file__).parents[2]
ZONES = ROOT / "zones"
SPEC = Configuration(spec=load_configuration(ROOT / "mailcheck.yaml").spec)


def lint(folder: Path) -> tuple[Finding, ...]:
    """The findings of the zones in a folder, of which nothing is refused.

    The written spec may tell of a fault in another way, but never once more.
    """
    found = lint_by(Configuration(), folder)
    by_spec = lint_by(SPEC, folder)
    assert not found or len(by_spec) <= len(found), [(finding.rule, finding.message) for finding in by_spec]
    return found


def lint_by(configuration: Configuration, folder: Path) -> tuple[Finding, ...]:
    """The findings of the zones in a folder under a configuration."""
    loaded = load_zones([folder], limits=Limits(), include_root=None, progress=Silent())
    assert not loaded.refused
    return run_rules(loaded.zones, loaded.refused, RunSettings(configuration), installed_rules()).findings


def under(finding: Finding) -> str:
    """The text under the finding's caret."""
    line = source_lines({(finding.at.path, finding.at.line)})[finding.at.path, finding.at.line]
    return line[finding.at.column - 1 : finding.at.end_column - 1]


def change(path: Path, before: str, after: str) -> None:
    """Replace the first `before` of a file."""
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")

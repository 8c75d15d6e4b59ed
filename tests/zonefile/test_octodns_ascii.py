"""octoDNS itself refuses the texts that zone-non-ascii names, and takes the others."""

from pathlib import Path

import pytest

from mailcheck.lint.registry import installed_rules
from mailcheck.lint.run import RunSettings, run_rules
from mailcheck.model.limits import Limits
from mailcheck.model.progress import Silent
from mailcheck.zonefile.load import load_zones
from tests.zonefile.test_octodns_against_octodns import by_octodns


@pytest.mark.parametrize("rtype", ["TXT", "SPF"])
@pytest.mark.parametrize(
    ("value", "refused"),
    [
        ("note=cafe", False),
        ("note=café", True),
        ("'caf\\195\\169'", False),
        ('"caf\\u00e9"', True),
        ('"a\\u200bb"', True),
        ("“a”", True),
        ('"a\\tb\\x07c\\x7f"', False),
    ],
)
def test_as_octodns(tmp_path: Path, rtype: str, value: str, refused: bool) -> None:
    path = tmp_path / "example.com.yaml"
    path.write_text(f"x:\n  type: {rtype}\n  value: {value}\n", encoding="utf-8")
    if refused:
        with pytest.raises(Exception, match="non ASCII character"):
            by_octodns(path, escaped=True)
    else:
        by_octodns(path, escaped=True)
    loaded = load_zones([path], limits=Limits(), include_root=None, progress=Silent())
    only = RunSettings(select=("zone-non-ascii",))
    found = run_rules(loaded.zones, loaded.refused, only, installed_rules()).findings
    assert [finding.rule for finding in found] == ["zone-non-ascii"] * refused

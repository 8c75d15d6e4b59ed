import shutil
from pathlib import Path

import pytest

from tests.lint.healthy import ZONES


@pytest.fixture
def zones(tmp_path: Path) -> Path:
    """A copy of the working examples."""
    return Path(shutil.copytree(ZONES, tmp_path / "zones"))

"""Fetch the openspf suite with pip: `python -m tests.conformance.fetch`, once for a working tree."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
SUITE = HERE / ".cache" / "rfc7208-tests.yml"


def main() -> int:
    if SUITE.exists():
        return 0
    with tempfile.TemporaryDirectory(prefix="mailcheck-suite-") as folder:
        if (status := _download(folder)) != 0:
            sys.stderr.write("fetch: the SPF suite could not be downloaded, its test will say so\n")
            return status
        (archive,) = Path(folder).glob("*.tar.gz")
        SUITE.parent.mkdir(exist_ok=True)
        unfinished = SUITE.with_suffix(".part")
        unfinished.write_bytes(_member(archive, SUITE.name))
        unfinished.replace(SUITE)
    return 0


def _download(folder: str) -> int:
    requirements = str(HERE / "requirements.txt")
    options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--no-binary", "pyspf", "--require-hashes"]
    command = [sys.executable, "-m", "pip", "download", *options, "--requirement", requirements, "--dest", folder]
    return subprocess.run(command, check=False).returncode


def _member(archive: Path, name: str) -> bytes:
    with tarfile.open(archive) as tar:
        for member in tar:
            if Path(member.name).name == name and (file := tar.extractfile(member)) is not None:
                return file.read()
    raise FileNotFoundError(f"{archive.name} holds no {name}")


if __name__ == "__main__":
    sys.exit(main())

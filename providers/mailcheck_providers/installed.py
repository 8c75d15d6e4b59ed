"""A class by its dotted path, from an installed distribution and from nowhere else."""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import re
import site
import sysconfig
from pathlib import Path
from typing import Any

from mailcheck.errors import UsageError

_DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+", re.ASCII)


def installed_class(path: str) -> Any:
    """The class at `package.module.Class`.

    The top-level package must be a file that a distribution in Python's own site directories lists as its own,
    so that nothing below the working directory, `PYTHONPATH` or an editable checkout is ever imported.
    Raises UsageError where it is not, or has no such class.
    """
    if not _DOTTED.fullmatch(path):
        raise UsageError(f"{path!r} is not the dotted path of a class, such as octodns_route53.Route53Provider")
    module_path, _, name = path.rpartition(".")
    _check_installed(module_path.partition(".")[0])
    try:
        found = getattr(importlib.import_module(module_path), name)
    except AttributeError:
        raise UsageError(f"there is no class {path}") from None
    except Exception as error:  # a module may fail in any way when it is imported
        raise UsageError(f"{module_path} cannot be imported: {' '.join(str(error).split())}") from None
    if not isinstance(found, type):
        raise UsageError(f"{path} is not a class")
    return found


def _check_installed(package: str) -> None:
    try:
        spec = importlib.util.find_spec(package)
    except ValueError:  # `__main__` has no file of its own
        spec = None
    if spec is None:
        raise UsageError(
            f"{package} is not installed", hint="install the distribution that holds this octoDNS provider"
        )
    origin = Path(spec.origin).resolve() if spec.has_location and spec.origin else None
    for folder in _site_folders():
        if origin is not None and origin.is_relative_to(folder):
            file = origin.relative_to(folder).as_posix()
            for distribution in importlib.metadata.distributions(path=[str(folder)]):
                if any([file == str(owned) for owned in distribution.files or ()]):
                    return
    raise UsageError(
        f"{package} does not belong to an installed distribution",
        hint="a provider's class is imported from an installed distribution only, never from a working tree",
    )


def _site_folders() -> list[Path]:
    folders = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), *site.getsitepackages()]
    if site.ENABLE_USER_SITE:
        folders.append(site.getusersitepackages())
    return [folder.resolve() for folder in dict.fromkeys(map(Path, folders))]

"""`mailcheck init`: a spec and zones to begin with, from answers or from a mail host."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from mailcheck.analysis.fresh_draft import Answers, fresh_draft
from mailcheck.analysis.host_draft import HostAnswers, host_draft
from mailcheck.analysis.host_facts import host_facts
from mailcheck.commands.audit import read_host
from mailcheck.config.find import NAME
from mailcheck.config.known_senders import known_senders
from mailcheck.config.write_spec import spec_text
from mailcheck.model.draft import Draft
from mailcheck.zonefile.write_draft import SUFFIXES, ZoneFormat, zone_file_name, zone_text

ZONES = Path("zones")


class NewFile(NamedTuple):
    """A file to write; `twins` are other files that would hold the same zone."""

    path: Path
    text: str
    twins: tuple[Path, ...] = ()


def from_host(root: Path | None, bundle: Path | None, answers: HostAnswers) -> Draft:
    """What the running host, the tree below `root` or the host in a bundle needs.

    Raises UsageError for what it does not tell and nobody answers, and InputRefused for a bundle that is none.
    """
    return host_draft(host_facts(read_host(root, bundle)), answers, known_senders())


def from_answers(answers: Answers) -> Draft:
    """What a domain needs that has nothing yet."""
    return fresh_draft(answers, known_senders())


def new_files(draft: Draft, folder: Path, kind: ZoneFormat) -> tuple[NewFile, ...]:
    """The files of a draft below `folder`."""
    files = [NewFile(folder / NAME, spec_text(draft.spec))] if draft.spec else []
    for zone in draft.zones:
        path = folder / ZONES / zone_file_name(zone, kind)
        others = [folder / ZONES / zone_file_name(zone, other) for other in SUFFIXES if other != kind]
        files.append(NewFile(path, zone_text(zone, kind), tuple(others)))
    return tuple(files)

"""What is known of a mail host: its files, joined to the configuration that really holds there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from mailcheck.analysis.host_system import HostSystem, system_files
from mailcheck.analysis.opendkim import OpenDkim, opendkim_facts, opendkim_files
from mailcheck.analysis.postfix import Postfix, read_postfix
from mailcheck.analysis.postfix_files import postfix_files
from mailcheck.analysis.srs import Srs, srs_facts, srs_files
from mailcheck.grammar.mail_domain import mail_domain
from mailcheck.grammar.postfix_lines import Problem
from mailcheck.model.machine import HostFile, How, Machine

ROUNDS = 20


@dataclass(frozen=True, eq=False)
class HostFacts:
    """One mail host. What is not installed there is None.

    `name` is the effective `myhostname`, absolute and lower case, empty where it cannot be told. `instances`
    are the Postfix instances beside the main one. `templates` tells of Postfix files that are templates: nothing
    is known of such an instance.
    """

    machine: Machine
    name: str
    system: HostSystem
    postfix: Postfix | None = None
    instances: tuple[Postfix, ...] = ()
    opendkim: OpenDkim | None = None
    srs: Srs | None = None
    templates: tuple[Problem, ...] = ()

    type: ClassVar[str] = ""


def host_facts(machine: Machine) -> HostFacts:
    """Join what was read of a host; pure, and never raises."""
    files = machine.files
    system = HostSystem(machine)
    uname = system.hostname.value or ""
    first = read_postfix(files, version=machine.postfix_version, uname=uname)
    others = (
        read_postfix(files, item.text, machine.postfix_version, uname)
        for item in (first.instances if first else ())
    )
    found = [one for one in (first, *others) if one is not None]
    postfix = None if first is None or first.is_template else first
    hostname = postfix.of("myhostname") if postfix else None
    mydomain = postfix.of("mydomain") if postfix else None
    return HostFacts(
        machine,
        (mail_domain(hostname.value) or "") if hostname and hostname.is_determined else "",
        system,
        postfix,
        tuple([one for one in found if one is not first and not one.is_template]),
        opendkim_facts(files),
        srs_facts(files, mydomain.value if mydomain and mydomain.is_determined else None),
        tuple([problem for one in found for problem in one.template_problems]),
    )


def wanted_files(files: Mapping[str, HostFile]) -> Mapping[str, How]:
    """What is to be read, as far as the files read so far tell."""
    wanted: dict[str, How] = {}
    for ask in (system_files, postfix_files, opendkim_files, srs_files):
        for path, how in ask(files).items():
            wanted.setdefault(path, how)
    return wanted


def gather(read: Callable[[str, How], HostFile]) -> dict[str, HostFile]:
    """Every file that an audit wants, by path, read in rounds: what was read tells what else there is to read."""
    files: dict[str, HostFile] = {}
    for _ in range(ROUNDS):
        new = {path: how for path, how in wanted_files(files).items() if path not in files}
        if not new:
            break
        files |= {path: read(path, how) for path, how in sorted(new.items())}
    return files

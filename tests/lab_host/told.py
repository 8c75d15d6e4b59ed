"""What the audit says of a host of the lab, and faults that a running one has for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from mailcheck.analysis.host_facts import gather, host_facts
from mailcheck.config.find import load_configuration
from mailcheck.host.tree import Tree as Reader
from mailcheck.lint.host_run import run_host_rules
from mailcheck.lint.registry import installed_rules
from mailcheck.lint.run import RunSettings
from mailcheck.model.limits import Limits
from mailcheck.model.machine import Machine
from mailcheck.model.progress import Silent
from mailcheck.zonefile.load import load_zones
from tests.lab.mail_host.host import MailHost
from tests.lab.mail_host.tree import Change, Tree

_LOUD = ("warning:", "error:", "fatal:", "panic:")


def told(tree: Tree, *prefixes: str, live: bool = False) -> set[str]:
    """What the rules `host-PREFIX-...` find, without that beginning; `live` lets owners and modes count."""
    with Reader(tree.root, live=live) as reader:
        machine = Machine(gather(reader.read), live=live, as_root=True, postfix_version="3.7.11")
    configuration = load_configuration(tree.spec)
    loaded = load_zones([tree.zones], limits=Limits(), include_root=tree.base, progress=Silent())
    report = run_host_rules(
        host_facts(machine),
        RunSettings(configuration),
        installed_rules("plan"),
        loaded.zones,
        host=configuration.spec.hosts["mail.example.com."],
    )
    begins = tuple([f"host-{prefix}-" for prefix in prefixes])
    return {finding.rule.removeprefix("host-") for finding in report.findings if finding.rule.startswith(begins)}


@contextmanager
def fault(host: MailHost, *changes: Change) -> Iterator[None]:
    """The host with these changes, which are taken back afterwards.

    Postfix is restarted: after a reload an old process may take one more connection, and a service that ended of a
    fault is started again after a minute only.
    """
    host.change(*changes)
    host.restart("postfix")
    try:
        yield
    finally:
        host.change(*[Change(path, new, old) for path, old, new in reversed(changes)])
        host.restart("postfix")


def loud_lines(host: MailHost, before: str) -> list[str]:
    """Warnings and errors that Postfix logged since its log was `before`."""
    return [line for line in host.log()[len(before) :].splitlines() if any(word in line for word in _LOUD)]

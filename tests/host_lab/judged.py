"""What the host rules say of a tree of the lab."""

from __future__ import annotations

from datetime import UTC, datetime

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
from tests.lab.mail_host.tree import Tree


def told(tree: Tree, *prefixes: str, live: bool = False) -> set[str]:
    """The ids of the rules `host-PREFIX-...` that find something; `live` lets owners and modes count."""
    with Reader(tree.root, live=live) as reader:
        files = gather(reader.read)
    machine = Machine(files, datetime.now(UTC), live=live, as_root=True, postfix_version="3.7.11")
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
    return {finding.rule for finding in report.findings if finding.rule.startswith(begins)}

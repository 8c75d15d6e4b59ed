"""Rules about OpenDKIM: what is not determined is told as skipped, and a change that cuts a key off is stopped."""

import json
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from pathlib import Path

import pytest

from mailcheck.analysis.host_facts import host_facts
from mailcheck.cli.main import main
from mailcheck.config.document import read_document
from mailcheck.config.settings import configuration
from mailcheck.host.bundle import bundle_text
from mailcheck.lint.host_cases import example
from mailcheck.lint.host_run import run_host_rules
from mailcheck.lint.registry import installed_rules
from mailcheck.lint.rule import Case, changed
from mailcheck.lint.run import RunSettings
from mailcheck.model.dns import Answers, Unknown
from mailcheck.model.finding import Report
from mailcheck.model.limits import Limits
from mailcheck.model.machine import HostFile
from mailcheck.model.progress import Silent
from mailcheck.zonefile.load import load_zones

CONF, KEYS, ROWS = "/etc/opendkim.conf", "/etc/opendkim/KeyTable", "/etc/opendkim/SigningTable"
NET = "/etc/dkimkeys/s202611.example.net.private"
ZONE = "zones/example.net.zone"
RECORD = 's202611._domainkey      TXT     "v=DKIM1; h=sha256; k=rsa; p=" "{key example.net rsa2048 public}"\n'
ALIAS = "s202611._domainkey CNAME s1.keys.example.org.\n"
PUBLIC = "{key example.net rsa2048 public}"
Alter = Callable[[HostFile], HostFile]


class Silence:
    """DNS that does not answer."""

    def answer(self, questions: AbstractSet[object]) -> Answers:
        return {question: Unknown("timeout", "nobody answers") for question in questions}  # type: ignore[misc]


def denied(file: HostFile) -> HostFile:
    return HostFile(file.path, "denied", "permission denied")


def refused(file: HostFile) -> HostFile:
    return HostFile(file.path, "refused", "a link out of the root")


def write(case: Case, folder: Path, alter: dict[str, Alter] | None = None) -> Path:
    """Write the spec and zones of a case into a folder, and its host as a bundle beside them."""
    machine, beside = example(case)
    for path, text in beside.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    files = {path: (alter or {}).get(path, lambda file: file)(file) for path, file in machine.files.items()}
    (folder / "host.json").write_text(bundle_text(machine._replace(files=files)), "utf-8")
    return folder


def report_on(case: Case, folder: Path, alter: dict[str, Alter] | None = None, silence: bool = False) -> Report:
    """What the rules say of a case's host, some files of which are altered."""
    write(case, folder, alter)
    machine = example(case).machine
    files = {path: (alter or {}).get(path, lambda file: file)(file) for path, file in machine.files.items()}
    facts = host_facts(machine._replace(files=files))
    spec = configuration(read_document((folder / "mailcheck.yaml").read_text("utf-8"), "mailcheck.yaml"))
    zones = load_zones([folder / "zones"], limits=Limits(), include_root=folder, progress=Silent()).zones
    return run_host_rules(
        facts,
        RunSettings(spec),
        installed_rules("plan"),
        zones,
        host=spec.spec.hosts["mail.example.com."],
        outside=Silence() if silence else None,
    )


def skipped(report: Report) -> dict[str, str]:
    """Why rules about OpenDKIM came to no verdict, by rule; they found nothing either."""
    assert not [found for found in report.findings if found.rule.startswith("host-dkim-")]
    return {entry.rule.removeprefix("host-dkim-"): entry.why for entry in report.skipped}


def test_a_key_that_needs_root_is_not_judged(tmp_path: Path) -> None:
    why = skipped(report_on(changed(), tmp_path, {NET: denied}))
    wanted = f"needs root: {NET} could not be read"
    for rule in ("key-size", "key-unreadable-format", "key-dns-mismatch", "keytable-keyfile-missing"):
        assert why[rule] == wanted
    assert why["key-perm"] == f"needs root: {NET} could not be looked at"


def test_a_key_that_may_not_be_read_is_not_judged(tmp_path: Path) -> None:
    why = skipped(report_on(changed(), tmp_path, {NET: refused}))
    assert why["key-size"] == f"{NET} could not be read: a link out of the root"


def test_owners_of_a_copied_tree_are_not_judged(tmp_path: Path) -> None:
    why = skipped(report_on(changed(live=False), tmp_path))
    for rule in ("key-perm", "key-parent-writable"):
        assert why[rule] == "not checked: owners and modes of a copied tree cannot be trusted"


@pytest.mark.parametrize("path", [CONF, ROWS, KEYS])
def test_what_could_not_be_read_is_not_judged(tmp_path: Path, path: str) -> None:
    why = skipped(report_on(changed(), tmp_path, {path: denied}))
    rules = {"key-size", "selector-name", "domain-mismatch", "key-dns-missing", "key-perm"}
    assert rules <= why.keys()
    assert all(path in why[rule] for rule in rules)


def test_no_option_is_judged_without_the_file(tmp_path: Path) -> None:
    why = skipped(report_on(changed(), tmp_path, {CONF: denied}))
    silent = {"bodylength", "sha1", "mode", "runs-as-root", "two-modes", "unknown-option", "duplicate-option"}
    assert silent | {"nothing-to-sign", "incomplete-triple", "socket-exposed", "internalhosts"} <= why.keys()
    assert all("could not be read" in why[rule] for rule in silent)


def test_a_file_that_includes_itself_sets_nothing_twice(tmp_path: Path) -> None:
    old = "SyslogSuccess           yes"
    report = report_on(changed((CONF, old, f"{old}\nInclude {CONF}\nmode sv")), tmp_path)
    found = [one.labels[0].at for one in report.findings if one.rule == "host-dkim-duplicate-option"]
    assert len(found) == len(set(found)) == 1


def test_who_is_in_a_group_may_not_be_known(tmp_path: Path) -> None:
    stats = {NET: (0o640, "opendkim", "opendkim"), "/etc/dkimkeys": (0o770, "opendkim", "opendkim")}
    why = skipped(report_on(changed(stats=stats), tmp_path, {"/etc/group": denied}))
    assert "/etc/group" in why["key-perm"]
    assert "/etc/group" in why["key-parent-writable"]


def test_names_that_dns_does_not_answer_for_are_no_finding(tmp_path: Path) -> None:
    why = skipped(report_on(changed((ZONE, RECORD, ALIAS)), tmp_path, silence=True))
    for rule in ("key-dns-missing", "key-dns-mismatch"):
        assert why[rule] == "timeout: nobody answers"


def test_a_key_that_depends_on_the_message_is_not_judged(tmp_path: Path) -> None:
    case = changed((KEYS, NET, "/etc/dkimkeys/%.private"), (ROWS, "*@example.net", "*.net"))
    assert "depends on the message" in skipped(report_on(case, tmp_path))["key-size"]
    case = changed((ROWS, "*@example.net s202611._domainkey.example.net", "*@*.net %"))
    assert "depends on the message" in skipped(report_on(case, tmp_path))["signingtable-dangling"]


@pytest.mark.parametrize(
    ("change", "rule", "line"),
    [
        ((ZONE, RECORD, ""), "host-dkim-key-dns-missing", 2),
        ((ZONE, PUBLIC, "{key other rsa2048 public}"), "host-dkim-key-dns-mismatch", 2),
        ((ZONE, PUBLIC, ""), "host-dkim-key-dns-mismatch", 2),
    ],
)
def test_a_change_of_zones_that_cuts_a_key_off_is_stopped(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    change: tuple[str, str, str],
    rule: str,
    line: int,
) -> None:
    """A bundle that was read without root's rights has the public halves that it could read."""
    monkeypatch.chdir(write(changed(change, as_root=False), tmp_path))
    assert main(["lint", "--host-facts", "host.json", "--format", "json"]) == 1
    (found,) = [one for one in json.loads(capsys.readouterr().out)["findings"] if one["rule"] == rule]
    assert (found["host"], found["path"].lstrip("/"), found["line"]) == ("mail.example.com.", KEYS[1:], line)
    assert [label["path"] for label in found["labels"]] == [found["path"], ZONE]


def test_zones_that_hold_the_keys_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(write(changed(), tmp_path))
    assert main(["lint", "--host-facts", "host.json"]) == 0
    assert "0 errors" in capsys.readouterr().out

"""`mailcheck audit` from the command line: what it says of a copied tree, of a bundle, and what has changed since."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import jsonschema
import pytest

from mailcheck.cli.main import main
from mailcheck.render.schema import report_schema
from tests.diffing import ENVIRONMENT
from tests.lab.mail_host.tree import Change, Tree, healthy_tree, seed_tree

MAIN = "/etc/postfix/main.cf"
UNSIGNED = Change(MAIN, "milter_default_action = tempfail", "milter_default_action = accept")


class Host(NamedTuple):
    """A written host, and the command run beside it."""

    tree: Tree
    capsys: pytest.CaptureFixture[str]

    def run(self, *arguments: str) -> int:
        self.capsys.readouterr()
        return main(arguments)

    def audit(self, *arguments: str) -> int:
        return self.run("audit", "host", "--root", "root", "--format", "concise", *arguments)

    @property
    def out(self) -> str:
        return self.capsys.readouterr().out

    def rules(self, *arguments: str) -> list[str]:
        """The ids of the rules that speak."""
        self.run("audit", "host", "--root", "root", "--format", "json", *arguments)
        return [finding["rule"] for finding in json.loads(self.out)["findings"]]


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Host:
    tree = healthy_tree(tmp_path)
    monkeypatch.chdir(tmp_path)
    return Host(tree, capsys)


def test_a_healthy_host_has_no_finding_at_all(host: Host) -> None:
    assert host.audit() == 0
    assert "mail.example.com, " in (out := host.out)
    assert "0 errors, 0 warnings, 0 infos" in out
    assert host.audit("--strict") == 4  # owners, modes and sockets of a copied tree tell nothing


def test_a_fault_is_told_with_file_and_line(host: Host) -> None:
    host.tree.change(UNSIGNED)
    host.audit("--fail-on", "info")
    line = next(line for line in host.out.splitlines() if "host-milter-default-accept" in line)
    text = host.tree.host_path(MAIN).read_text().splitlines()
    path, number, column = line.split(": ")[0].split(":")
    assert path == MAIN
    assert text[int(number) - 1][int(column) - 1 :] == "accept"


def test_the_text_shows_the_line_of_the_audited_host(host: Host) -> None:
    host.tree.change(UNSIGNED)
    host.run("audit", "host", "--root", "root")
    assert "milter_default_action = accept\n" in host.out


def test_json_gives_the_host_and_paths_below_its_root(host: Host) -> None:
    host.tree.change(UNSIGNED)
    host.run("audit", "host", "--root", "root", "--format", "json")
    report = json.loads(host.out)
    jsonschema.validate(report, report_schema())
    assert {finding["host"] for finding in report["findings"]} == {"mail.example.com."}
    assert {finding["path"] for finding in report["findings"]} == {MAIN.lstrip("/")}
    assert report["summary"]["host"] == "mail.example.com."


def test_nothing_is_written_below_the_root(host: Host) -> None:
    def times() -> dict[Path, tuple[int, int]]:
        found = [host.tree.root, *host.tree.root.rglob("*")]
        return {path: (path.lstat().st_mtime_ns, path.lstat().st_ctime_ns) for path in found}

    before = times()
    host.audit()
    assert times() == before


def test_another_name_is_looked_up_in_the_spec(host: Host) -> None:
    host.tree.change(Change(MAIN, "myhostname = mail.example.com", "myhostname = vm17.example.com"))
    assert "host-spec-unknown" in host.rules()
    assert "host-spec-unknown" not in host.rules("--host", "mail.example.com")
    assert host.audit("--host", "nobody.example.com") == 2


def test_a_bundle_is_audited_as_the_tree_is(host: Host) -> None:
    host.tree.change(UNSIGNED)
    assert host.run("audit", "collect", "--root", "root", "--output", "mail1.json") == 0
    direct = host.rules()
    host.run("audit", "host", "--bundle", "mail1.json", "--format", "json")
    assert [finding["rule"] for finding in json.loads(host.out)["findings"]] == direct


def test_a_bundle_holds_no_secret(host: Host) -> None:
    key = host.tree.root / "etc/dkimkeys/s202611.example.com.private"
    host.run("audit", "collect", "--root", "root")
    bundle = host.out
    assert "PRIVATE KEY" not in bundle
    for line in [*key.read_text().splitlines(), (host.tree.root / "etc/postsrsd.secret").read_text().strip()]:
        assert line not in bundle


def test_a_pull_request_that_removes_a_selector_in_use_is_stopped_by_the_host(host: Host) -> None:
    host.run("audit", "collect", "--root", "root", "--output", "mail1.json")
    assert host.run("lint", "--host-facts", "mail1.json") == 0
    zone = host.tree.zones / "example.net.zone"
    kept = [line for line in zone.read_text().splitlines(keepends=True) if "_domainkey" not in line]
    zone.write_text("".join(kept))
    assert host.run("lint", "--host-facts", "mail1.json", "--format", "json") == 1
    # The spec promises the selector too: the host's finding shows both, and that one is not told again.
    assert [finding["rule"] for finding in json.loads(host.out)["findings"]] == ["host-dkim-key-dns-missing"]


def test_what_a_change_does_to_a_host_is_told_beside_what_changed(host: Host) -> None:
    """The bundle is the one of now, whatever the earlier revision has."""
    host.run("audit", "collect", "--root", "root", "--output", "mail1.json")
    for command in (["init", "-q"], ["add", "zones", "mailcheck.yaml"], ["commit", "-qm", "zones"]):
        subprocess.run(["git", *command], check=True, env=ENVIRONMENT)
    gate = ("lint", "--diff-base", "HEAD", "--host-facts", "mail1.json", "--format", "json")
    assert host.run(*gate) == 0
    zone = host.tree.zones / "example.net.zone"
    kept = [line for line in zone.read_text().splitlines(keepends=True) if "_domainkey" not in line]
    zone.write_text("".join(kept))
    assert host.run(*gate) == 1
    rules = [finding["rule"] for finding in json.loads(host.out)["findings"]]
    assert rules == ["host-dkim-key-dns-missing", "plan-dkim-key-in-use"]


def test_sync_writes_nothing_that_a_host_depends_on(host: Host) -> None:
    host.run("audit", "collect", "--root", "root", "--output", "mail1.json")
    zone = host.tree.zones / "example.net.zone"
    kept = [line for line in zone.read_text().splitlines(keepends=True) if "_domainkey" not in line]
    zone.write_text("".join(kept))
    Path("published").mkdir()
    Path("mailcheck.yaml").write_text(
        Path("mailcheck.yaml").read_text() + "provider:\n  name: zonefile\n  options: {folder: published}\n"
    )
    sync = ("sync", "--host-facts", "mail1.json", "--create-zone", "--apply", "--yes", "--zone", "example.net")
    assert host.run(*sync) == 5
    assert "host-dkim-key-dns-missing" in host.out
    assert list(Path("published").iterdir()) == []


def test_a_pull_request_that_moves_an_address_is_stopped_by_the_host(host: Host) -> None:
    host.run("audit", "collect", "--root", "root", "--output", "mail1.json")
    host.tree.change(Change("zones/example.com.zone", "mail    A       192.0.2.25", "mail    A       192.0.2.26"))
    assert host.run("lint", "--host-facts", "mail1.json", "--format", "json") == 1
    found = [finding for finding in json.loads(host.out)["findings"] if finding["host"]]
    assert "host-egress-spf-not-covering" in [finding["rule"] for finding in found]


def test_a_damaged_bundle_is_one_line(host: Host) -> None:
    Path("mail1.json").write_text('{"version": 1,')
    assert host.run("audit", "host", "--bundle", "mail1.json") == 3
    assert host.capsys.readouterr().err.count("\n") <= 2


def test_a_state_leaves_only_what_is_new(host: Host) -> None:
    state = ("--state", "state.json", "--fail-on", "info")
    host.tree.change(UNSIGNED)
    host.audit(*state)
    assert "host-milter-default-accept" in host.out
    assert host.audit(*state) == 1
    assert "since the last run 0 gone, 1 the same" in (out := host.out)
    assert "host-milter-default-accept" not in out
    host.tree.change(Change(MAIN, UNSIGNED.new, UNSIGNED.old))
    assert host.audit(*state) == 0
    assert "gone since the last run: host-milter-default-accept: " in host.out


@pytest.mark.parametrize("text", ["", "[]", '{"version": 1, "findings": {"a": 1}}', "[" * 100_000])
def test_a_damaged_state_is_wrong_usage(host: Host, text: str) -> None:
    Path("state.json").write_text(text)
    assert host.audit("--state", "state.json") == 2


def test_prometheus_has_a_gauge_for_each_rule_that_speaks(host: Host) -> None:
    host.tree.change(UNSIGNED)
    host.run("audit", "host", "--root", "root", "--format", "prometheus")
    assert 'mailcheck_rule_findings{host="mail.example.com",rule="host-milter-default-accept"' in host.out


def test_what_excludes_each_other_is_wrong_usage(host: Host) -> None:
    for options in (["--bundle", "x"], ["--probe"], ["--live", "--offline"], ["--resolver", "127.0.0.1"]):
        assert host.audit(*options) == 2


def test_a_folder_without_a_mail_host_is_wrong_usage(host: Host) -> None:
    Path("empty").mkdir()
    assert host.run("audit", "host", "--root", "empty") == 2
    assert "no mail host below empty" in host.capsys.readouterr().err


def test_without_spec_and_zones_the_checks_that_need_none_still_run(host: Host) -> None:
    host.tree.change(UNSIGNED)
    Path("mailcheck.yaml").rename("x.yaml")
    Path("zones").rename("elsewhere")
    assert "host-milter-default-accept" in host.rules()


def test_templates_pipes_links_and_loops_are_told_and_the_rest_is_checked(host: Host) -> None:
    root = host.tree.root
    (root / "etc/aliases").unlink()
    os.mkfifo(root / "etc/aliases")
    (root / "etc/mailname").unlink()
    (root / "etc/mailname").symlink_to("../../../../etc/hostname")
    host.tree.change(Change(MAIN, "biff = no\n", "biff = $biff\n" + " x\n" * 10_000), UNSIGNED)
    assert "host-milter-default-accept" in host.rules()


def test_the_guide_followed_to_the_letter_leaves_mail_unsigned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    host = Host(seed_tree(tmp_path), capsys)
    monkeypatch.chdir(tmp_path)
    told = host.rules("--host", "mail.example.com")
    assert {"host-milter-socket-mismatch", "host-dkim-default-file-stale", "host-srs-domain-default"} <= set(told)


def test_junit_is_dated_and_fails_as_the_run_does(host: Host) -> None:
    host.tree.change(UNSIGNED)
    host.run("audit", "host", "--root", "root", "--format", "junit", "--fail-on", "info")
    judged = host.out
    host.run("audit", "host", "--root", "root", "--format", "junit", "--fail-on", "never")
    assert "<failure" in judged
    assert "<failure" not in host.out
    assert 'timestamp="1970' not in judged


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _link_out(path: Path) -> None:
    path.symlink_to("../../../../../../../../../../tmp/elsewhere")


def _too_large(path: Path) -> None:
    path.write_text("# \n" * 400_000)


def _nothing(_: Path) -> None:
    pass


@pytest.mark.parametrize(
    ("path", "put"),
    [
        *((path, put) for path in (MAIN, "/etc/postfix/master.cf", "/etc/opendkim.conf")
          for put in (_pipe, _link_out, _too_large, Path.mkdir)),
        (MAIN, _nothing),
    ],
)  # fmt: skip
def test_a_configuration_that_cannot_be_read_is_told_in_one_line(
    host: Host, path: str, put: Callable[[Path], object]
) -> None:
    file = host.tree.host_path(path)
    file.unlink()
    put(file)
    assert host.audit("--quiet") == 3
    out = host.out
    assert len([line for line in out.splitlines() if "host-file-unread" in line and path in line]) == 1, out

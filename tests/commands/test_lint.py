"""`mailcheck lint` finds its zones and its configuration."""

from pathlib import Path

import pytest

from mailcheck.commands.lint import LintSettings, lint
from mailcheck.errors import ConfigError, UsageError
from mailcheck.lint.placeholders import fill
from mailcheck.model.finding import Report
from mailcheck.model.progress import Silent

ZONE = '$ORIGIN {name}.\n$TTL 3600\n@ SOA ns1 hm 1 2 3 4 5\n@ NS ns1\nns1 A 192.0.2.53\n@ TXT "v=spf1 ?all"\n'


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(path: str, text: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")


def zone(path: str) -> None:
    write(path, ZONE.format(name=Path(path).stem))


def run(*paths: str, **settings: object) -> Report:
    return lint(LintSettings(tuple(map(Path, paths)), **settings), Silent())  # type: ignore[arg-type]


def test_what_is_named_is_linted_and_nothing_else() -> None:
    zone("zones/a.example.zone")
    zone("other/b.example.zone")
    assert run("other").zones == 1
    assert {finding.subject.zone for finding in run("other").findings} == {"b.example."}


def test_without_a_path_the_folder_zones_is() -> None:
    zone("zones/a.example.zone")
    zone("other/b.example.zone")
    assert {finding.subject.zone for finding in run().findings} == {"a.example."}


def test_the_configuration_says_where_zones_are_seen_from_itself() -> None:
    zone("repo/dns/a.example.zone")
    write("repo/mailcheck.yaml", "zones: [dns]\nrules: {ignore: [spf-all-neutral]}\n")
    report = run(config=Path("repo/mailcheck.yaml"))
    assert report.zones == 1
    assert "spf-all-neutral" not in {finding.rule for finding in report.findings}


def test_the_configuration_of_the_working_directory_is_read() -> None:
    zone("dns/a.example.zone")
    write("mailcheck.yaml", "zones: dns\nrules: {profile: strict}\n")
    assert run().fail_on.word == "warning"


def test_nothing_to_lint_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(UsageError) as caught:
        run()
    assert "nothing to lint" in caught.value.message
    assert caught.value.hint


def test_a_configuration_that_cannot_be_read_is_an_error() -> None:
    with pytest.raises(UsageError, match="missing"):
        run(config=Path("missing.yaml"))
    Path("latin.yaml").write_bytes(b"zones: \xff")
    with pytest.raises(UsageError, match="not UTF-8 at octet 7"):
        run(config=Path("latin.yaml"))
    write("wrong.yaml", "zone: x")
    with pytest.raises(ConfigError, match="no key 'zone'"):
        run(config=Path("wrong.yaml"))


def test_the_lines_that_are_pointed_at_are_kept_for_the_report() -> None:
    zone("zones/a.example.zone")
    write("zones/b.example.zone", ZONE.format(name="b.example") + "x A 192.0.2.300\n")
    report = run()
    assert report.snippets["zones/a.example.zone", 6] == '@ TXT "v=spf1 ?all"'
    assert report.snippets["zones/b.example.zone", 7] == "x A 192.0.2.300"


def test_a_line_with_a_private_key_is_never_kept() -> None:
    text = ZONE.format(name="a.example") + 'key TXT "{rsa2048.private}"\n'
    write("zones/a.example.zone", fill("a.example.zone", text))
    report = run()
    found = [finding for finding in report.findings if finding.rule == "dkim-private-key"]
    assert found
    assert (found[0].at.path, found[0].at.line) not in report.snippets


def test_an_include_root_that_is_no_folder_is_an_error() -> None:
    zone("zones/a.example.zone")
    with pytest.raises(UsageError, match="no folder"):
        run(include_root=Path("missing"))


REFUSED = {
    "an address": ("@ MX 10 mail", "mail A 192.0.2.300"),
    "a policy": ("@ MX 10 ns1", f'_dmarc TXT "v=DMARC1; p=none; rua=mailto:{"d" * 66_000}@a.example"'),
    "a key": ("@ MX 10 ns1", f's1._domainkey TXT "v=DKIM1; p={"A" * 66_000}"'),
    "an SPF record": ("@ MX 10 ns1", f'@ TXT "v=spf1 {"a " * 33_000}-all"'),
}
ABSENCE = {"mx-target-resolves", "spf-unresolvable-a-mx"}


@pytest.mark.parametrize("name", REFUSED)
def test_what_was_refused_is_not_told_again_as_missing(name: str) -> None:
    exchange, refused = REFUSED[name]
    head = "$ORIGIN a.example.\n$TTL 3600\n@ SOA ns1 hm 1 2 3 4 5\n@ NS ns1\nns1 A 192.0.2.53\n"
    write("zones/a.example.zone", f"{head}{exchange}\n{refused}\n")
    report = run()
    assert [entry.code for entry in report.refused] == ["master-bad-rdata"]
    missing = {"an address": ABSENCE, "a policy": {"dmarc-present"}, "a key": {"dkim-present"}}
    found = {finding.rule for finding in report.findings}
    assert not found & missing.get(name, {"spf-present"})
    assert any("could not be read" in skip.why for skip in report.skipped)


def test_in_yaml_too() -> None:
    write(
        "zones/a.example.yaml",
        "'':\n  type: MX\n  value: {exchange: mail.a.example., preference: 1}\n"
        "mail:\n  type: A\n  value: 192.0.2.300\n"
        "s1._domainkey:\n  type: TXT\n",
    )
    report = run()
    assert len(report.refused) == 2
    assert not {finding.rule for finding in report.findings} & (ABSENCE | {"dkim-present"})


def test_an_empty_zone_is_told_once() -> None:
    write("zones/a.example.yaml", "")
    assert [finding.rule for finding in run().findings] == ["zone-empty"]


def test_a_folder_without_zones_is_no_success() -> None:
    Path("empty").mkdir()
    with pytest.raises(UsageError, match="no zones in empty"):
        run("empty")
    write(
        "config/production.yaml",
        "providers: {y: {class: octodns.provider.yaml.YamlProvider, directory: empty}}\nzones: {'*': {sources: [y]}}\n",
    )
    with pytest.raises(UsageError, match="no zones in config") as caught:
        run("config")
    assert "octoDNS configuration" in caught.value.hint
    with pytest.raises(UsageError, match="no zones in config/production"):
        run("config/production.yaml")
    zone("zones/a.example.zone")
    assert [(entry.code, entry.at.path) for entry in run("zones", "empty").refused] == [("no-zones", "empty")]
    assert not run("zones", "zones").refused


def rules_of(*paths: str, **settings: object) -> set[str]:
    return {finding.rule for finding in run(*paths, **settings).findings}


def test_select_in_the_configuration_runs_nothing_but_what_it_names() -> None:
    zone("zones/a.example.zone")
    zone("zones/b.example.zone")
    assert len(rules_of()) > 1
    write("mailcheck.yaml", "rules: {select: [spf-all-*]}\n")
    assert rules_of() == {"spf-all-neutral"}
    assert rules_of(select=("spf-*", "mx-*"), ignore=("spf-*",)) <= {"mx-present"}
    assert not rules_of(ignore=("spf-all-neutral",))
    write("mailcheck.yaml", "rules: {select: [spf-all-*], ignore: [spf-all-neutral]}\n")
    assert not run().findings
    write("mailcheck.yaml", "rules: {zones: {a.example: {select: [spf-all-*]}}}\n")
    findings = run().findings
    assert {finding.rule for finding in findings if finding.subject.zone == "a.example."} == {"spf-all-neutral"}
    assert len({finding.rule for finding in findings if finding.subject.zone == "b.example."}) > 1


SUPPRESSED = ZONE.replace("@ TXT", "; mailcheck: ignore[mx-present] none wanted until 2020-01-01\n@ TXT")


def test_findings_about_suppressions_are_chosen_as_rules_are() -> None:
    write("zones/a.example.zone", SUPPRESSED.format(name="a.example"))
    own = "suppression-expired"
    assert own in rules_of()
    assert own not in rules_of(select=("spf-*",))
    assert own not in rules_of(ignore=("suppression-*",))
    assert rules_of(select=("suppression-expired",)) == {own}
    write("mailcheck.yaml", "rules: {severity: {suppression-expired: error}}\n")
    assert [finding.severity.word for finding in run().findings if finding.rule == own] == ["error"]
    write("mailcheck.yaml", "rules: {zones: {b.example: {ignore: [suppression-*]}}}\n")
    assert own in rules_of()
    write("mailcheck.yaml", "rules: {zones: {a.example: {ignore: [suppression-*]}}}\n")
    assert own not in rules_of()
    with pytest.raises(UsageError, match="no rule matches"):
        run(ignore=("suppression-none",))

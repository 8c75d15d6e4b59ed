"""What administrators expect of a tool that counts SPF lookups, each learnt from a tool that got it wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mailcheck.cli.main import main

HOSTS = "\n".join(f"h{number} A 192.0.2.{number}\nh{number} AAAA 2001:db8::{number}" for number in range(1, 15))


@pytest.fixture
def lint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Lint:
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.chdir(tmp_path)
    return Lint(tmp_path, capsys)


class Lint:
    """`mailcheck lint --select RULE` over zones given as lines; its output, and its exit code in `code`."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capsys = capsys
        self.code = 0

    def __call__(self, rule: str, lines: str, **more: str) -> str:
        for name, text in {"example.com": lines, **more}.items():
            head = f"$ORIGIN {name}.\n$TTL 3600\n@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n@ NS ns1.example.net.\n"
            (self.folder / f"{name}.zone").write_text(head + text + "\n")
        self.code = main(["lint", "--select", rule, str(self.folder)])
        return self.capsys.readouterr().out


def hosts(count: int, first: int = 1) -> str:
    return " ".join(f"a:h{number}.example.com" for number in range(first, first + count))


def test_the_tree_goes_on_past_the_tenth_lookup_and_shows_what_costs_most(lint: Lint) -> None:
    shown = lint(
        "spf-lookup-limit",
        f'@ TXT "v=spf1 mx include:one.example.com include:_big.example.com -all"\n@ MX 10 h1\n'
        f'one TXT "v=spf1 a:h1.example.com -all"\n'
        f'_big TXT "v=spf1 {hosts(11)} redirect=_more.example.com"\n_more TXT "v=spf1 {hosts(3, 12)} ~all"\n{HOSTS}',
    )
    assert lint.code == 1
    assert "takes 19 DNS lookups in the worst case" in shown
    assert "`include:_big.example.com` alone takes 16" in shown
    tree = [re.sub(r"^ *[|=]? *", "", line) for line in shown.splitlines()]
    listed = [line for line in tree if re.match(r"\d+  ", line)]
    assert listed == [
        "19  example.com",
        "1    mx",
        "2    include:one.example.com",
        "1      a:h1.example.com",
        "16    include:_big.example.com",
        *[f"1      a:h{number}.example.com" for number in range(1, 12)],
        "4      redirect=_more.example.com",
        *[f"1        a:h{number}.example.com" for number in range(12, 15)],
    ]


@pytest.mark.parametrize(("count", "code"), [(10, 0), (11, 1)])
def test_ten_are_allowed_and_eleven_are_not(lint: Lint, count: int, code: int) -> None:
    lint("spf-lookup-limit", f'@ TXT "v=spf1 {hosts(count)} -all"\n{HOSTS}')
    assert lint.code == code


def test_an_mx_is_one_lookup_however_many_exchanges(lint: Lint) -> None:
    exchanges = "\n".join(f"@ MX 10 h{number}" for number in range(1, 8))
    lint("spf-lookup-limit", f'@ TXT "v=spf1 mx {hosts(9)} -all"\n{exchanges}\n{HOSTS}')
    assert lint.code == 0
    assert "takes 11 DNS lookups" in lint(
        "spf-lookup-limit", f'@ TXT "v=spf1 mx {hosts(10)} -all"\n{exchanges}\n{HOSTS}'
    )


def test_the_worst_case_does_not_end_at_a_term_that_matches_everything(lint: Lint) -> None:
    shown = lint(
        "spf-lookup-limit",
        f'@ TXT "v=spf1 ip4:0.0.0.0/0 include:_all.example.com {hosts(11)} -all"\n_all TXT "v=spf1 +all"\n{HOSTS}',
    )
    assert "takes 12 DNS lookups" in shown


def test_the_current_domain_changes_in_an_include_and_not_back(lint: Lint) -> None:
    inner = " ".join(f"exists:{number}.%{{d}}" for number in range(9))
    shown = lint(
        "spf-lookup-limit",
        f'@ TXT "v=spf1 include:_spf.%{{d}} a:%{{d}} -all"\n@ A 192.0.2.1\n_spf TXT "v=spf1 {inner} ?all"\n'
        "*._spf A 127.0.0.2",
    )
    assert "takes 11 DNS lookups" in shown


def test_terms_that_find_an_address_of_one_family_are_not_void(lint: Lint) -> None:
    four = "\n".join(f"f{number} A 192.0.2.{number}" for number in range(4))
    terms = " ".join(f"a:f{number}.example.com" for number in range(4))
    lint("spf-void-lookups", f'@ TXT "v=spf1 {terms} -all"\n{four}')
    assert lint.code == 0


def test_exchanges_without_an_address_are_one_void_term_at_most(lint: Lint) -> None:
    exchanges = "\n".join(f"@ MX 10 gone{number}" for number in range(5))
    lint(
        "spf-void-lookups",
        f'@ TXT "v=spf1 mx a:gone.example.com mx:h1.example.com -all"\nh1 MX 0 .\n{exchanges}\n{HOSTS}',
    )
    assert lint.code == 0


def test_void_terms_are_named(lint: Lint) -> None:
    shown = lint(
        "spf-void-lookups", '@ TXT "v=spf1 a:old1.example.com mx:old2.example.com exists:old3.example.com -all"'
    )
    assert lint.code == 1
    assert "`a:old1.example.com`, `mx:old2.example.com`, `exists:old3.example.com`" in shown


def test_two_records_are_told(lint: Lint) -> None:
    lint("spf-single-record", '@ TXT "v=spf1 -all"\n@ TXT "v=spf1 mx -all"')
    assert lint.code == 1


@pytest.mark.parametrize("policy", ["reject", "quarantine"])
def test_softfail_is_right_where_dmarc_enforces(lint: Lint, policy: str) -> None:
    (Path("mailcheck.yaml")).write_text("rules: {options: {spf-all-qualifier: {require: fail}}}\n")
    lint("spf-all-qualifier", f'@ TXT "v=spf1 ip4:192.0.2.1 ~all"\n_dmarc TXT "v=DMARC1; p={policy}"')
    assert lint.code == 0
    lint("spf-all-qualifier", '@ TXT "v=spf1 ip4:192.0.2.1 ~all"\n_dmarc TXT "v=DMARC1; p=none"')
    assert lint.code == 1

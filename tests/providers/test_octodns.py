"""Any octoDNS provider by declaration: where its class and options come from, and what becomes of its failures."""

from __future__ import annotations

import logging
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mailcheck_providers import installed
from mailcheck_providers.environment import Secrets
from mailcheck_providers.octodns import OctodnsProvider
from octodns.provider.base import BaseProvider
from octodns.record import Create, Delete, Record
from octodns.zone import Zone as OctodnsZone

from mailcheck.errors import ExitCode, OutcomeUnknown, ProviderError, UsageError
from mailcheck.model.progress import Silent
from tests.lab.powerdns import powerdns
from tests.lab.signed import bind
from tests.providers.syncing import applied, back_to, opened, planned, synced, wanted

TOKEN = "marked-token-of-the-tests"
BIND = "octodns_bind.Rfc2136Provider"


class Memory(BaseProvider):
    """An octoDNS provider that holds a zone in memory and fails when told to, before or after a change."""

    SUPPORTS = frozenset({"A", "AAAA", "CNAME", "MX", "NS", "TXT", "Memory/ODD"})
    SUPPORTS_GEO = SUPPORTS_DYNAMIC = False
    SUPPORTS_ROOT_NS = True

    def __init__(self, **options: Any) -> None:
        self.log = logging.getLogger("Memory")
        super().__init__("memory", **options)
        self.records: dict[tuple[str, str], dict[str, Any]] = {}
        self.exists = True
        self.writes = 0
        self.fail_after: int | None = None
        self.unreadable = ""
        self.source: dict[str, Any] = {}

    def populate(self, zone: OctodnsZone, target: bool = False, lenient: bool = False) -> bool:
        if self.unreadable:
            raise RuntimeError(self.unreadable)
        for (name, rdtype), data in (self.records if target else {**self.records, **self.source}).items():
            zone.add_record(Record.new(zone, name, {**data, "type": rdtype}, lenient=True), lenient=True)
        return self.exists

    def _apply(self, plan: Any) -> None:
        self.writes += 1
        for number, change in enumerate(plan.changes):
            if number == self.fail_after:
                raise RuntimeError(f"500 Server Error\nfor url: https://dns.example.net/?token={TOKEN}")
            if isinstance(change, Delete):
                del self.records[change.existing.name, change.existing._type]
            else:
                assert isinstance(change, Create) == ((change.new.name, change.new._type) not in self.records)
                self.records[change.new.name, change.new._type] = dict(change.new.data)
        if self.fail_after is not None:
            raise RuntimeError("connection reset")


@pytest.fixture
def memory() -> Memory:
    found = Memory()
    found.records = {
        ("", "NS"): {"ttl": 3600, "value": "ns1.example.com."},
        ("ns1", "A"): {"ttl": 3600, "value": "192.0.2.53"},
    }
    return found


@pytest.fixture
def provider(memory: Memory) -> OctodnsProvider:
    return OctodnsProvider("memory", memory, Secrets([TOKEN]))


class TestSyncing:
    def test_1_a_plan_writes_nothing_and_after_an_apply_there_is_none(
        self, memory: Memory, provider: OctodnsProvider, tmp_path: Path
    ) -> None:
        desired = wanted("@ TXT v=DKIM1; p=a\\b", "@ MX 10 mail.example.com.", "mail A 192.0.2.25")
        plan = planned(provider, desired)
        assert memory.writes == 0
        assert applied(provider, plan, tmp_path).outcome == "applied"
        assert memory.records["mail", "A"] == {"ttl": 3600, "value": "192.0.2.25"}
        assert planned(provider, desired).steps == ()

    def test_each_name_is_one_step_with_addresses_first_and_removals_last(
        self, memory: Memory, provider: OctodnsProvider
    ) -> None:
        memory.records["gone", "TXT"] = {"ttl": 60, "value": "x"}
        memory.records["www", "CNAME"] = {"ttl": 60, "value": "example.net."}
        plan = planned(provider, wanted("@ MX 10 mail.example.com.", "mail A 192.0.2.25", "www A 192.0.2.80"))
        assert [step.names for step in plan.steps] == [
            ("www.example.com.",),
            ("mail.example.com.",),
            ("example.com.",),
            ("gone.example.com.",),
        ]
        assert [each["type"] for each in plan.steps[0].operations] == ["CNAME", "A"]
        assert plan.preflight.transaction is None

    def test_18_a_rollback_restores_what_was_there(
        self, memory: Memory, provider: OctodnsProvider, tmp_path: Path
    ) -> None:
        memory.records["www", "CNAME"] = {"ttl": 60, "value": "example.net.", "octodns": {"memory": {"weight": 3}}}
        memory.records["", "TXT"] = {"ttl": 60, "values": ["v=spf1 -all", "other"]}
        before = dict(memory.records)
        plan = planned(provider, wanted("@ TXT v=spf1 mx -all", "www A 192.0.2.1"))
        assert applied(provider, plan, tmp_path).outcome == "applied"
        assert applied(provider, back_to(provider, plan), tmp_path).outcome == "applied"
        before["", "TXT"]["values"].sort()
        assert memory.records == before

    def test_13_a_type_of_the_provider_s_own_is_not_deleted(
        self, memory: Memory, provider: OctodnsProvider, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from octodns.record.txt import TxtRecord

        monkeypatch.setitem(Record._CLASSES, "Memory/ODD", type("Odd", (TxtRecord,), {"_type": "Memory/ODD"}))
        memory.records["odd", "Memory/ODD"] = {"ttl": 60, "value": "x"}
        assert planned(provider, wanted()).steps == ()

    def test_6_a_zone_that_is_not_there_is_refused(self, memory: Memory, provider: OctodnsProvider) -> None:
        memory.records, memory.exists = {}, False
        with pytest.raises(ProviderError, match=r"memory has no zone example\.com\."):
            planned(provider, wanted())
        assert len(planned(provider, wanted(), create=True).plan.changes) == 2

    def test_name_servers_that_the_provider_sets_itself_are_left_alone_and_that_is_said(
        self, memory: Memory, provider: OctodnsProvider
    ) -> None:
        memory.SUPPORTS_ROOT_NS = False
        plan = planned(provider, wanted("@ NS ns2.example.com."))
        assert plan.plan.changes == ()
        assert "name servers" in plan.preflight.notes[0]

    def test_a_provider_that_writes_zones_anew_is_refused(self, memory: Memory, provider: OctodnsProvider) -> None:
        memory.records, memory.source = {}, dict(memory.records)
        with pytest.raises(ProviderError, match="anew each time"):
            planned(provider, wanted())

    def test_writing_that_is_switched_off_is_told(self, tmp_path: Path) -> None:
        provider = OctodnsProvider("memory", Memory(apply_disabled=True), Secrets([]))
        done = synced(provider, wanted(), tmp_path)
        assert (done.outcome, done.done) == ("failed", 0)
        assert "switched off" in done.message

    def test_what_the_provider_does_not_support_is_one_line(self, provider: OctodnsProvider) -> None:
        with pytest.raises(ProviderError, match=r"^memory: planning example\.com\.: memory: CAA records not supp"):
            planned(provider, wanted('@ CAA 0 issue "ca.example.net"'))


class TestFailures:
    @pytest.fixture
    def step(self, provider: OctodnsProvider) -> Any:
        (step,) = planned(provider, wanted("www A 192.0.2.1", "www AAAA 2001:db8::1")).steps
        return step

    def test_before_the_first_change_nothing_is_written(
        self, memory: Memory, provider: OctodnsProvider, step: Any
    ) -> None:
        memory.fail_after = 0
        with pytest.raises(
            ProviderError, match=r"writing www\.example\.com\.: 500 Server Error for url"
        ) as caught:
            provider.write("example.com.", step, Silent())
        assert not isinstance(caught.value, OutcomeUnknown)
        assert caught.value.exit_code == ExitCode.CHANGE_FAILED
        assert TOKEN not in "".join(traceback.format_exception(caught.value))
        assert "\n" not in caught.value.message

    def test_half_way_it_says_so(self, memory: Memory, provider: OctodnsProvider, step: Any) -> None:
        memory.fail_after = 1
        with pytest.raises(OutcomeUnknown, match="written in part"):
            provider.write("example.com.", step, Silent())

    def test_4_after_the_last_change_it_is_applied(
        self, memory: Memory, provider: OctodnsProvider, step: Any
    ) -> None:
        memory.fail_after = 2
        provider.write("example.com.", step, Silent())
        assert memory.writes == 1

    def test_without_a_second_look_it_is_unknown(
        self, memory: Memory, provider: OctodnsProvider, step: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(_: Any) -> None:
            memory.unreadable = f"no answer for {TOKEN}"
            raise RuntimeError("timed out")

        monkeypatch.setattr(memory, "_apply", fail)
        with pytest.raises(OutcomeUnknown, match=r"timed out; and reading again failed: .*\*\*\*") as caught:
            provider.write("example.com.", step, Silent())
        assert TOKEN not in caught.value.message

    def test_an_interrupted_apply_converges_when_run_again(
        self, memory: Memory, provider: OctodnsProvider, tmp_path: Path
    ) -> None:
        desired = wanted("www A 192.0.2.1", "www AAAA 2001:db8::1", "mail A 192.0.2.2")
        memory.fail_after = 1
        assert synced(provider, desired, tmp_path).outcome == "unknown"
        memory.fail_after = None
        assert synced(provider, desired, tmp_path).outcome == "applied"
        assert planned(provider, desired).steps == ()


class TestDeclaration:
    ENVIRONMENT: dict[str, str] = {"DNS_HOST": "127.0.0.1", "DNS_TOKEN": TOKEN}  # noqa: RUF012

    def _error(self, options: dict[str, Any], **changed: str) -> UsageError | ProviderError:
        with pytest.raises((UsageError, ProviderError)) as caught:
            opened("octodns", {**self.ENVIRONMENT, **changed}, options)
        assert TOKEN not in f"{caught.value.message} {caught.value.hint}"
        return caught.value

    def test_there_must_be_a_class(self) -> None:
        assert self._error({}).message == "the provider octodns has no `class`"

    @pytest.mark.parametrize(
        "value",
        ["127.0.0.1", "env/", "env/DNS_HOST/default", "env/dns host", "ENV/DNS_HOST", "", 53, None, ["env/A"]],
    )
    def test_a_value_in_the_file_is_refused(self, value: Any) -> None:
        error = self._error({"class": BIND, "host": value})
        assert error.message == "the provider's option `host` must come from an environment variable"

    def test_a_variable_that_is_not_set_is_named(self) -> None:
        assert (
            "DNS_OTHER is not set: the provider's option `host`"
            in self._error({"class": BIND, "host": "env/DNS_OTHER"}).message
        )

    def test_a_token_with_a_line_break_is_refused(self) -> None:
        error = self._error({"class": BIND, "host": "env/DNS_TOKEN"}, DNS_TOKEN=f"{TOKEN}\n")
        assert "DNS_TOKEN holds a line break" in error.message

    def test_an_option_that_the_class_does_not_have(self) -> None:
        error = self._error({"class": BIND, "host": "env/DNS_HOST", "colour": "env/DNS_TOKEN"})
        assert error.message.startswith(f"{BIND} does not take the options given: ")
        assert "colour" in error.message

    @pytest.mark.parametrize(
        ("option", "value", "message"),
        [("port", TOKEN, r"\*\*\*"), ("ipv6", "perhaps", "`ipv6` must be true or false")],
    )
    def test_a_value_of_the_wrong_type(self, option: str, value: str, message: str) -> None:
        error = self._error({"class": BIND, "host": "env/DNS_HOST", option: "env/DNS_ODD"}, DNS_ODD=value)
        assert message.replace("\\", "") in error.message

    def test_values_are_of_the_type_that_the_class_expects(self) -> None:
        options = {
            name: f"env/{name.upper()}" for name in ("host", "port", "timeout", "key_secret", "apply_disabled")
        }
        environment = {
            "HOST": "::1",
            "PORT": "5353",
            "TIMEOUT": "3",
            "KEY_SECRET": "123456",
            "APPLY_DISABLED": "False",
        }
        target = opened("octodns", environment, {"class": BIND, **options}).target
        assert (target.port, target.timeout, target.key_secret, target.apply_disabled) == (
            5353,
            3.0,
            "123456",
            False,
        )

    @pytest.mark.parametrize(
        ("path", "message"),
        [
            ("Rfc2136Provider", "is not the dotted path of a class"),
            ("octodns_bind;import os.X", "is not the dotted path of a class"),
            (["octodns_bind.Rfc2136Provider"], "has no `class`"),
            ("octodns_nowhere.Provider", "octodns_nowhere is not installed"),
            ("octodns_bind.Nothing", "there is no class octodns_bind.Nothing"),
            ("octodns_bind.nothing.Nothing", "octodns_bind.nothing cannot be imported: No module named"),
            ("octodns_bind.getLogger", "octodns_bind.getLogger is not a class"),
            ("octodns_bind.AxfrSource", "octodns_bind.AxfrSource is not a provider of octoDNS"),
            ("builtins.dict", "builtins does not belong to an installed distribution"),
            ("subprocess.Popen", "subprocess does not belong to an installed distribution"),
            ("mailcheck_providers.octodns.OctodnsProvider", "does not belong to an installed distribution"),
            ("tests.providers.test_octodns.Memory", "does not belong to an installed distribution"),
        ],
    )
    def test_the_class_must_be_a_provider_of_an_installed_distribution(self, path: Any, message: str) -> None:
        error = self._error({"class": path, "host": "env/DNS_HOST"})
        assert isinstance(error, UsageError)
        assert message in error.message


class TestWhereClassesComeFrom:
    @pytest.fixture
    def working_tree(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
        """A folder on Python's path, as `python -m` puts it there, with a package that tells when it is imported."""
        (tmp_path / "evil_dns").mkdir()
        (tmp_path / "evil_dns" / "__init__.py").write_text("raise SystemExit('imported')\nclass Provider: ...\n")
        monkeypatch.chdir(tmp_path)
        monkeypatch.syspath_prepend(str(tmp_path))
        yield tmp_path
        sys.modules.pop("evil_dns", None)

    def test_a_package_of_the_working_tree_is_not_imported(self, working_tree: Path) -> None:
        with pytest.raises(UsageError, match="does not belong to an installed distribution"):
            installed.installed_class("evil_dns.Provider")
        assert "evil_dns" not in sys.modules

    def test_nor_when_the_tree_says_that_it_is_installed(self, working_tree: Path) -> None:
        (working_tree / "evil_dns-1.0.dist-info").mkdir()
        (working_tree / "evil_dns-1.0.dist-info" / "METADATA").write_text("Name: evil-dns\nVersion: 1.0\n")
        (working_tree / "evil_dns-1.0.dist-info" / "RECORD").write_text("evil_dns/__init__.py,,\n")
        with pytest.raises(UsageError, match="does not belong to an installed distribution"):
            installed.installed_class("evil_dns.Provider")
        assert "evil_dns" not in sys.modules

    def test_nor_a_file_in_the_site_folder_that_no_distribution_owns(
        self, working_tree: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("site.getsitepackages", lambda: [str(working_tree)])
        with pytest.raises(UsageError, match="does not belong to an installed distribution"):
            installed.installed_class("evil_dns.Provider")
        assert "evil_dns" not in sys.modules

    def test_nor_the_program_itself(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys.modules["__main__"], "__spec__", None)
        with pytest.raises(UsageError, match="__main__ is not installed"):
            installed.installed_class("__main__.Provider")

    def test_nor_a_folder_without_a_module(self, working_tree: Path) -> None:
        (working_tree / "evil_space").mkdir()
        with pytest.raises(UsageError, match="does not belong to an installed distribution"):
            installed.installed_class("evil_space.module.Provider")

    def test_one_in_the_folder_of_a_user_is(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr("site.ENABLE_USER_SITE", True)
        monkeypatch.setattr("site.getusersitepackages", lambda: str(tmp_path))
        assert installed.installed_class("octodns.zone.Zone") is OctodnsZone


@pytest.mark.slow
@pytest.mark.enable_socket
class TestDeclaredServers:
    @pytest.mark.filterwarnings("ignore::DeprecationWarning")  # octodns-bind uses what octoDNS calls old
    def test_bind_by_its_class(self, tmp_path: Path) -> None:
        (folder := tmp_path / "server").mkdir()
        options = {
            "class": BIND,
            **{name: f"env/BIND_{name.upper()}" for name in ("host", "port", "key_name", "key_secret")},
        }
        with bind(folder) as server:
            provider = opened("octodns", server.environment(), options)
            desired = wanted("@ TXT v=spf1 mx -all", "@ MX 10 mail.example.com.", "mail A 192.0.2.25")
            assert synced(provider, desired, tmp_path).outcome == "applied"
            assert server.zone()["example.com.", "MX"] == (3600, {"10 mail.example.com."})
            assert planned(provider, desired).steps == ()

    def test_powerdns_by_its_class(self, tmp_path: Path) -> None:
        (folder := tmp_path / "server").mkdir()
        options = {
            "class": "octodns_powerdns.PowerDnsProvider",
            **{name: f"env/POWERDNS_{name.upper()}" for name in ("host", "port", "api_key")},
        }
        with powerdns(folder, create=False) as server:
            provider = opened("octodns", server.environment(), options)
            desired = wanted("@ TXT v=spf1 mx -all", "@ MX 10 mail.example.com.", "mail A 192.0.2.25")
            plan = planned(provider, desired, create=True)
            assert applied(provider, plan, tmp_path).outcome == "applied"
            assert server.zone()["mail.example.com.", "A"] == (3600, {"192.0.2.25"})
            assert planned(provider, desired).steps == ()


def test_nothing_heavy_is_imported_before_a_provider_is_opened() -> None:
    modules = ", ".join(f"mailcheck_providers.{name}" for name in ("bind", "octodns", "powerdns"))
    heavy = "{'octodns', 'octodns_bind', 'octodns_powerdns', 'requests', 'dns'}"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys, {modules}; print(sorted({heavy} & set(sys.modules)))"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"

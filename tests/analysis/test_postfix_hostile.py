"""Configurations of Postfix that are made to take long or to go round in circles."""

from __future__ import annotations

from mailcheck.analysis.postfix import MAX_SERVICES, Postfix, read_postfix
from mailcheck.model.machine import HostFile


def postfix(main: str, master: str = "smtp inet n - y - - smtpd\n") -> Postfix:
    files = {
        f"/etc/postfix/{name}": HostFile(f"/etc/postfix/{name}", "file", text=text)
        for name, text in (("main.cf", main), ("master.cf", master))
    }
    found = read_postfix(files, version="3.7.11")
    assert found is not None
    return found


def test_names_that_stand_for_each_other_are_not_determined() -> None:
    found = postfix("myhostname = $mydomain\nmydomain = $myhostname\nqueue_directory = $queue_directory\n")
    for name in ("myhostname", "mydomain", "queue_directory", "mydestination"):
        setting = found.of(name)
        assert not setting.is_determined
        assert setting.value == ""


def test_a_former_parameter_that_a_default_names_is_empty() -> None:
    assert postfix("").of("virtual_alias_domains").is_determined
    assert postfix("").of("smtp_fallback_relay").is_determined
    assert postfix("").of("smtpd_authorized_verp_clients").is_determined
    assert postfix("virtual_maps = hash:/x\n").of("virtual_alias_maps").value == "hash:/x"


def test_expansions_of_one_configuration_share_a_bound() -> None:
    main = (
        "a = " + "$b" * 20_000 + "\nb = ${c?" + "x" * 40_000 + "}\n" + "".join(f"p{n} = $a\n" for n in range(50))
    )
    found = postfix(main)
    assert all(found.of(f"p{number}").problem for number in range(50))


def test_a_list_that_grows_too_long_is_cut_and_not_determined() -> None:
    found = postfix("mydestination = " + "$mynetworks," * 60_000 + "\nmynetworks = " + "192.0.2.1/32 " * 5_000)
    assert len(found.items("mydestination")) < 1_000_000
    assert not found.of("mydestination").is_determined


def test_too_many_services_are_not_judged() -> None:
    lines = "".join(f"{port} inet n - y - - smtpd\n" for port in range(1, MAX_SERVICES + 1))
    assert len(postfix("", lines).services) == MAX_SERVICES
    found = postfix("", lines + "smtp inet n - y - - smtpd\n")
    assert found.services == ()
    assert found.master_why == f"holds over {MAX_SERVICES} services"


def test_of_a_service_that_stands_twice_the_last_line_holds() -> None:
    (service,) = postfix("", "smtp inet n - y - - smtpd\n  -o biff=no\nsmtp inet n - n - - smtpd\n").services
    assert (service.chroot, dict(service.overrides)) == (False, {})

"""PostSRSd's domain and the host's names; what only a running shell knows is not determined."""

from mailcheck.analysis.host_system import HostSystem
from mailcheck.analysis.srs import Srs, srs_files
from mailcheck.model.machine import HostFile, Machine


def files(texts: dict[str, str]) -> dict[str, HostFile]:
    return {path: HostFile(path, "file", text=text) for path, text in texts.items()}


def test_srs_1() -> None:
    known = files({"/etc/default/postsrsd": "SRS_EXCLUDE_DOMAINS=.a.example,b.example\nRUN_AS=$(id)\n"})
    assert Srs(known).domain.value is None
    srs = Srs(known, "host.example")
    assert (srs.generation, srs.domain.value, srs.forward_port.value, srs.user.value) == (
        1,
        "host.example",
        "10001",
        None,
    )
    assert [srs.leaves_alone(name) for name in ("host.example", "x.a.example", "a.example", "b.example")] == [
        True,
        True,
        False,
        True,
    ]
    assert srs_files(known)["/etc/postsrsd.secret"] == "secret"


def test_srs_2() -> None:
    conf = 'domains = { "a.example", ".b.example" } # c\nsocketmap = unix:/s\nnonsense = 1\n'
    srs = Srs(files({"/etc/postsrsd.conf": conf}))
    assert (srs.generation, srs.domain.value) == (2, "a.example")
    assert srs.socketmap is not None
    assert srs.socketmap.path == "/s"
    assert [problem.kind for problem in srs.problems] == ["unknown-option"]
    both = Srs(files({"/etc/postsrsd.conf": conf, "/etc/default/postsrsd": ""}))
    assert (both.generation, both.domain.value) == (None, None)


def test_names_and_groups() -> None:
    known = files({
        "/etc/hostname": "mail\n", "/etc/hosts": "127.0.1.1 example.com mail # x\n", "/etc/mailname": "example.com\n",
        "/etc/group": "opendkim:x:9:postfix\n", "/etc/passwd": "opendkim:x:8:9::/:/bin/false\nbroken\n",
    })  # fmt: skip
    system = HostSystem(Machine(known))
    assert (system.fqdn.value, system.domain.value, system.mailname.value) == ("example.com", "com", "example.com")
    assert (system.domain.at.column, system.domain.at.end_column) == (19, 22)
    assert system.is_member("postfix", "opendkim")
    assert system.is_member("opendkim", "opendkim")
    assert HostSystem(Machine({})).is_member("postfix", "opendkim") is None

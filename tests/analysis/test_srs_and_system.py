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


OVERRIDE = "/etc/systemd/system/postsrsd.service.d/own.conf"


def started(command: str, more: str = "") -> dict[str, HostFile]:
    """A host whose unit starts PostSRSd with a command line of its own, told by a drop-in alone."""
    folder = OVERRIDE.rpartition("/")[0]
    unit = f"[Service]\n{more}ExecStart=\nExecStart={command}\n"
    known = files({"/etc/default/postsrsd": "SRS_DOMAIN=other.example\nSRS_FORWARD_PORT=1\n", OVERRIDE: unit})
    return known | {folder: HostFile(folder, "folder", names=("own.conf",))}


def test_srs_1_without_its_launcher_is_what_its_options_say() -> None:
    known = started(
        "/usr/sbin/postsrsd -f 10011 -r10012 -d srs.example -s /s -Ae -Xa.example -X.b.example -- -f 9"
    )
    srs = Srs(known)
    assert (srs.generation, srs.domain.value, srs.forward_port.value) == (1, "srs.example", "10011")
    assert (srs.reverse_port.value, srs.secrets_file.value, srs.always_rewrites.value) == ("10012", "/s", "yes")
    assert (srs.domain.at.path, srs.domain.at.line, srs.domain.at.column) == (OVERRIDE, 3, 50)
    assert srs.leaves_alone("c.b.example") is True
    assert srs.listen_address.value is None  # `-e` takes from the environment what no option says
    assert srs_files(known)["/s"] == "secret"


def test_srs_1_with_options_and_their_defaults() -> None:
    srs = Srs(started("/usr/local/sbin/postsrsd -s /s -d srs.example"))
    assert (srs.forward_port.value, srs.reverse_port.value) == ("10001", "10002")
    assert (srs.user.value, srs.chroot.value, srs.excluded) == ("", "", ())


def test_srs_1_with_options_that_only_systemd_knows() -> None:
    srs = Srs(started("/usr/sbin/postsrsd -s /s -d %H -f 10011 %i"))
    assert (srs.domain.value, srs.forward_port.value, srs.reverse_port.value) == (None, "10011", None)
    named = Srs(started("/usr/sbin/postsrsd -s /s -d ${DOMAIN}", "Environment=DOMAIN=srs.example\n"))
    assert named.domain.value == "srs.example"


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

"""OpenDKIM's facts: socket, user, signing; what could not be read is not determined."""

import pytest

from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.opendkim import OpenDkim, opendkim_facts, opendkim_files
from mailcheck.model.machine import HostFile

CONF = "/etc/opendkim.conf"
UNIT = "/lib/systemd/system/opendkim.service"
STOCK = "[Service]\nExecStart=/usr/sbin/opendkim\n"
OVERRIDE = "/etc/systemd/system/opendkim.service.d"
TABLES = "KeyTable /kt\nSigningTable refile:/st\n"


def files(texts: dict[str, str]) -> dict[str, HostFile]:
    found = {path: HostFile(path, "file", text=text) for path, text in texts.items()}
    if f"{OVERRIDE}/override.conf" in texts:
        found[OVERRIDE] = HostFile(OVERRIDE, "folder", names=("override.conf",))
    return found


def test_default_socket_is_ignored_by_the_unit() -> None:
    daemon = OpenDkim(
        files({CONF: "Socket local:/a # x\n", UNIT: STOCK, "/etc/default/opendkim": "SOCKET=inet:1\n"})
    )
    assert daemon.socket is not None
    assert (daemon.socket.kind, daemon.socket.path) == ("unix", "/a")
    assert (daemon.socket.at.line, daemon.socket.at.column, daemon.socket.at.end_column) == (1, 8, 16)
    assert daemon.default_socket_ignored


def test_command_line_of_an_override_wins() -> None:
    override = "[Service]\nExecStart=\nExecStart=/usr/sbin/opendkim -p inet:8891@localhost -u opendkim:postfix\n"
    daemon = OpenDkim(files({CONF: "Socket local:/a\n", UNIT: STOCK, f"{OVERRIDE}/override.conf": override}))
    assert daemon.option("Socket").value == "inet:8891@localhost"
    assert daemon.option("Socket").origin == "unit"
    assert (daemon.user.value, daemon.group.value) == ("opendkim", "postfix")


def test_init_script_takes_the_default_socket_where_the_file_has_none() -> None:
    texts = {CONF: "Mode s\n", "/etc/init.d/opendkim": "", "/etc/default/opendkim": "R=/r\nSOCKET=local:$R/s\n"}
    daemon = OpenDkim(files(texts))
    assert daemon.socket is not None
    assert daemon.socket.path == "/r/s"
    assert not daemon.default_socket_ignored


@pytest.mark.parametrize(
    ("pattern", "signs"),
    [("refile:/st *@*.example.com", True), ("/st *@sub.example.com", False), ("/st .example.com", True),
     ("/st example.com", False), ("refile:/st *@sub.example.com", True), ("/st *", True), ("refile:/st *", True),
     ("refile:/st bob@sub.example.com", False)],
)  # fmt: skip
def test_signs_as_opendkim_was_measured(pattern: str, signs: bool) -> None:
    table, key = pattern.split()
    texts = {CONF: f"KeyTable /kt\nSigningTable {table}\n", "/kt": "k example.com:s:/k.pem\n", "/st": f"{key} k\n"}
    found = OpenDkim(files(texts | {UNIT: STOCK})).signs_for("sub.example.com.")
    assert (found is not None) is signs


@pytest.mark.parametrize(
    ("domain", "subdomains", "signed"),
    [
        ("example.com, example.org", "yes", "example.com"),
        ("example.com", "no", None),
        ("*", "no", "sub.example.com"),
    ],
)
def test_domain_option(domain: str, subdomains: str, signed: str | None) -> None:
    conf = f"Domain {domain}\nSelector s\nKeyFile /k\nSubDomains {subdomains}\n"
    found = OpenDkim(files({CONF: conf, UNIT: STOCK})).signs_for("sub.example.com")
    assert not isinstance(found, NotDetermined)
    assert (found.domain if found else None) == signed


def test_unread_tables_are_not_determined_and_dangling_rows_told() -> None:
    denied = files({CONF: TABLES, UNIT: STOCK}) | {"/kt": HostFile("/kt", "denied")}
    assert isinstance(OpenDkim(denied).signs_for("example.com"), NotDetermined)
    told = OpenDkim(files({CONF: TABLES, UNIT: STOCK, "/kt": "k a:b:/c\n", "/st": "*@a k\n*@b gone\n"}))
    assert [row.key_name.text for row in told.dangling] == ["gone"]
    assert OpenDkim(files({UNIT: STOCK}) | {CONF: HostFile(CONF, "denied")}).option("Socket").value is None


def test_files_are_wanted_in_rounds_and_loops_end() -> None:
    known = files(
        {CONF: TABLES + "Include /loop\n", "/loop": "Include /loop\n", UNIT: STOCK, "/kt": "k a:b:/d/k\n"}
    )
    wanted = opendkim_files(known)
    assert wanted["/st"] == "text"
    assert wanted["/d/k"] == "pem"
    assert wanted["/d"] == "stat"
    assert "include-depth" in [problem.kind for problem in OpenDkim(known).problems]
    assert opendkim_facts({}) is None


def test_umask_is_octal_only_with_a_leading_zero() -> None:
    assert OpenDkim(files({CONF: "UMask 007\n", UNIT: STOCK})).umask.value == "007"
    assert OpenDkim(files({CONF: "UMask 22\n", UNIT: STOCK})).umask.value == "026"
    assert OpenDkim(files({CONF: "umask 2\nUMASK 8x\n", UNIT: STOCK})).umask.value is None


def test_a_drop_in_says_how_it_is_started_where_a_copied_tree_lacks_the_unit() -> None:
    folder = "/etc/systemd/system/opendkim.service.d"
    unit = "[Service]\nExecStart=\nExecStart=/usr/sbin/opendkim -p inet:8891@localhost\n"
    known = {
        folder: HostFile(folder, "folder", names=("own.conf",)),
        f"{folder}/own.conf": HostFile(f"{folder}/own.conf", "file", text=unit),
        "/etc/opendkim.conf": HostFile("/etc/opendkim.conf", "file", text="Socket local:/run/opendkim.sock\n"),
    }
    daemon = opendkim_facts(known)
    assert daemon is not None
    assert daemon.option("Socket").value == "inet:8891@localhost"

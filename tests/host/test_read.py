"""A host read in rounds, and what the running one tells."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

import pytest

from mailcheck.host import read as read_module
from mailcheck.host.live import collect, master_started
from mailcheck.host.packages import packaged_postfix
from mailcheck.host.programs import ask
from mailcheck.host.read import read_machine
from mailcheck.host.sockets import interface_addresses, tcp_listeners, unix_listeners
from mailcheck.host.tree import Tree
from mailcheck.model.machine import HostFile, How, Machine, Queue

Files = Mapping[str, HostFile]


def write(root: Path, **files: str) -> None:
    for name, text in files.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def following(files: Files) -> Mapping[str, How]:
    """Each file names the next one."""
    wanted: dict[str, How] = {"/start": "text"}
    wanted.update({file.text.strip(): "text" for file in files.values() if file.text})
    return wanted


def test_rounds(tmp_path: Path) -> None:
    write(tmp_path, start="/one", one="/two", two="/gone")
    with Tree(tmp_path, live=False) as tree:
        machine = read_machine(tree, following)
    assert {path: file.state for path, file in machine.files.items()} == {
        "/gone": "missing", "/one": "file", "/start": "file", "/two": "file",
    }  # fmt: skip
    assert list(machine.files) == sorted(machine.files)
    assert machine.read_at.tzinfo is UTC
    assert not machine.live
    assert machine.as_root == (os.geteuid() == 0)
    assert machine._replace(files={}, read_at=datetime.min, as_root=False) == Machine()


def test_rounds_without_end(tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / f"f{number}").write_text(f"/f{number + 1}")
    (tmp_path / "start").write_text("/f0")
    with Tree(tmp_path, live=False) as tree:
        files = read_machine(tree, following).files
    assert len(files) == 21
    assert files["/f19"] == HostFile("/f19", "refused", "is named only after 20 rounds of reading")


def test_too_many_files(tmp_path: Path) -> None:
    with Tree(tmp_path, live=False) as tree:
        files = read_machine(tree, lambda _: {f"/{number:04}": "text" for number in range(9_000)}).files
    assert len(files) == 1_000
    assert {file.state for file in list(files.values())[:500]} == {"missing"}
    assert {file.why for file in list(files.values())[500:]} == {"is one of more than 500 files"}


def test_too_much_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_module, "MAX_TOTAL", 10)
    write(tmp_path, a="123456", b="123456")
    with Tree(tmp_path, live=False) as tree:
        files = read_machine(tree, lambda _: {"/a": "text", "/b": "text", "/c": "text"}).files
    assert files["/a"].text == "123456"
    assert (files["/b"].state, files["/b"].text) == ("refused", None)
    assert files["/c"].state == "missing"


def test_a_file_found_to_be_a_secret_is_let_go(tmp_path: Path) -> None:
    write(tmp_path, a="hunter2")
    asked: list[How] = ["stat", "text", "secret", "text"]
    with Tree(tmp_path, live=False) as tree:
        machine = read_machine(tree, lambda files: {"/a": asked.pop(0)})
    assert machine.files["/a"] == HostFile("/a", "file", octets=7)
    assert not asked


STATUS = """Package: postfix-doc
Status: install ok installed
Version: 9.9.9

Package: postfix
Status: install ok {state}
Version: 1:3.7.11-0+deb12u1
Description: x

Package: zsh
Version: 5.9
"""


@pytest.mark.parametrize(
    ("path", "text", "version"),
    [
        ("var__lib__dpkg__status", STATUS.format(state="installed"), "3.7.11"),
        ("var__lib__dpkg__status", STATUS.format(state="config-files"), ""),
        ("var__lib__dpkg__status", "Package: postfix\nStatus: install ok installed", ""),
        ("var__lib__dpkg__status", "Package: postfix\nStatus: install ok installed\nVersion: x", ""),
        ("lib__apk__db__installed", "P:a\nV:1.0\n\nP:postfix\nV:3.9.1-r0\n\nP:z\nV:2.0\n", "3.9.1"),
        ("usr__lib__apk__db__installed", "P:postfix\nV:3.10-r0", "3.10"),
        ("var__lib__rpm", "", ""),
    ],
)
def test_the_version_that_a_copied_tree_tells(tmp_path: Path, path: str, text: str, version: str) -> None:
    write(tmp_path, **{path: text})
    with Tree(tmp_path, live=False) as tree:
        assert packaged_postfix(tree) == version
        assert read_machine(tree, lambda _: {}).postfix_version == version


FIB = """Main:
  +-- 0.0.0.0/0 3 0 5
     +-- 127.0.0.0/8 2 0 2
           |-- 127.0.0.1
              /32 host LOCAL
           |-- 192.0.2.2
              /32 host LOCAL
        |-- 192.0.2.255
           /32 link BROADCAST
     |-- 198.51.100.0
        /24 link UNICAST
        /32 host LOCAL
"""
IF_INET6 = (
    "20010db8000000000000000000000002 04 40 00 82     eth0\n"
    "00000000000000000000000000000001 01 80 10 80       lo\n"
    "fe8000000000000000fc00fffe000001 04 40 20 80     eth0\n"
)
UNIX = """Num       RefCount Protocol Flags    Type St Inode Path
0000: 00000002 00000000 00010000 0001 01 1 /run/a b.sock
0000: 00000002 00000000 00010000 0001 01 2 private/smtp
0000: 00000002 00000000 00010000 0001 01 3 @abstract
0000: 00000002 00000000 00000000 0002 01 4 /run/datagram
0000: 00000003 00000000 00000000 0001 03 5
"""
TCP = """  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:0019 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
   1: 0100007F:0019 0100007F:1234 01 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
"""
TCP6 = TCP.replace("0100007F", "0000000000000000FFFF00000100007F").replace(
    "   1", "   2: 00000000000000000000000001000000:0017 0:0 0A 0\n   1"
)


def test_addresses_and_listeners(tmp_path: Path) -> None:
    names = {"fib_trie": FIB, "if_inet6": IF_INET6, "unix": UNIX, "tcp": TCP, "tcp6": TCP6}
    write(tmp_path, **{f"proc__net__{name}": text for name, text in names.items()})
    with Tree(tmp_path, live=True) as tree:
        assert interface_addresses(tree) == tuple(map(ip_address, ("192.0.2.2", "198.51.100.0", "2001:db8::2")))
        assert unix_listeners(tree) == {"/run/a b.sock", "private/smtp"}
        assert tcp_listeners(tree) == {"127.0.0.1:25", "[::1]:23"}


def test_what_no_proc_tells_is_none(tmp_path: Path) -> None:
    with Tree(tmp_path, live=True) as tree:
        machine = collect(tree, Machine(), programs=tmp_path)
    assert machine == Machine()


def test_tables_of_another_shape_are_none(tmp_path: Path) -> None:
    write(
        tmp_path,
        proc__net__if_inet6="z" * 32,
        proc__net__unix="\n1 2 3 flags 5 6 7 /path\n",
        proc__net__tcp="\n1 x y 0A z\n",
        proc__7__stat="7 (master) S 1",
        proc__7__cmdline="/usr/lib/postfix/sbin/master\0-w\0",
    )
    with Tree(tmp_path, live=True) as tree:
        machine = collect(tree, Machine(), programs=tmp_path)
    assert machine == Machine()


MASTER = "(master) " + "S " + "0 " * 18 + "{ticks} 0\n"
POSTFIX = "/usr/lib/postfix/sbin/master\0-w\0"


def master(root: Path, pid: int, seconds: int, command: str = POSTFIX) -> None:
    ticks = seconds * os.sysconf("SC_CLK_TCK")
    write(root, **{f"proc__{pid}__stat": f"{pid} " + MASTER.format(ticks=ticks), f"proc__{pid}__cmdline": command})


def test_when_master_was_started(tmp_path: Path) -> None:
    write(tmp_path, proc__stat="cpu 1\nbtime 1000\n", proc__5__stat="5 (cron) S 1", proc__version="")
    master(tmp_path, 7, 60)
    master(tmp_path, 8, 70, "/opt/other/master")
    with Tree(tmp_path, live=True) as tree:
        assert master_started(tree, "/spool") == datetime.fromtimestamp(1060, UTC)
        master(tmp_path, 9, 80)
        assert master_started(tree, "/spool") is None
        write(tmp_path, spool__pid__master_pid="")
        (tmp_path / "spool" / "pid" / "master.pid").write_text("         9\n")
        assert master_started(tree, "/spool") == datetime.fromtimestamp(1080, UTC)
        (tmp_path / "spool" / "pid" / "master.pid").write_text("5\n")
        assert master_started(tree, "/spool") is None


def program(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def test_what_postfix_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_CONFIG", "/evil")
    program(
        tmp_path,
        "postconf",
        'test -z "$MAIL_CONFIG" || exit 1\ncase "$*" in "-d -h mail_version") echo 3.7.11;; -m) printf "hash\\nlmdb\\n";; esac',
    )
    program(
        tmp_path,
        "postqueue",
        "cat <<'END'\n"
        '{"queue_name": "deferred", "arrival_time": 2000}\n'
        '{"queue_name": "deferred", "arrival_time": 1000}\n'
        '{"queue_name": "deferred", "arrival_time": "x"}\n'
        '{"queue_name": "active", "arrival_time": 1}\n'
        "[]\nnonsense\nEND",
    )
    with Tree(tmp_path, live=True) as tree:
        machine = collect(tree, Machine(postfix_version="3.5"), programs=tmp_path)
    assert machine.postfix_version == "3.7.11"
    assert machine.map_types == {"hash", "lmdb"}
    assert machine.queue == Queue(3, datetime.fromtimestamp(1000, UTC))


def test_a_queue_over_the_limit_counts_as_far_as_it_was_read(tmp_path: Path) -> None:
    program(
        tmp_path,
        "postqueue",
        """while echo '{"queue_name": "deferred", "arrival_time": 1000}'; do :; done | cat""",
    )
    with Tree(tmp_path, live=True) as tree:
        queue = collect(tree, Machine(), programs=tmp_path).queue
    assert queue
    assert queue.deferred > 100_000


def test_an_empty_queue(tmp_path: Path) -> None:
    program(tmp_path, "postqueue", "exit 0")
    with Tree(tmp_path, live=True) as tree:
        assert collect(tree, Machine(), programs=tmp_path).queue == Queue(0, None)


@pytest.mark.parametrize(
    "script", ["exit 1", "echo x; exit 1", "sleep 60", "exec >&-; exec sleep 60", "sleep 60 & sleep 60"]
)
def test_a_program_that_fails_or_hangs_tells_nothing(tmp_path: Path, script: str) -> None:
    program(tmp_path, "tool", script)
    assert ask(tmp_path / "tool", (), 100, timeout=0.3) is None


def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    assert ask(tmp_path / "none", (), 100) is None


def test_the_host_that_runs_this() -> None:
    with Tree(Path("/"), live=True) as tree:
        machine = read_machine(tree, lambda _: {"/etc/passwd": "stat"})
    assert machine.uname == os.uname().nodename
    assert machine.files["/etc/passwd"].stat
    assert machine.tcp_listeners is not None


def test_the_pid_file_stands_in_the_queue_folder_that_postfix_has(tmp_path: Path) -> None:
    write(tmp_path, proc__stat="cpu 1\nbtime 1000\n", proc__version="", srv__mail__pid__master="")
    (tmp_path / "srv" / "mail" / "pid" / "master.pid").write_text("9\n")
    master(tmp_path, 7, 60)
    master(tmp_path, 9, 80)
    main = HostFile("/etc/postfix/main.cf", "file", text="queue_directory = /srv/mail\n")
    with Tree(tmp_path, live=True) as tree:
        machine = collect(tree, Machine({main.path: main}), programs=tmp_path)
    assert machine.postfix_started == datetime.fromtimestamp(1080, UTC)

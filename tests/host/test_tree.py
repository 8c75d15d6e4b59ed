"""Host trees that try to be read wrongly."""

import os
import shutil
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mailcheck.errors import UsageError
from mailcheck.host import tree as tree_module
from mailcheck.host.tree import MAX_NAMES, MAX_PEM, MAX_TEXT, Tree
from mailcheck.model.machine import HostFile


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    (folder / "etc" / "postfix").mkdir(parents=True)
    (folder / "etc" / "postfix" / "main.cf").write_text("a = b\n")
    (tmp_path / "outside").write_text("not of this host")
    return folder


@pytest.fixture
def copied(root: Path) -> Iterator[Tree]:
    with Tree(root, live=False) as tree:
        yield tree


@pytest.fixture
def running(root: Path) -> Iterator[Tree]:
    with Tree(root, live=True) as tree:
        yield tree


def test_a_file(copied: Tree) -> None:
    assert copied.read("/etc/postfix/main.cf", "text") == HostFile(
        "/etc/postfix/main.cf", "file", text="a = b\n", octets=6
    )


def test_a_way_with_dots_and_double_slashes(copied: Tree) -> None:
    assert copied.read("/etc//./postfix/../postfix/main.cf", "text").text == "a = b\n"


@pytest.mark.parametrize("path", ["/etc/none", "/none/none", "/etc/postfix/main.cf/below", "/etc/" + "x" * 300])
def test_missing(copied: Tree, path: str) -> None:
    assert copied.read(path, "text").state == "missing"


@pytest.mark.parametrize("path", ["etc/postfix/main.cf", "", "/etc/\0", "/\ud800", "/a/" + "a/" * 5_000])
def test_what_is_no_path(copied: Tree, path: str) -> None:
    assert copied.read(path, "text").state in ("refused", "missing")


def test_a_link_out_of_the_root(root: Path, copied: Tree) -> None:
    (root / "etc" / "up").symlink_to("../../outside")
    (root / "etc" / "deep").symlink_to("../" * 30 + "etc/passwd")
    for name in ("up", "deep"):
        assert copied.read(f"/etc/{name}", "text") == HostFile(f"/etc/{name}", "refused", "leads out of the root")


def test_an_absolute_link_stays_inside(root: Path, tmp_path: Path, copied: Tree) -> None:
    (root / "etc" / "inside").symlink_to("/etc/postfix/main.cf")
    (root / "etc" / "outside").symlink_to(tmp_path / "outside")
    assert copied.read("/etc/inside", "text").text == "a = b\n"
    gone = copied.read("/etc/outside", "text")
    assert (gone.state, gone.text) == ("missing", None)
    assert gone.why.startswith("a symbolic link leads to /")


def test_above_the_root_of_the_running_host_is_the_root(root: Path, running: Tree) -> None:
    (root / "etc" / "up").symlink_to("../../../etc/postfix/main.cf")
    assert running.read("/etc/up", "text").text == "a = b\n"


def test_a_resolv_conf_that_leads_to_run(root: Path, copied: Tree) -> None:
    (root / "run" / "systemd").mkdir(parents=True)
    (root / "run" / "systemd" / "stub.conf").write_text("nameserver 192.0.2.53\n")
    (root / "etc" / "resolv.conf").symlink_to("../run/systemd/stub.conf")
    assert copied.read("/etc/resolv.conf", "text").text == "nameserver 192.0.2.53\n"


def test_folders_that_are_links(root: Path, copied: Tree) -> None:
    (root / "conf").symlink_to("/etc/postfix")
    (root / "all").symlink_to("/")
    assert copied.read("/all/conf/main.cf", "text").text == "a = b\n"
    assert copied.read("/all", "list").names == ("all", "conf", "etc")


def test_links_in_a_circle(root: Path, copied: Tree) -> None:
    (root / "a").symlink_to("b")
    (root / "b").symlink_to("a")
    (root / "self").symlink_to("self/self")
    for name in ("a", "self"):
        found = copied.read(f"/{name}", "text")
        assert (found.state, found.why) == ("refused", "leads through more than 40 symbolic links")


def test_a_link_that_grows_without_end(root: Path, copied: Tree) -> None:
    (root / "long").symlink_to("long/" + "a/" * 1_000)
    assert copied.read("/long", "text").why == "is longer than any path"


def test_folders_without_end(root: Path, copied: Tree) -> None:
    (root / Path(*"d" * 70)).mkdir(parents=True)
    assert copied.read("/" + "d/" * 70, "list").why == "lies more than 64 folders deep"


def test_a_fifo_is_not_opened(root: Path, running: Tree) -> None:
    os.mkfifo(root / "fifo")
    for how in ("text", "pem", "stat", "secret", "list"):
        found = running.read("/fifo", how)  # type: ignore[arg-type]
        assert (found.state, found.why) == ("refused", "is a FIFO")
    assert running.octets("/fifo", 100) is None


def test_a_device_is_not_opened(root: Path, copied: Tree) -> None:
    try:
        os.mknod(root / "zero", stat.S_IFCHR | 0o666, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("only root makes devices")
    found = copied.read("/zero", "text")
    assert (found.state, found.why) == ("refused", "is a device")


def test_a_socket(root: Path, running: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("sock")
    found = running.read("/sock", "text")
    assert found.state == "socket"
    assert found.stat


def test_a_sparse_file(root: Path, copied: Tree) -> None:
    with (root / "sparse").open("wb") as file:
        file.truncate(10 * 2**30)
    found = copied.read("/sparse", "text")
    assert (found.state, found.why, found.text) == ("refused", "is over 1000000 octets", None)
    assert copied.read("/sparse", "secret").octets == 10 * 2**30


@pytest.mark.parametrize(("how", "limit"), [("text", MAX_TEXT), ("pem", MAX_PEM)])
def test_the_limit_itself_is_read(root: Path, copied: Tree, how: str, limit: int) -> None:
    (root / "full").write_bytes(b"x" * limit)
    assert copied.read("/full", how).state == "file"  # type: ignore[arg-type]
    (root / "full").write_bytes(b"x" * (limit + 1))
    assert copied.read("/full", how).state == "refused"  # type: ignore[arg-type]


def test_a_file_that_grows_while_it_is_read(root: Path, copied: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    growing = root / "growing"
    growing.write_bytes(b"x")
    read = os.read

    def grow(descriptor: int, count: int) -> bytes:
        with growing.open("ab") as file:
            file.write(b"x" * count)
        return read(descriptor, count)

    monkeypatch.setattr(tree_module.os, "read", grow)
    assert copied.read("/growing", "text").why == "is over 1000000 octets"
    assert growing.stat().st_size < 3 * MAX_TEXT


def test_a_file_that_is_swapped(root: Path, copied: Tree) -> None:
    """A file, a link to another and a FIFO take turns at one name: one of them it is, each time."""
    kinds: list[Callable[[Path], object]] = [
        lambda new: new.write_text("one"),
        lambda new: new.symlink_to("/etc/postfix/main.cf"),
        os.mkfifo,
    ]
    enough = threading.Event()

    def swap() -> None:
        while not enough.is_set():
            for make in kinds:
                make(root / "new")
                (root / "new").rename(root / "name")

    kinds[0](root / "name")
    swapper = threading.Thread(target=swap)
    swapper.start()
    try:
        found = {copied.read("/name", "text")._replace(octets=0) for _ in range(2_000)}
    finally:
        enough.set()
        swapper.join()
    told = {(file.state, file.why, file.text) for file in found}
    assert told <= {("file", "", "one"), ("file", "", "a = b\n"), ("refused", "is a FIFO", None)}


@pytest.mark.parametrize("call", ["open", "readlink"])
def test_a_name_that_changes_at_each_look(
    root: Path, copied: Tree, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """The worst that a race can do: whatever was seen is something else when it is used."""
    (root / "link").symlink_to("etc")
    look = os.stat
    turned = {"open": "link", "readlink": "etc"}[call]

    def lie(name: str, *, dir_fd: int, follow_symlinks: bool) -> os.stat_result:
        other = {"link": "etc", "etc": "link"}.get(name, name)
        return look(other, dir_fd=dir_fd, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(tree_module.os, "stat", lie)
    found = copied.read(f"/{turned}/postfix", "list")
    monkeypatch.undo()
    assert (found.state, found.why) == ("refused", "changed while it was read")


def test_a_link_where_a_file_was_seen_is_not_followed(
    root: Path, copied: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "link").symlink_to("etc/postfix/main.cf")
    look = os.stat
    monkeypatch.setattr(tree_module.os, "stat", lambda name, *, dir_fd, **_: look(name, dir_fd=dir_fd))
    found = copied.read("/link", "text")
    monkeypatch.undo()
    assert (found.state, found.text) == ("refused", None)


def test_a_fifo_where_a_file_was_seen_is_not_read(
    root: Path, copied: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(root / "fifo")
    regular = (root / "etc" / "postfix" / "main.cf").stat()
    monkeypatch.setattr(tree_module.os, "stat", lambda *_, **__: regular)
    found = copied.read("/fifo", "text")
    monkeypatch.undo()
    assert (found.state, found.why) == ("refused", "is a FIFO")


def test_a_file_that_needs_more_rights(root: Path) -> None:
    (root / "secret").write_text("secret")
    (root / "secret").chmod(0)
    (root / "closed").mkdir(mode=0o000)
    (root / "passage").mkdir()
    (root / "passage" / "open").write_text("open")
    (root / "passage").chmod(0o711)
    program = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from mailcheck.host.tree import Tree\n"
        "root = sys.argv[1]\n"
        "tree = Tree(Path(root), live=True)\n"
        "if os.geteuid() == 0:\n"
        "    os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "for path, how in (('/secret', 'text'), ('/closed/x', 'text'), ('/closed', 'list'), ('/passage/open', 'text'), ('/secret', 'secret')):\n"
        "    file = tree.read(path, how)\n"
        "    print(file.path, file.state, file.why, file.text, file.stat is not None, file.octets, sep='|')\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, str(root)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    (root / "closed").chmod(0o700)
    assert run.stdout.splitlines() == [
        "/secret|denied|permission denied: /secret|None|True|6",
        "/closed/x|denied|permission denied: /closed/x|None|False|0",
        "/closed|denied|permission denied: /closed|None|True|0",
        "/passage/open|file||open|True|4",
        "/secret|file||None|True|6",
    ]


def test_octets_that_are_not_utf8(root: Path, copied: Tree) -> None:
    (root / "latin").write_bytes(b"gr\xfc\xdfe\r\n\0")
    text = copied.read("/latin", "text").text
    assert text == "gr\udcfc\udcdfe\r\n\0"
    os.close(os.open(os.fsencode(root) + b"/n\xe4me", os.O_CREAT | os.O_WRONLY, 0o600))
    assert "n\udce4me" in copied.read("/", "list").names
    assert copied.read("/n\udce4me", "text").state == "file"


def test_folders_and_files_wanted_as_each_other(copied: Tree) -> None:
    assert copied.read("/etc/postfix", "text") == HostFile("/etc/postfix", "folder")
    assert copied.read("/etc/postfix", "list") == HostFile("/etc/postfix", "folder", names=("main.cf",))
    assert copied.read("/etc/postfix/main.cf", "list") == HostFile("/etc/postfix/main.cf", "file", octets=6)
    assert copied.read("/", "stat").state == "folder"


def test_a_folder_of_too_many_names(root: Path, copied: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree_module, "MAX_NAMES", 1)
    assert MAX_NAMES == 10_000
    (root / "other").mkdir()
    assert copied.read("/", "list").why == "holds over 1 names"


def test_a_secret_is_never_opened(root: Path, running: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "password").write_text("hunter2")
    opened: list[object] = []
    open_ = os.open
    monkeypatch.setattr(tree_module.os, "open", lambda *a, **k: opened.append(a[0]) or open_(*a, **k))
    found = running.read("/password", "secret")
    assert (found.octets, found.text, found.pem) == (7, None, None)
    assert "password" not in opened


def test_owners_are_named_by_the_hosts_own_files(root: Path, running: Tree, copied: Tree) -> None:
    me, mine = os.getuid(), os.getgid()
    (root / "etc" / "passwd").write_text(
        f"broken\nx:x:{'9' * 30}:0\npostfix:x:{me}:1::/:/bin/sh\nalias:x:{me}:1\n"
    )
    (root / "etc" / "group").write_text(f"postdrop:x:{mine}:\n")
    (root / "etc" / "passwd").chmod(0o640)
    status = running.read("/etc/passwd", "stat").stat
    assert status
    assert (status.owner, status.group, status.mode) == ("postfix", "postdrop", 0o640)
    assert status.mtime == (root / "etc" / "passwd").stat().st_mtime
    assert copied.read("/etc/passwd", "stat").stat is None


def test_owners_without_a_name(running: Tree) -> None:
    status = running.read("/etc/postfix", "stat").stat
    assert status
    assert (status.owner, status.group) == (str(os.getuid()), str(os.getgid()))


def test_nothing_is_written(root: Path) -> None:
    def times() -> dict[Path, tuple[int, int, int]]:
        """No flag keeps the time of access of a link that is read."""
        every = {path: path.lstat() for path in (root, *root.rglob("*"))}
        return {
            path: (0 if path.is_symlink() else found.st_atime_ns, found.st_mtime_ns, found.st_ctime_ns)
            for path, found in every.items()
        }

    (root / "link").symlink_to("etc")
    for path in (root / "etc" / "postfix" / "main.cf", root / "etc" / "postfix"):
        os.utime(path, (1, 1))
    before = times()
    with Tree(root, live=False) as tree:
        tree.read("/link/postfix/main.cf", "text")
        tree.read("/etc/postfix", "list")
        tree.read("/etc/postfix/main.cf", "pem")
    assert times() == before


def test_a_read_only_mount(root: Path) -> None:
    unshare = shutil.which("unshare")
    inside = [unshare or "", "-m", "sh", "-c"]
    script = (
        'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && ! touch "$0/x" 2>&1 && exec "$1" -c "$2" "$0"'
    )
    program = (
        "import sys\nfrom pathlib import Path\nfrom mailcheck.host.tree import Tree\n"
        "print(Tree(Path(sys.argv[1]), live=True).read('/etc/postfix/main.cf', 'text').text)"
    )
    if unshare is None or subprocess.run([unshare, "-m", "true"], capture_output=True, check=False).returncode:
        pytest.skip("no mount namespace for this user")
    run = subprocess.run(
        [*inside, script, str(root), sys.executable, program],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert run.returncode == 0, run.stderr
    assert "a = b" in run.stdout
    assert not (root / "x").exists()


@pytest.mark.parametrize("root", ["none", "file", "nul\0"])
def test_a_root_that_is_none(tmp_path: Path, root: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError):
        Tree(tmp_path / root, live=False)

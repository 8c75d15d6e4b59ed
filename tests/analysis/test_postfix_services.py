"""Which services of master.cf are offered."""

import pytest

from mailcheck.analysis.postfix import read_postfix
from mailcheck.model.machine import HostFile

MASTER = "".join(
    [
        f"{name} {kind} - - n - - {command}\n"
        for name, kind, command in (
            ("smtp", "inet", "smtpd -o a = b"),
            ("submission", "inet", "smtpd"),
            ("smtp", "unix", "smtp"),
        )
    ]
)


@pytest.mark.parametrize(
    ("disabled", "offered"),
    [
        ("", "smtp/inet submission/inet smtp/unix"),
        ("inet", "smtp/unix"),
        ("INET", "smtp/unix"),
        ("submission/inet", "smtp/inet smtp/unix"),
        ("submission.inet", "smtp/inet smtp/unix"),
        ("SMTP/INET", "submission/inet smtp/unix"),
        ("!smtp/inet, inet", "smtp/inet smtp/unix"),
        ("inet, !smtp/inet", "smtp/unix"),
        ("smtp", "smtp/inet submission/inet smtp/unix"),
        ("$kind unix", ""),
    ],
)
def test_disabled_services_are_left_out(disabled: str, offered: str) -> None:
    texts = {"main.cf": f"kind = inet\nmaster_service_disable = {disabled}\n", "master.cf": MASTER}
    files = {f"/p/{name}": HostFile(f"/p/{name}", "file", text=text) for name, text in texts.items()}
    postfix = read_postfix(files, "/p")
    assert postfix is not None
    assert [f"{one.name}/{one.type}" for one in postfix.services] == offered.split()
    assert bool(postfix.master_problems) is ("smtp/inet" in offered)

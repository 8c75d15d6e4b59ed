"""The message file of a command."""

from pathlib import Path

import pytest

from mailcheck.commands.messages import read_message
from mailcheck.errors import InputRefused
from mailcheck.model.limits import Limits

LIMITS = Limits()._replace(message_size=100, message_header_fields=3, message_header_size=50, zone_file_size=1)


def refusal(path: Path) -> InputRefused:
    with pytest.raises(InputRefused) as caught:
        read_message(path, path.name, LIMITS)
    return caught.value


def test_a_message_is_read_as_octets(tmp_path: Path) -> None:
    (tmp_path / "mail.eml").write_bytes(b"From: \xff\0\n\n\xfe")
    message = read_message(tmp_path / "mail.eml", "mail.eml", LIMITS)
    assert (message.fields[0].text, message.body) == ("\xff\0", b"\xfe\r\n")


def test_what_is_over_a_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mail.eml"
    path.write_bytes(b"A: 1\n\n" + b"x" * 95)
    assert refusal(path).code == "file-too-large"
    path.write_bytes(b"A: 1\n" * 4)
    refused = refusal(path)
    assert (refused.code, refused.path, refused.line) == ("message-too-many-fields", "mail.eml", 4)
    assert refused.hint == "--limit message-header-fields= raises it"
    path.write_bytes(b"A: 1\n" + b" 1\n" * 20)
    assert refusal(path).code == "message-header-too-large"


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path).code == "file-not-regular"
    assert refusal(tmp_path / "none.eml").code == "file-not-found"

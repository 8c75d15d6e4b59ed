"""What `mailcheck diff` tells of MTA-STS policies beside the zones, and of the exchanges that they leave out."""

from __future__ import annotations

import pytest

from tests.diffing import LOCK, Repository, repository

__all__ = ["repository"]

PATH = "zones/example.com.zone"
FILE = "zones/mta-sts.example.com.txt"
REST = """$ORIGIN example.com.
$TTL 3600
@ SOA ns1 h 1 7200 900 1209600 3600
@ NS ns1
ns1 A 192.0.2.1
mx1 A 192.0.2.25
mx2 A 192.0.2.26
mta-sts A 192.0.2.80
"""
STS = '_mta-sts TXT "v=STSv1; id=1"\n'
ONE, TWO = "@ MX 10 mx1\n", "@ MX 20 mx2\n"
LEAVES_OUT = "the enforced MTA-STS policy of example.com does not list {}: senders that keep to it {}"
NOWHERE = ("error", LEAVES_OUT.format("mx1.example.com", "deliver nowhere"))
CHANGED = ("info", "the MTA-STS policy of example.com: changed")


def policy(*exchanges: str, mode: str = "enforce") -> str:
    lines = "".join(f"mx: {exchange}.example.com\n" for exchange in exchanges)
    return f"version: STSv1\nmode: {mode}\n{lines}max_age: 86400\n"


def told(repository: Repository, old: tuple[str, str], new: tuple[str, str]) -> list[tuple[str, str]]:
    for zone, text in (old, new):
        repository.commit({PATH: REST + zone, FILE: text})
    domains = repository.diff("HEAD~", "HEAD")["domains"]
    return [(each["severity"], each["message"]) for domain in domains for each in domain["other"]]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ((STS + ONE, policy("mx1")), (STS + ONE, policy("mx2")), [NOWHERE]),
        ((STS + ONE, policy("mx1")), (STS + ONE, policy("mx1", "mx2")), [CHANGED]),
        ((STS + ONE, policy("mx1")), (STS + ONE, policy("*")), [CHANGED]),
        ((STS + ONE, policy("mx2", mode="testing")), (STS + ONE, policy("mx2")), [NOWHERE]),
        ((STS + ONE, policy("mx1", mode="testing")), (STS + ONE, policy("mx1")), [CHANGED]),
        ((STS + ONE, policy("mx2", mode="none")), (STS + ONE, policy("mx2")), [NOWHERE]),
        ((STS + TWO, policy("mx2")), (STS + ONE, policy("mx1")), [CHANGED]),
        ((STS + TWO, policy("mx2")), (STS + ONE, policy("mx2")), [NOWHERE]),
        ((STS + ONE, policy("mx1")), (STS + ONE, policy("mx2", mode="testing")), [("warning", "the MTA-STS policy of example.com: mode enforce -> testing")]),
        ((STS + ONE, policy("mx1")), (STS + ONE + TWO, policy("mx1")), [("warning", LEAVES_OUT.format("mx2.example.com", "do not deliver there"))]),
        ((STS + ONE + TWO, policy("mx1", "mx2")), (STS + ONE + TWO, policy("mx2")), [("warning", LEAVES_OUT.format("mx1.example.com", "do not deliver there"))]),
        ((STS + ONE, policy("mx2")), (STS + ONE, policy("mx2")), []),
        ((ONE, policy("mx1")), (ONE, policy("mx2")), [CHANGED]),
        ((STS, policy("mx2")), (STS + ONE, policy("mx2")), [("warning", NOWHERE[1])]),
        ((STS + ONE, policy("mx1")), (STS + ONE, policy("mx1") + "mx: MX1.example.com\nunknown: x\n"), []),
        ((STS + ONE, policy("mx1")), (STS + ONE, policy("mx1").replace("86400", "604800")), [CHANGED]),
    ],
)  # fmt: skip
def test_policies(
    repository: Repository, old: tuple[str, str], new: tuple[str, str], expected: list[tuple[str, str]]
) -> None:
    assert told(repository, old, new) == expected


@pytest.mark.parametrize(("listed", "expected"), [("mx2", [NOWHERE[1]]), ("mx1", [])])
def test_a_policy_that_others_serve_is_known_from_the_lock(
    repository: Repository, listed: str, expected: list[str]
) -> None:
    text = policy(listed).replace("\n", r"\010")
    lock = LOCK.partition("spf.vendor.example.")[0] + f'example.com. MTA-STS-POLICY "{text}"\n'
    repository.commit({PATH: REST + STS + TWO, "mailcheck.lock": lock})
    repository.write(PATH, REST + STS + ONE)
    (domain,) = repository.diff("HEAD")["domains"]
    assert [each["message"] for each in domain["other"]][-1:] == expected

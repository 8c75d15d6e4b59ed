"""Names and defaults of Postfix's parameters by release: 3.7 as measured, others by what their notes changed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from mailcheck.model.patterns import late

Release = tuple[int, ...]
MEASURED: Release = (3, 7)
OLDEST: Release = (3, 4)
NEWEST: Release = (3, 10)
_LATEST_PATCH = 999
_RELEASE = late(r"(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?")
_PER_TRANSPORT = (
    ("delivery_slot_cost", "$default_delivery_slot_cost"),
    ("delivery_slot_discount", "$default_delivery_slot_discount"),
    ("delivery_slot_loan", "$default_delivery_slot_loan"),
    (
        "destination_concurrency_failed_cohort_limit",
        "$default_destination_concurrency_failed_cohort_limit",
    ),
    ("destination_concurrency_limit", "$default_destination_concurrency_limit"),
    ("destination_concurrency_negative_feedback", "$default_destination_concurrency_negative_feedback"),
    ("destination_concurrency_positive_feedback", "$default_destination_concurrency_positive_feedback"),
    ("destination_rate_delay", "$default_destination_rate_delay"),
    ("destination_recipient_limit", "$default_destination_recipient_limit"),
    ("extra_recipient_limit", "$default_extra_recipient_limit"),
    ("initial_destination_concurrency", "$initial_destination_concurrency"),
    ("minimum_delivery_slots", "$default_minimum_delivery_slots"),
    ("recipient_limit", "$default_recipient_limit"),
    ("recipient_refill_delay", "$default_recipient_refill_delay"),
    ("recipient_refill_limit", "$default_recipient_refill_limit"),
    ("transport_rate_delay", "$default_transport_rate_delay"),
)
_TIME_LIMIT = ("time_limit", "$command_time_limit")
_TRANSPORTS = frozenset(("smtp", "lmtp", "pipe", "local", "virtual", "error"))
HOST_DEPENDENT = frozenset(
    [
        "config_directory",
        "mail_release_date",
        "mail_version",
        "mydomain",
        "myhostname",
        "mynetworks",
        "process_id",
        "process_name",
        "service_name",
    ]
)
"""Parameters whose default is a fact of the host or of the process that asks."""
RAW = frozenset(
    [
        "command_execution_directory",
        "default_rbl_reply",
        "forward_path",
        "luser_relay",
        "mailbox_command",
        "postscreen_expansion_filter",
        "postscreen_reject_footer",
        "smtpd_expansion_filter",
        "smtpd_reject_footer",
    ]
)
"""Parameters that Postfix expands for each delivery or reply, with names of their own; measured with 3.7."""


def parse_release(text: str) -> Release:
    """The numbers at the start of a version such as `3.7.11-0+deb12u1`; empty where there are none."""
    found = _RELEASE.match(text)
    return tuple([int(part) for part in found.groups() if part]) if found else ()


def is_known_release(release: Release) -> bool:
    """Whether there is data for its branch."""
    return bool(release) and OLDEST <= release[:2] <= NEWEST


@cache
def defaults(release: Release = MEASURED) -> Mapping[str, str]:
    """Default by name, not expanded; a release without its patch level is taken as its branch's latest.

    The host's and the process's own (`HOST_DEPENDENT`) are missing. Paths are as Debian builds them.
    """
    folder = Path(__file__).parent
    found = dict([_pair(line) for line in _lines(folder / "parameters.txt")])
    full = (*release[:2], *(release[2:3] or (_LATEST_PATCH,)))
    for line in _lines(folder / "changes.txt"):
        versions, verb, rest = line.split(" ", 2)
        name, default = _pair(rest)
        has = _has(full, versions)
        if verb == "added" and not has:
            found.pop(name, None)
        elif verb == "added":
            found.setdefault(name, default)
        elif has == (verb == "default") and name in found:
            found[name] = default
    return MappingProxyType(found)


@cache
def known_in_any_release() -> frozenset[str]:
    """Names of parameters that some release has."""
    branches = [(OLDEST[0], minor) for minor in range(OLDEST[1], NEWEST[1] + 1)]
    return HOST_DEPENDENT.union(*[defaults(branch) for branch in branches])


def service_defaults(service: str, command: str) -> Mapping[str, str]:
    """Parameters that exist because master.cf has this service: `SERVICE_destination_rate_delay` and others."""
    suffixes = (
        *(_PER_TRANSPORT if command in _TRANSPORTS else ()),
        *((_TIME_LIMIT,) if command in ("pipe", "spawn") else ()),
    )
    return {f"{service}_{suffix}": default for suffix, default in suffixes}


def _has(release: Release, versions: str) -> bool:
    firsts = [parse_release(version) for version in versions.split(",")]
    same = [first for first in firsts if first[:2] == release[:2]]
    return release >= same[0] if same else release > max(firsts)


def _pair(line: str) -> tuple[str, str]:
    name, _, default = line.partition(" =")
    return name, default.strip()


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]

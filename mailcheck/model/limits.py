"""Bounds on hostile input. A file of the repository never raises one: only a command-line flag does."""

from __future__ import annotations

from typing import NamedTuple

MEGABYTE = 1_000_000


class Limits(NamedTuple):
    """Sizes in octets, counts in pieces."""

    zone_file_size: int = 32 * MEGABYTE
    lock_size: int = 8 * MEGABYTE
    baseline_size: int = 8 * MEGABYTE
    total_size: int = 256 * MEGABYTE
    files: int = 20_000
    yaml_events: int = 2_000_000
    depth: int = 32
    yaml_aliases: int = 100
    generate: int = 65_536
    includes: int = 100
    findings: int = 1_000
    message_size: int = 32 * MEGABYTE
    message_header_size: int = 1 * MEGABYTE
    message_header_fields: int = 1_000
    dns_packets: int = 5_000

"""Bounds on hostile input. A file of the repository never raises one: only a command-line flag does."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in octets, counts in pieces."""

    zone_file_size: int = 32 * MEGABYTE
    lock_size: int = 8 * MEGABYTE
    total_size: int = 256 * MEGABYTE
    files: int = 20_000
    yaml_events: int = 2_000_000
    depth: int = 32
    yaml_aliases: int = 100
    generate: int = 65_536
    includes: int = 100
    findings: int = 1_000
    dns_packets: int = 5_000

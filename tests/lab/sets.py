"""Record sets of a zone as tests compare them, whichever server held them."""

from __future__ import annotations

import dns.rdata
from dns.rdtypes.ANY.TXT import TXT

Sets = dict[tuple[str, str], tuple[int, frozenset[str]]]
"""TTL and values by owner name and type, without the SOA."""


def shown(rdata: dns.rdata.Rdata) -> str:
    """A value in presentation form; of a text the octets, each one character, however it is cut."""
    return b"".join(rdata.strings).decode("latin-1") if isinstance(rdata, TXT) else rdata.to_text()

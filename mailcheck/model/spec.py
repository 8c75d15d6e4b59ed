"""What a domain promises to do with mail; derived from the zones where nobody wrote it down."""

from __future__ import annotations

from typing import NamedTuple


class MailRole(NamedTuple):
    """How one domain takes part in mail.

    `sends` and `receives` say what it does; `parked` that it declares to do neither (null MX, or
    `v=spf1 -all` without an MX). A name with no mail data at all is none of the three.
    """

    sends: bool = False
    receives: bool = False
    parked: bool = False

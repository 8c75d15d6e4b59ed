"""Domain names as absolute, lower-case text with a final dot (RFC 1035 section 5.1, RFC 4343)."""

from __future__ import annotations

import ipaddress

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


def absolute(name: str) -> str:
    """`name` in lower case with its final dot."""
    name = name.lower()
    return name if name.endswith(".") else name + "."


def split_labels(name: str) -> list[str]:
    """The labels of an absolute name, most specific first, without the root label.

    A dot escaped as `\\.` or `\\046` is part of its label.
    """
    if name == ".":
        return []
    body = name.removesuffix(".")
    if "\\" not in body:
        return body.split(".")
    labels: list[str] = []
    label = ""
    at = 0
    while at < len(body):
        step = 2 if body[at] == "\\" else 1
        if body[at] == ".":
            labels.append(label)
            label = ""
        else:
            label += body[at : at + step]
        at += step
    return [*labels, label]


def parent(name: str) -> str:
    """The name without its first label; the root is its own parent."""
    if "\\" in name:
        rest = split_labels(name)[1:]
        return ".".join(rest) + "." if rest else "."
    return name.partition(".")[2] or "."


def is_at_or_below(name: str, ancestor: str) -> bool:
    """Whether absolute `name` is `ancestor` or ends in it at a label boundary."""
    return ancestor in (name, ".") or name.endswith("." + ancestor)


def reverse_name(address: IPAddress) -> str:
    """The PTR owner name of an address, with the final dot (RFC 1035 section 3.5, RFC 3596 section 2.5)."""
    if address.version == 4:
        return address.reverse_pointer + "."
    return ".".join(f"{int(address):032x}"[::-1]) + ".ip6.arpa."


def address_of_reverse(name: str) -> IPAddress | None:
    """The address whose PTR owner is `name`, or None where it names none (a shorter or RFC 2317 name)."""
    labels = split_labels(name)
    if name.endswith(".in-addr.arpa.") and len(labels) == 6:
        text = ".".join(reversed(labels[:4]))
    elif name.endswith(".ip6.arpa.") and len(labels) == 34 and all(len(label) == 1 for label in labels[:32]):
        digits = "".join(reversed(labels[:32]))
        text = ":".join(digits[at : at + 4] for at in range(0, 32, 4))
    else:
        return None
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None

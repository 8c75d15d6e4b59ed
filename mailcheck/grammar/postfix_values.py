"""Values of Postfix parameters: list items, booleans, times, sizes, tables, endpoints (postconf(5))."""

from __future__ import annotations

from typing import NamedTuple

from mailcheck.model.patterns import late

_SEPARATORS = ", \t\r\n\v\f"
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_TIME = late(r"[ \t]*([0-9]{1,18})([smhdw]?)[ \t]*")
_SIZE = late(r"[ \t]*([0-9]{1,18})[ \t]*")
_TABLE = late(r"([a-z][a-z0-9_-]*):")
TABLE_TYPES = frozenset(
    [
        "btree",
        "cdb",
        "cidr",
        "dbm",
        "environ",
        "fail",
        "hash",
        "inline",
        "internal",
        "ldap",
        "lmdb",
        "memcache",
        "mongodb",
        "mysql",
        "netinfo",
        "nis",
        "nisplus",
        "pcre",
        "pgsql",
        "pipemap",
        "proxy",
        "proxywrite",
        "randmap",
        "regexp",
        "sdbm",
        "socketmap",
        "sqlite",
        "static",
        "tcp",
        "texthash",
        "unionmap",
        "unix",
    ]
)
"""Every type that a Postfix has had (DATABASE_README)."""
_JOINING = ("pipemap", "unionmap")
_PROXIES = ("proxy", "proxywrite")
_DEEPEST = 10


class Token(NamedTuple):
    """A list item: the characters `start` up to `end` of the value."""

    text: str
    start: int
    end: int


class Table(NamedTuple):
    """`type:name`, the offset of `name` in the text; `type` is empty where only a name stands."""

    type: str
    name: str
    start: int
    proxied: bool = False


class Endpoint(NamedTuple):
    """`unix:PATH` (`local:` is the same) or `inet:HOST:PORT`; `kind` is `unix` or `inet`."""

    kind: str
    path: str = ""
    host: str = ""
    port: str = ""


def split_items(value: str) -> tuple[Token, ...]:
    """The items of a list, split at commas and white space; nothing is split within `{ }` or `$( )`.

    Postfix knows no quotes here.
    """
    items: list[Token] = []
    start = -1
    depth = round_depth = 0
    for index, letter in enumerate(value):
        if letter in _SEPARATORS and not depth and not round_depth:
            if start >= 0:
                items.append(Token(value[start:index], start, index))
                start = -1
            continue
        if start < 0:
            start = index
        if letter == "{":
            depth += 1
        elif letter == "}":
            depth = max(0, depth - 1)
        elif letter == "(" and (round_depth or value[index - 1 : index] == "$"):
            round_depth += 1
        elif letter == ")" and round_depth:
            round_depth -= 1
    if start >= 0:
        items.append(Token(value[start:], start, len(value)))
    return tuple(items)


def group(text: str) -> str | None:
    """What stands in `{ }`, None where the text is no such group."""
    return text[1:-1].strip(_SEPARATORS) if len(text) > 1 and text[0] == "{" and text[-1] == "}" else None


def parse_bool(text: str) -> bool | None:
    """`yes` or `no` in any case; None: Postfix refuses it."""
    return {"yes": True, "no": False}.get(text.strip().lower())


def parse_time(text: str, unit: str = "s") -> int | None:
    """Seconds; a number alone is counted in `unit`, which depends on the parameter. None: no time."""
    found = _TIME.fullmatch(text)
    return int(found[1]) * _UNITS[found[2] or unit] if found else None


def parse_size(text: str) -> int | None:
    """A whole number that is not negative, None where it is none."""
    found = _SIZE.fullmatch(text)
    return int(found[1]) if found else None


def parse_table(text: str) -> Table:
    """`type:name` with `proxy:` taken off; a text without a known type is a name alone."""
    start, proxied = 0, False
    while True:
        found = _TABLE.match(text, start)
        if not found or found[1] not in TABLE_TYPES:
            return Table("", text[start:], start, proxied)
        if found[1] not in _PROXIES:
            return Table(found[1], text[found.end() :], found.end(), proxied)
        start, proxied = found.end(), True


def tables_of(text: str, depth: int = 0) -> tuple[Table, ...]:
    """The tables that an item names: itself, and what `pipemap:{…}` and `unionmap:{…}` are made of."""
    table = parse_table(text)
    inner = group(table.name) if table.type in _JOINING else None
    if inner is None or depth > _DEEPEST:
        return (table,)
    offset = table.start + table.name.index(inner) if inner else table.start
    return (
        table,
        *[
            part._replace(start=offset + item.start + part.start)
            for item in split_items(inner)
            for part in tables_of(item.text, depth + 1)
        ],
    )


def parse_endpoint(text: str) -> Endpoint | None:
    """A socket as milters, policy services and SASL name it; None where it is no endpoint."""
    kind, colon, rest = text.partition(":")
    if not colon or not rest:
        return None
    if kind in ("unix", "local"):
        return Endpoint("unix", path=rest)
    if kind != "inet":
        return None
    host, _, port = rest.rpartition(":")
    return Endpoint("inet", host=host.removeprefix("[").removesuffix("]"), port=port)

"""Tables that Postfix settings name, with the file each is made from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mailcheck.analysis.postfix_settings import Item, Setting
from mailcheck.grammar.postfix_values import Table, split_items, tables_of
from mailcheck.model.location import Location

COMPILED = {"hash": ".db", "btree": ".db", "lmdb": ".lmdb", "cdb": ".cdb", "dbm": ".pag", "sdbm": ".pag"}
"""Types that are looked up in a file beside their source, and what its name ends in."""
PLAIN = frozenset(("texthash", "cidr", "regexp", "pcre"))
"""Types that are looked up in their source."""
DATABASES = frozenset(("ldap", "mysql", "pgsql", "sqlite", "mongodb", "memcache"))
"""Types whose file tells how to connect, perhaps with a password."""
_SECRET = ("_sasl_password_maps",)
_CACHES = ("_cache_map", "_cache_database", "_cache_name", "address_verify_map")
_ENDPOINTS = (
    "_milters",
    "_transport",
    "_service_name",
    "_sasl_path",
    "relayhost",
    "content_filter",
    "smtpd_proxy_filter",
)
"""Settings whose `unix:` and `inet:` are no tables."""
_PERMITTING = ("proxy_read_maps", "proxy_write_maps")
"""What proxymap(8) may look up, if another setting names it."""
_FILE_LISTS = (
    "mynetworks",
    "mydestination",
    "_domains",
    "_networks",
    "_hosts",
    "_clients",
    "_exceptions",
    "_list",
)
_TABLE_SETTINGS = ("_maps", "_checks", "_map", "alias_database", "_database")


class MapUse(NamedTuple):
    """A table that a setting names; `at` is the place of the item.

    `path` is what follows the type: an absolute path for file types, else what the type makes of it. A file of
    patterns (`mydestination = /etc/postfix/domains`) has the type "".
    """

    type: str
    path: str
    at: Location
    setting: str
    proxied: bool = False

    @property
    def is_cache(self) -> bool:
        """A table that Postfix itself fills, without a source file."""
        return self.setting.endswith(_CACHES)

    @property
    def is_secret(self) -> bool:
        """Its source holds passwords."""
        return self.setting.endswith(_SECRET) or self.type in DATABASES

    @property
    def compiled(self) -> str:
        """The path that Postfix looks up in; "" where that is the source itself or no file."""
        return self.path + COMPILED[self.type] if self.type in COMPILED else ""


def named_tables(setting: Setting, items: Iterable[Item], default_type: str) -> Iterator[MapUse]:
    """The tables among a setting's items, groups such as `{ inline:… }` looked into once."""
    after_check = False
    takes_none = setting.name.endswith(_ENDPOINTS) or setting.name in _PERMITTING
    for item in () if takes_none else items:
        text = item.text.lstrip("!")
        parts = [part.text for part in split_items(text[1:-1])] if text.startswith("{") else [text]
        for part in parts:
            for table in tables_of(part):
                if use := _use(table, setting.name, item.at, default_type, after_check):
                    yield use
        after_check = text.startswith("check_") and text.endswith("_access")


def _use(table: Table, setting: str, at: Location, default_type: str, after_check: bool) -> MapUse | None:
    if table.type:
        return MapUse(table.type, table.name, at, setting, table.proxied)
    if not table.name.startswith("/"):
        return None
    if after_check or setting.endswith(_TABLE_SETTINGS):
        return MapUse(default_type, table.name, at, setting)
    return MapUse("", table.name, at, setting) if setting.endswith(_FILE_LISTS) else None

"""Which names Postfix takes as parameters, as postconf decides what it warns about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from mailcheck.grammar.postfix_expand import expand, references
from mailcheck.grammar.postfix_parameters import RAW, Release, defaults
from mailcheck.grammar.postfix_values import parse_table, split_items

_QUERY = [
    "domain",
    "query",
    "select_field",
    "where_field",
    "additional_conditions",
    "result_format",
    "expansion_limit",
]
_SQL = ["hosts", "user", "password", "dbname", "table", *_QUERY, "stored_procedure", "option_file"]
_OF_DATABASE: Mapping[str, list[str]] = {
    "ldap": [
        "server_host",
        "server_port",
        "timeout",
        "search_base",
        "query_filter",
        "result_format",
        "domain",
        "result_attribute",
        "special_result_attribute",
        "leaf_result_attribute",
        "terminal_result_attribute",
        "scope",
        "bind",
        "bind_dn",
        "bind_pw",
        "cache",
        "cache_expiry",
        "cache_size",
        "recursion_limit",
        "expansion_limit",
        "size_limit",
        "dereference",
        "chase_referrals",
        "version",
        "debuglevel",
        "start_tls",
        "tls_ca_cert_file",
        "tls_ca_cert_dir",
        "tls_cert",
        "tls_key",
        "tls_require_cert",
        "tls_random_file",
        "tls_cipher_suite",
        "result_filter",
        "sasl_mechs",
        "sasl_realm",
        "sasl_authz_id",
        "sasl_minssf",
    ],
    "mysql": [
        *_SQL,
        "option_group",
        "tls_cert_file",
        "tls_key_file",
        "tls_CAfile",
        "tls_CApath",
        "tls_verify_cert",
    ],
    "pgsql": [*_SQL, "select_function", "encoding"],
    "sqlite": ["dbpath", *_QUERY],
    "memcache": [
        "memcache",
        "backup",
        "key_format",
        "ttl",
        "max_try",
        "retry_pause",
        "line_size_limit",
        "data_size_limit",
    ],
}


def user_defined(settings: Mapping[str, str], values: Iterable[str] = ()) -> frozenset[str]:
    """Names that have a use though they are no parameters of Postfix.

    `settings`: raw values of main.cf by name, `values`: further ones (of `-o`). A use is a reference from any
    value, a restriction class, or a name built from a database named without a file (`ldap:prefix`).
    """
    classes = split_items(expand(settings.get("smtpd_restriction_classes", ""), settings.get).value)
    used = {item.text for item in classes}
    for value in (*settings.values(), *values):
        used |= {*[reference.name for reference in references(value)], *_of_databases(value)}
    return frozenset(used)


@cache
def referred_to_by_defaults(release: Release) -> frozenset[str]:
    """Names that defaults of the release refer to, among them parameters of old such as `virtual_maps`."""
    values = [value for name, value in defaults(release).items() if name not in RAW]
    return frozenset([used.name for value in values for used in references(value)])


def _of_databases(value: str) -> Iterator[str]:
    for item in split_items(value):
        table = parse_table(item.text)
        if table.type in _OF_DATABASE and table.name and not table.name.startswith(("/", ".")):
            for suffix in _OF_DATABASE[table.type]:
                yield f"{table.name}_{suffix}"

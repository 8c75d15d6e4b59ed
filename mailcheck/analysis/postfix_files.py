"""Which files of a host tell about its Postfix, in rounds: what was read tells what to read next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mailcheck.analysis.certbot import certbot_files
from mailcheck.analysis.postfix import FOLDER, Postfix, Service, read_postfix
from mailcheck.analysis.postfix_maps import COMPILED, PLAIN, MapUse
from mailcheck.grammar.postfix_values import group, parse_endpoint, split_items
from mailcheck.model.machine import HostFile, How

ELSEWHERE = ("/usr/local/etc/postfix/main.cf", "/usr/pkg/etc/postfix/main.cf", "/opt/local/etc/postfix/main.cf")
"""Where FreeBSD, NetBSD and MacPorts keep it."""
CHROOT_FILES = ("resolv.conf", "hosts", "services", "nsswitch.conf")
"""Files of /etc that Postfix copies into its queue directory, for services that run in a chroot."""
_PEM_ENDINGS = (
    "_cert_file",
    "_key_file",
    "_dcert_file",
    "_dkey_file",
    "_eccert_file",
    "_eckey_file",
    "_chain_files",
)
_SOCKET_SETTINGS = ("smtpd_milters", "non_smtpd_milters")
_PEM_SETTINGS = tuple([f"{daemon}_tls{ending}" for daemon in ("smtpd", "smtp", "lmtp") for ending in _PEM_ENDINGS])


def postfix_files(files: Mapping[str, HostFile]) -> Mapping[str, How]:
    """All paths wanted as far as the files read so far tell."""
    wanted: dict[str, How] = dict.fromkeys(ELSEWHERE, "stat")
    folders = [FOLDER]
    for folder in folders:
        wanted[f"{folder}/main.cf"] = wanted[f"{folder}/master.cf"] = "text"
        postfix = read_postfix(files, folder)
        if postfix is None or postfix.is_template:
            continue
        folders.extend([item.text for item in postfix.instances if item.text not in folders])
        for path, how in _of_instance(postfix):
            if path.startswith("/") and "$" not in path and wanted.get(path) != "stat":
                wanted[path] = how
    return wanted


def _of_instance(postfix: Postfix) -> Iterator[tuple[str, How]]:
    queue = postfix.of("queue_directory").value.rstrip("/")
    yield queue, "stat"
    for name in CHROOT_FILES:
        yield f"{queue}/etc/{name}", "text"
        yield f"/etc/{name}", "text"
    for folder in (queue, ""):
        yield f"{folder}/etc/localtime", "stat"
    yield postfix.folder, "stat"
    origin = postfix.of("myorigin").value
    if origin.startswith("/"):
        yield origin, "text"
    # Tables of secrets come last: what one setting calls a secret is never read as text for another.
    for use in sorted(postfix.maps, key=lambda use: use.is_secret):
        yield from _of_table(use)
    for service in (None, *postfix.services):
        yield from _of_scope(postfix, service)


def _of_table(use: MapUse) -> Iterator[tuple[str, How]]:
    if use.is_cache:
        return
    if use.is_secret:
        yield use.path, "stat"
    elif use.type in COMPILED or use.type in PLAIN or not use.type:
        yield use.path, "text"
    if use.compiled:
        yield use.compiled, "stat"


def _of_scope(postfix: Postfix, service: Service | None) -> Iterator[tuple[str, How]]:
    names = service.overrides if service else None
    for name in _PEM_SETTINGS:
        if names is None or name in names:
            for item in postfix.items(name, service):
                yield item.text, "pem"
                yield from certbot_files(item.text)
    if service is not None and service.command not in ("smtpd", "cleanup"):
        return
    for name in _SOCKET_SETTINGS:
        for item in postfix.items(name, service):
            inner = split_items(group(item.text) or item.text)
            endpoint = parse_endpoint(inner[0].text) if inner else None
            if endpoint and endpoint.path:
                yield from _with_parents(postfix.host_path(endpoint.path, service))
    if postfix.of("smtpd_sasl_type", service).value == "dovecot":
        path = postfix.of("smtpd_sasl_path", service).value
        endpoint = parse_endpoint(path)
        if not endpoint or endpoint.path:
            yield from _with_parents(postfix.host_path(endpoint.path if endpoint else path, service))


def _with_parents(path: str) -> Iterator[tuple[str, How]]:
    yield path, "stat"
    folder = path.rpartition("/")[0]
    while folder.count("/") > 1:
        yield folder, "stat"
        folder = folder.rpartition("/")[0]

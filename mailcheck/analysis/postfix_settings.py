"""The effective value of every Postfix parameter: master.cf's override, main.cf, else the release's default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from mailcheck.grammar.main_cf import Entry, MainCf
from mailcheck.grammar.postfix_expand import LONGEST, Effort, Expansion, Used, expand
from mailcheck.grammar.postfix_parameters import HOST_DEPENDENT, RAW, Release, defaults, known_in_any_release
from mailcheck.grammar.postfix_values import parse_bool, parse_size, parse_time, split_items
from mailcheck.model.location import Location, whole_line

FORMER_NAMES: Mapping[str, str] = {
    "virtual_maps": "virtual_alias_maps",
    "fallback_relay": "smtp_fallback_relay",
    "authorized_verp_clients": "smtpd_authorized_verp_clients",
}
"""The default of the new name refers to the former one; where nobody sets that, it is empty."""

Origin = Literal["main.cf", "master.cf", "default"]


class Setting(NamedTuple):
    """A parameter as it works. `at` is the place of its value; where nobody set it, the first line of main.cf.

    `value` is expanded, `raw` is not. `undefined` holds names it refers to that nothing defines: they stand for
    nothing, but for those that are also `unknown`, which only the running host or its release knows. `problem`
    says why Postfix refuses the value, which is then empty here.
    """

    name: str
    value: str
    raw: str
    at: Location
    origin: Origin
    undefined: tuple[str, ...] = ()
    problem: str = ""
    unknown: tuple[str, ...] = ()

    @property
    def is_set(self) -> bool:
        return self.origin != "default"

    @property
    def is_determined(self) -> bool:
        return not self.problem and not self.unknown


class Item(NamedTuple):
    """An item of a list; where a parameter it refers to gave it, `at` is the place of the reference."""

    text: str
    at: Location


class HostNames(NamedTuple):
    """What defaults take from the host: the kernel's name for it ("" where not known), Postfix's version."""

    uname: str = ""
    version: str = ""


class Scope(NamedTuple):
    """What holds for one service: its overrides, and the parameters that Postfix sets for its process."""

    overrides: Mapping[str, tuple[str, Location]]
    own: Mapping[str, str]


NO_SCOPE = Scope({}, {})


@dataclass(frozen=True, slots=True)
class Settings:
    """main.cf over the defaults of a release."""

    main: MainCf
    release: Release
    host: HostNames
    of_services: Mapping[str, str]
    entries: Mapping[str, Entry] = field(init=False)
    _settings: dict[str, Setting] = field(init=False, default_factory=dict, repr=False, compare=False)
    _items: dict[str, tuple[Item, ...]] = field(init=False, default_factory=dict, repr=False, compare=False)
    _known: dict[str, Used] = field(init=False, default_factory=dict, repr=False, compare=False)
    _effort: Effort = field(init=False, default_factory=Effort, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "entries", {entry.name: entry for entry in self.main.entries})

    def of(self, name: str, scope: Scope = NO_SCOPE) -> Setting:
        if scope is not NO_SCOPE:
            return self._read(name, scope)
        if name not in self._settings:
            self._settings[name] = self._read(name, scope)
        return self._settings[name]

    def items(self, name: str, scope: Scope = NO_SCOPE) -> tuple[Item, ...]:
        """The items of the value; where they grow too long, those before: the setting then is not determined."""
        if scope is not NO_SCOPE:
            return self._split(name, scope)
        if name not in self._items:
            self._items[name] = self._split(name, scope)
        return self._items[name]

    def _read(self, name: str, scope: Scope) -> Setting:
        raw, at, origin = self._found(name, scope)
        if raw is None:
            return Setting(name, "", "", at, origin, (name,), unknown=(name,))
        if name in RAW:
            return Setting(name, raw, raw, at, origin)
        expansion = self._expanded(raw, scope)
        of_host = [asked for asked in expansion.tested if asked in HOST_DEPENDENT]
        undefined = (*expansion.undefined, *of_host)
        unknown = tuple([asked for asked in undefined if self._may_be_known(asked)])
        return Setting(name, expansion.value.strip(), raw, at, origin, undefined, expansion.problem, unknown)

    def _may_be_known(self, name: str) -> bool:
        """Whether the host has a parameter that nothing here defines."""
        return name in HOST_DEPENDENT or (not self.host.version and name in known_in_any_release())

    def raw(self, name: str, scope: Scope = NO_SCOPE) -> str | None:
        """The value not expanded, None where there is no such parameter or the host alone knows it."""
        return self._found(name, scope)[0]

    def _split(self, name: str, scope: Scope) -> tuple[Item, ...]:
        raw, at, origin = self._found(name, scope)
        found = []
        left = LONGEST
        for token in split_items(raw or ""):
            place = at if origin == "default" else at.within(token.start, token.end)
            if "$" not in token.text:
                found.append(Item(token.text, place))
                continue
            value = self._expanded(token.text, scope).value
            left -= len(value)
            if left < 0:
                break
            found.extend([Item(part.text, place) for part in split_items(value)])
        return tuple(found)

    def _expanded(self, text: str, scope: Scope) -> Expansion:
        known = self._known if scope is NO_SCOPE else None
        return expand(text, lambda asked: self.raw(asked, scope), self._effort, known)

    def _found(self, name: str, scope: Scope) -> tuple[str | None, Location, Origin]:
        if name in scope.overrides:
            value, at = scope.overrides[name]
            return value, at, "master.cf"
        if entry := self.entries.get(name):
            return entry.value, entry.value_at, "main.cf"
        at = whole_line(self.main.path)
        own = scope.own.get(name)
        return own if own is not None else self._default(name), at, "default"

    def _default(self, name: str) -> str | None:
        if name == "myhostname":
            return self._host_name()
        if name == "mydomain":
            return self._domain()
        if name == "config_directory":
            return self.main.path.rpartition("/")[0]
        if name in FORMER_NAMES:
            return ""
        if name == "mail_version":
            return self.host.version or None
        found = defaults(self.release).get(name)
        return found if found is not None else self.of_services.get(name)

    def _host_name(self) -> str | None:
        name = self.host.uname
        if not name or "." in name:
            return name or None
        entry = self.entries.get("mydomain")
        return f"{name}.{entry.value if entry else 'localdomain'}"

    def _domain(self) -> str | None:
        entry = self.entries.get("myhostname")
        raw = entry.value if entry else self._host_name()
        if raw is None:
            return None
        name = expand(raw, lambda asked: None if asked == "mydomain" else self.raw(asked), self._effort).value
        return name.partition(".")[2] or "localdomain"


def yes(setting: Setting) -> bool | None:
    """A boolean; None where it is none or not determined."""
    return parse_bool(setting.value) if setting.is_determined else None


def seconds(setting: Setting, unit: str = "s") -> int | None:
    """A time; `unit` is that of the parameter for numbers alone (`d` for queue lifetimes)."""
    return parse_time(setting.value, unit) if setting.is_determined else None


def number(setting: Setting) -> int | None:
    """A size or count."""
    return parse_size(setting.value) if setting.is_determined else None

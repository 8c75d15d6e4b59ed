"""Which domains a Postfix takes mail for, in which class.

ADDRESS_CLASS_README: a domain belongs to the local class (mydestination), to virtual aliases, to virtual mailboxes
or to relay domains.
"""

from __future__ import annotations

from typing import NamedTuple

from mailcheck.analysis.host_paths import Files
from mailcheck.analysis.postfix import Postfix
from mailcheck.analysis.postfix_domains import CLASSES, domain_list
from mailcheck.model.location import Location


class ClassMember(NamedTuple):
    """A domain, lower case and without final dot, as one of a class; `at` is where it is written."""

    domain: str
    domain_class: str
    at: Location


def class_members(postfix: Postfix, files: Files) -> tuple[tuple[ClassMember, ...], str]:
    """The domains of all classes, and why there may be more of them ("" where all are known)."""
    lists = [domain_list(postfix, setting, files) for setting in CLASSES]
    members = [
        ClassMember(name.removesuffix("."), one.setting, at) for one in lists for name, at in one.names.items()
    ]
    return tuple(members), "; ".join([one.why for one in lists if one.why])

"""Which addresses a canonical map that asks PostSRSd rewrites (postconf(5) sender_canonical_classes)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mailcheck.analysis.postfix import Postfix
from mailcheck.analysis.postfix_settings import Item, Setting
from mailcheck.analysis.srs_maps import SrsMap, srs_maps


class ClassUse(NamedTuple):
    """The classes that hold for a map, and the item that names the class asked for, None where none does.

    An item that a default brings stands at the first line of main.cf.
    """

    use: SrsMap
    classes: Setting
    item: Item | None


def class_uses(postfix: Postfix, setting: str, classes: str, wanted: str) -> Iterator[ClassUse]:
    """For each map of `setting` that asks PostSRSd, whether the parameter `classes` holds the class `wanted`."""
    for use in srs_maps(postfix):
        if use.setting == setting:
            for service in use.services or (None,):
                items = postfix.items(classes, service)
                found = next((item for item in items if item.text.lower() == wanted), None)
                yield ClassUse(use, postfix.of(classes, service), found)

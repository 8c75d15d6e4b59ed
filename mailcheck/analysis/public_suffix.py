"""A hint on which names are public suffixes; only where DNS was not asked, and never for a verdict of DMARC."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from mailcheck.model.names import split_labels

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList


def is_public_suffix(name: str) -> bool:
    """Whether registries hand out names directly below absolute `name` (`com.`, `co.uk.`).

    A single label always counts. Longer names are looked up in the ICANN part of the public suffix
    list, which takes 50 ms to load when first asked.
    """
    labels = split_labels(name)
    return len(labels) <= 1 or _list().is_public(".".join(labels))


@cache
def _list() -> PublicSuffixList:
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList(only_icann=True)

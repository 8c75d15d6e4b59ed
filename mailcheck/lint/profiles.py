"""From the name of a profile to the steps it takes, those of the profiles it extends first."""

from __future__ import annotations

from mailcheck.config.document import read_document
from mailcheck.config.settings import profile as read_profile
from mailcheck.errors import UsageError
from mailcheck.lint.registry import profile_text
from mailcheck.model.settings import Profile


def load_profile(name: str) -> Profile:
    """An installed profile with everything it extends folded in.

    Raises UsageError for an unknown name and for profiles that extend each other in a circle.
    """
    chain: list[Profile] = []
    names: list[str] = []
    following: str | None = name
    while following is not None:
        if following in names:
            raise UsageError(f"profiles extend each other in a circle: {' -> '.join([*names, following])}")
        names.append(following)
        found = read_profile(read_document(*profile_text(following)))
        chain.append(found)
        following = found.extends
    rules = tuple(step for found in reversed(chain) for step in found.rules)
    fail_on = next((found.fail_on for found in chain if found.fail_on is not None), None)
    return chain[0]._replace(extends=None, fail_on=fail_on, rules=rules)

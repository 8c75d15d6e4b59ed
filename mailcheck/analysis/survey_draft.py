"""What DNS told of a domain, as a zone to write."""

from __future__ import annotations

from mailcheck.analysis.dns_survey import Survey
from mailcheck.model.dns import describe
from mailcheck.model.draft import Entry, ZoneDraft
from mailcheck.model.names import split_labels
from mailcheck.model.record import Record
from mailcheck.model.text import shown_name

GUESSED = "It can hold names that nobody can guess: its name servers have all of it."
_MOST_LEFT = 10


def survey_draft(domain: str, found: Survey, asked: tuple[str, ...]) -> ZoneDraft:
    """The zone as it was answered by the resolvers `asked`, and at its head what is not known of it."""
    sets: dict[tuple[str, str], list[Record]] = {}
    for record in found.records:
        sets.setdefault((record.name, record.type), []).append(record)
    ordered = sorted(sets.items(), key=lambda item: _place(domain, item[0][0]))
    notes = [
        f"What {', '.join(asked)} answered for the names that mail uses. This is not the whole zone.",
        GUESSED,
        "TTLs may be what was left of them.",
        *survey_notes(found),
    ]
    return ZoneDraft(domain, tuple([Entry(tuple(records)) for _, records in ordered]), tuple(notes))


def survey_notes(found: Survey) -> list[str]:
    """What stayed open, and which names answer for any other."""
    notes = [
        f"Not answered, and so not known: {describe(question)} ({answer.reason})."
        for question, answer in sorted(found.unknown.items())
    ]
    notes += [
        f"Any name below {shown_name(name)} is answered: names that answer the same are left out."
        for name in found.wildcards
    ]
    if found.left:
        more = f" and {len(found.left) - _MOST_LEFT} more" if len(found.left) > _MOST_LEFT else ""
        notes.append(f"Not asked for: {', '.join(map(shown_name, found.left[:_MOST_LEFT]))}{more}.")
    return notes


def _place(domain: str, name: str) -> tuple[str, ...]:
    return () if name == domain else tuple(reversed(split_labels(name)))

"""Going on with an apply that did not come to its end."""

from __future__ import annotations

from mailcheck.errors import ChangeRefused
from mailcheck.model.spec import MailSpec
from mailcheck.model.text import shown_name
from mailcheck.sync.journal_read import Noted
from mailcheck.sync.plan import ZonePlan, plan_back, plan_zone
from mailcheck.sync.provider import Provider
from mailcheck.sync.saved import saved_change


def plan_rest(provider: Provider, noted: Noted, spec: MailSpec) -> ZonePlan:
    """What is left to do of a journal's apply, planned from what the provider holds now.

    Consent was given to the journal's changes and to no others: raises ChangeRefused where the zone has
    changed otherwise meanwhile. Raises ProviderError.
    """
    if noted.back_to is None:
        planned = plan_zone(provider, noted.desired, spec, create=not noted.existed)
    else:
        planned = plan_back(provider, noted.desired, noted.back_to, spec)
    agreed = list(noted.changes)
    if any(saved_change(change) not in agreed for change in planned.plan.changes):
        raise ChangeRefused(
            f"{shown_name(noted.zone)} has changed at {provider.name} since {noted.path.name} was written",
            hint="nothing was written; plan again from the zone files",
        )
    return planned

"""The provider `cloudflare`: a zone of Cloudflare's, over its API v4. The token comes from the environment."""

from __future__ import annotations

from mailcheck.errors import UsageError
from mailcheck.sync.provider import Provider, ProviderSettings
from mailcheck_providers.cloudflare.access import access
from mailcheck_providers.cloudflare.backoff import Backoff
from mailcheck_providers.cloudflare.provider import Cloudflare


def open_provider(settings: ProviderSettings) -> Provider:
    """Nothing is asked yet. Raises UsageError for a token, an address or options that cannot be used."""
    unknown = sorted(settings.options.keys() - {"account"})
    if unknown:
        raise UsageError(f"the provider cloudflare has no option `{unknown[0]}`", hint="it takes `account`, an id")
    account = settings.options.get("account", "")
    if not isinstance(account, str):
        raise UsageError("`account` of the provider cloudflare is the id of an account, a text")
    backoff = Backoff(settings.max_wait, settings.progress)
    return Cloudflare(access(settings.environment), backoff, account)

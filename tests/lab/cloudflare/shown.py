"""A zone and its DNSSEC as the API shows them."""

from __future__ import annotations

from tests.lab.cloudflare.access import Token
from tests.lab.cloudflare.envelope import Json
from tests.lab.cloudflare.zone import Zone

_PLANS = {
    "free": ("0" + "fe" * 15 + "e", "Free Website", 0),
    "pro": ("1" + "fe" * 15 + "e", "Pro Website", 20),
    "business": ("2" + "fe" * 15 + "e", "Business Website", 200),
    "enterprise": ("94f3b7b768b0458b56d2cac4fe5ec0f9", "Enterprise Website", 0),
}
_SIGNED = {"active", "pending"}


def zone_shown(zone: Zone, token: Token) -> Json:
    """A zone; `permissions` are those of the token that asks."""
    plan_id, plan_name, price = _PLANS[zone.plan]
    return {
        "id": zone.id,
        "name": zone.name,
        "status": zone.status,
        "paused": zone.paused,
        "type": "full",
        "development_mode": 0,
        "name_servers": ["ada.ns.cloudflare.com", "bob.ns.cloudflare.com"],
        "original_name_servers": None,
        "original_registrar": None,
        "original_dnshost": None,
        "modified_on": zone.created_on,
        "created_on": zone.created_on,
        "activated_on": zone.created_on if zone.status == "active" else None,
        "meta": {"step": 2, "custom_certificate_quota": 0, "page_rule_quota": 3, "phishing_detected": False},
        "owner": {"id": None, "type": "user", "email": None},
        "account": {"id": zone.account, "name": "Example account"},
        "permissions": token.permissions,
        "plan": {
            "id": plan_id,
            "name": plan_name,
            "price": price,
            "currency": "USD",
            "frequency": "monthly" if price else "",
            "is_subscribed": zone.plan != "free",
            "can_subscribe": False,
            "legacy_id": zone.plan,
            "legacy_discount": False,
            "externally_managed": False,
        },
    }


def dnssec_shown(zone: Zone) -> Json:
    """The state of DNSSEC: the keys of a signed zone are left out, since nothing is signed here."""
    shown: Json = {"status": zone.dnssec, "dnssec_multi_signer": False, "dnssec_presigned": False}
    if zone.dnssec in _SIGNED:
        shown |= {"flags": 257, "algorithm": "13", "key_type": "ECDSAP256SHA256", "digest_type": "2"}
    return shown

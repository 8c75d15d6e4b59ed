"""The spec as `mailcheck.yaml` writes it: the one place that says what may stand there.

It imports pydantic, so that it is itself imported only where a file holds such a section.
"""

from __future__ import annotations

import ipaddress
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from mailcheck.grammar.mail_domain import mail_domain
from mailcheck.model.spec import Mail, Policy, Role


def _absolute_name(text: str) -> str:
    name = mail_domain(text) if "*" not in text else None
    if name is None:
        raise ValueError(f"{text!r} is no domain name")
    return name


def _glob(text: str) -> str:
    if not text or any(letter.isspace() for letter in text):
        raise ValueError(f"{text!r} is no name")
    return text.lower() if text.endswith(("*", ".")) else text.lower() + "."


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise ValueError(f"{text!r} is no IP address") from None


def _network(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text))
    except ValueError as error:
        raise ValueError(f"{text!r} is no network: {error}") from None


def _mailbox(text: str) -> str:
    local, _, domain = text.removeprefix("mailto:").rpartition("@")
    name = mail_domain(domain)
    if not local or name is None or any(letter.isspace() for letter in local):
        raise ValueError(f"{text!r} is no mail address")
    return f"{local}@{name.removesuffix('.')}"


def _selector(text: str) -> str:
    if mail_domain(text.replace("*", "x")) is None:
        raise ValueError(f"{text!r} is no DKIM selector")
    return text.lower().removesuffix(".")


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _keyed(value: Any) -> Any:
    """A list of selectors as the mapping that it stands for; what is no list of strings is refused as it is."""
    if isinstance(value, str):
        return {value: None}
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return dict.fromkeys(value)
    return value


Name = Annotated[str, AfterValidator(_absolute_name)]
Names = Annotated[list[Name], BeforeValidator(_listed, json_schema_input_type=list[str] | str)]
Addresses = Annotated[
    list[Annotated[str, AfterValidator(_address)]],
    BeforeValidator(_listed, json_schema_input_type=list[str] | str),
]
Networks = Annotated[
    list[Annotated[str, AfterValidator(_network)]],
    BeforeValidator(_listed, json_schema_input_type=list[str] | str),
]
Selector = Annotated[str, AfterValidator(_selector)]
Selectors = Annotated[list[Selector], BeforeValidator(_listed, json_schema_input_type=list[str] | str)]
SelectorTargets = Annotated[
    dict[Selector, Annotated[str, AfterValidator(_glob)] | None],
    BeforeValidator(_keyed, json_schema_input_type=dict[str, str | None] | list[str] | str),
]


class _Strict(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        alias_generator=lambda name: name.replace("_", "-"),
    )


class Domain(_Strict):
    """What a domain does with mail, and who does it."""

    mail: Mail = Field("full", description="What it does: send and receive, one of the two, or nothing at all.")
    policy: Policy | None = Field(None, description="The DMARC policy that its record must ask for.")
    reports: Annotated[str, AfterValidator(_mailbox)] = Field(
        "", description="The mail address that DMARC reports must go to."
    )
    hosts: Names = Field([], description="Names from `hosts` that take or send its mail.")
    senders: Annotated[list[str], BeforeValidator(_listed, json_schema_input_type=list[str] | str)] = Field(
        [], description="Names from `senders`, or of the catalogue, that send for it."
    )
    selectors: Selectors = Field(
        [], description="The DKIM selectors that hosts sign with for this domain, where not their own."
    )
    users: bool = Field(False, description="Whether people write mail from it, to mailing lists for one.")
    public_suffix: bool | None = Field(None, description="Whether others register names below it.")


class Host(_Strict):
    """A mail host that you run."""

    addresses: Addresses = Field([], description="Its IPv4 and IPv6 addresses.")
    helo: Name | None = Field(None, description="The name that it greets with; its own where none is given.")
    roles: Annotated[
        list[Role],
        BeforeValidator(
            _listed, json_schema_input_type=list[Literal["mx", "submission", "relay", "forwarder"]] | str
        ),
    ] = Field([], description="What it does: take mail (mx), send it (submission, relay), forward it (forwarder).")
    selectors: Selectors = Field([], description="The DKIM selectors that it signs with.")
    srs_domain: Name | None = Field(None, description="The domain that it rewrites envelope senders to (SRS).")


class Sender(_Strict):
    """A service that sends mail for your domains."""

    service: str | None = Field(None, description="Its name in the catalogue, where that is not its name here.")
    include: Names = Field([], description="The names that SPF must include for it.")
    networks: Networks = Field([], description="The networks that it sends from.")
    selectors: SelectorTargets = Field(
        {},
        description="Its DKIM selectors, each with its CNAME's target if it has one; `*` fits anything.",
    )
    aligns: list[Literal["spf", "dkim"]] | None = Field(
        None, description="Whether its envelope sender (spf), its signature (dkim) bear a name of yours."
    )
    envelope_domain: Name | None = Field(None, description="The domain of its envelope sender.")
    signing_domain: Name | None = Field(None, description="The domain that it signs with, `d=`.")


class Spec(_Strict):
    """Domains, hosts and senders."""

    domains: dict[str, Domain] = Field({}, description="What each of your domains does with mail, by its name.")
    hosts: dict[str, Host] = Field({}, description="The mail hosts that you run, by their names.")
    senders: dict[str, Sender] = Field({}, description="The services that send for you, by names of your choice.")


SECTIONS: dict[str, type[BaseModel]] = {"domains": Domain, "hosts": Host, "senders": Sender}

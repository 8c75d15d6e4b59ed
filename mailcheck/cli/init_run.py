"""The three ways of `mailcheck init`, each from what was told to files that are written or shown."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from mailcheck.analysis.fresh_draft import Answers
from mailcheck.analysis.host_draft import HostAnswers
from mailcheck.cli.init_answers import addresses_of, asked, mailbox_of, name_of, senders_of, words
from mailcheck.cli.new_files import show, write_new
from mailcheck.cli.output import write_stderr
from mailcheck.cli.progress import watched
from mailcheck.commands import init as command
from mailcheck.commands import outside
from mailcheck.errors import ExitCode, UsageError
from mailcheck.grammar.mail_domain import mail_domain
from mailcheck.model.draft import Draft
from mailcheck.model.limits import Limits
from mailcheck.model.names import IPAddress
from mailcheck.model.spec import Policy
from mailcheck.model.text import shorten
from mailcheck.render import escape
from mailcheck.zonefile.write_draft import ZoneFormat


class Told(NamedTuple):
    """What the command line says, as it was typed."""

    domains: tuple[str, ...]
    host: str | None
    addresses: tuple[str, ...]
    senders: tuple[str, ...]
    reports: str | None
    policy: Policy


class Writing(NamedTuple):
    """Where files go, and how."""

    folder: Path
    kind: ZoneFormat
    dry_run: bool
    force: bool


def from_host(told: Told, root: Path | None, bundle: Path | None, writing: Writing) -> ExitCode:
    """Write what a mail host needs."""
    answers = HostAnswers(
        name_of(told.host) if told.host is not None else "",
        addresses_of(told.addresses),
        tuple(dict.fromkeys(map(name_of, told.domains))),
        senders_of(told.senders),
        mailbox_of(told.reports) if told.reports is not None else "",
        told.policy,
    )
    _write(command.from_host(root, bundle, answers), writing)
    return ExitCode.CLEAN


def from_answers(told: Told, writing: Writing) -> ExitCode:
    """Write what a new domain needs, and ask for what the command line leaves open."""
    if len(told.domains) > 1:
        raise UsageError("one domain at a time", hint="several can be read from a mail host: --from-host")
    domain = name_of(told.domains[0]) if told.domains else asked("The domain", "DOMAIN", name_of)
    senders = senders_of(told.senders)
    host = _host(told, domain)
    addresses = addresses_of(told.addresses)
    if host and not addresses:
        addresses = asked("The addresses of the mail host, IPv4 and IPv6", "--address", _some_addresses)
    if not senders:
        question = "Services that send for it as well, names of the catalogue"
        senders = asked(question, "--sender", lambda text: senders_of(words(text)), "")
    if not host and not senders:
        raise UsageError("nobody sends for the domain", hint="name a mail host or a service: --host, --sender")
    reports = told.reports
    if reports is None:
        read = asked("The mailbox for DMARC reports, empty for none yet", "--reports", _mailbox_or_none, "")
    else:
        read = mailbox_of(reports)
    _write(command.from_answers(Answers(domain, host, addresses, senders, read, told.policy)), writing)
    return ExitCode.CLEAN


def from_dns(
    told: Told, selectors: tuple[str, ...], resolvers: tuple[str, ...], bounds: Limits, writing: Writing
) -> ExitCode:
    """Write what DNS holds of a domain, then lint it; the worse of both outcomes."""
    from mailcheck.commands.init_dns import from_dns as ask_dns

    if len(told.domains) != 1:
        raise UsageError("`--from-dns` takes one domain", hint="mailcheck init --from-dns example.com")
    domain = name_of(told.domains[0])
    for selector in selectors:
        if mail_domain(selector) is None:
            raise UsageError(f"`{shorten(selector)}` is no DKIM selector")
    names = [selector.lower().removesuffix(".") for selector in selectors]
    live = outside.live_dns(resolvers, bounds)
    with watched(quiet=False) as progress:
        found = ask_dns(domain, names, live, progress)
    _write(found.draft, writing, "what is known of this zone")
    code = ExitCode.CLEAN if found.is_complete else ExitCode.INCONCLUSIVE
    if writing.dry_run:
        return code
    return max(code, _lint(command.new_files(found.draft, writing.folder, writing.kind), live, bounds))


def _lint(files: tuple[command.NewFile, ...], live: outside.LiveDns, bounds: Limits) -> ExitCode:
    from mailcheck.cli.complaints import tell_trouble
    from mailcheck.cli.options import Color, Format, Target
    from mailcheck.cli.outcome import exit_code, write_reports
    from mailcheck.commands.lint import LintSettings, lint
    from mailcheck.render.style import Style

    settings = LintSettings(tuple([file.path for file in files]), limits=bounds, live=live)
    with watched(quiet=False) as progress:
        report = lint(settings, progress)
    tell_trouble(live.trouble)
    code = exit_code(report, None, strict=False)
    style = Style(findings=bounds.findings, exit_code=code)
    return max(code, write_reports(report, (Target(Format.TEXT),), style, Color.AUTO))


def _write(draft: Draft, writing: Writing, heading: str = "left to you") -> None:
    files = command.new_files(draft, writing.folder, writing.kind)
    if writing.dry_run:
        show(files)
    else:
        write_new(files, force=writing.force)
    if draft.open:
        write_stderr(f"{heading}:\n" + "".join(f"- {escape.text(item)}\n" for item in draft.open))


def _host(told: Told, domain: str) -> str:
    """The mail host; empty where there is none, since services take and send all mail."""
    if told.host is not None:
        return name_of(told.host)
    question = f"The full name of your mail host, such as mail.{domain.removesuffix('.')}, empty for none"
    may_be_none = told.senders and not told.addresses
    return asked(question, "--host", _name_or_none, "" if may_be_none else None)


def _name_or_none(text: str) -> str:
    return name_of(text) if text else ""


def _mailbox_or_none(text: str) -> str:
    return mailbox_of(text) if text else ""


def _some_addresses(text: str) -> tuple[IPAddress, ...]:
    found = addresses_of(words(text))
    if not found:
        raise UsageError("no address was given", hint="such as 192.0.2.25")
    return found

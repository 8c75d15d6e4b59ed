"""A domain that does no mail does not say so in full.

## What it checks
Each domain with `mail: none` in `mailcheck.yaml` has a null MX and nothing else in MX, the SPF record
`v=spf1 -all`, a DMARC policy of `reject`, its own or one from above, and an empty key at `*._domainkey`.

## Why it matters
Spammers like domains that nobody watches. Each of the four closes one door: bounces and spam are not even
tried, no address may send, mail in its name is refused, no old key signs.

## Example
    domains:
      example.net: {mail: none}

    example.net. TXT "v=spf1 -all"
    ; and no MX, no DMARC, no DKIM record

## How to fix
    example.net.               MX  0 .
    example.net.               TXT "v=spf1 -all"
    _dmarc.example.net.        TXT "v=DMARC1; p=reject"
    *._domainkey.example.net.  TXT "v=DKIM1; p="

## References
RFC 7505 section 3; RFC 7208 section 10.1.2; RFC 9989 section 4.7; RFC 6376 section 3.6.1
"""

from collections.abc import Iterator

from mailcheck.analysis.dmarc_policy import discover_policy
from mailcheck.analysis.spec_keys import key_state
from mailcheck.analysis.spec_places import place_of, set_place, sides, spf_record
from mailcheck.analysis.zone_sets import whole_zone
from mailcheck.grammar.spf import is_spf, parse_spf
from mailcheck.lint.rule import Context, Problem, Rule, Severity, Skip, master, unanswered
from mailcheck.model.dns import Answer, Present, Question, Unknown
from mailcheck.model.location import Location
from mailcheck.model.spec import DomainSpec
from mailcheck.model.text import shown_name
from mailcheck.model.zone import Zone

_ANY_SELECTOR = "*._domainkey."


def check(zone: Zone, ask: Context) -> Iterator[Problem | Skip]:
    for domain in ask.promises.domains:
        if domain.mail != "none":
            continue
        mx, txt = Question(domain.name, "MX"), Question(domain.name, "TXT")
        keys = Question(_ANY_SELECTOR + domain.name, "TXT")
        answers = ask.ask_all({mx, txt, keys})
        for question, wanted, is_right in (
            (mx, "a null MX, `0 .`", _is_null(answers[mx])),
            (txt, "`v=spf1 -all`", _sends_nothing(answers[txt])),
            (keys, f"a revoked key, `v=DKIM1; p=`, at `{_ANY_SELECTOR.removesuffix('.')}`",
             key_state(answers[keys]) == "revoked"),
        ):  # fmt: skip
            answer = answers[question]
            if isinstance(answer, Unknown):
                yield unanswered(question, answer)
            elif not is_right:
                yield _problem(zone, domain, question, wanted, _place(zone, question))
        yield from _dmarc(zone, domain, ask)


def _is_null(answer: Answer) -> bool:
    return isinstance(answer, Present) and all(record.text.endswith(" .") for record in answer.records)


def _sends_nothing(answer: Answer) -> bool:
    records = [record for record in answer.records if is_spf(record.text)] if isinstance(answer, Present) else []
    if len(records) != 1:
        return False
    tree = parse_spf(records[0].text)
    return not tree.invalid and [(term.mechanism, term.qualifier) for term in tree.directives] == [("all", "-")]


def _place(zone: Zone, question: Question) -> Location | None:
    record = spf_record(zone, question.name) if question.type == "TXT" else None
    if record is not None:
        return record.at
    return set_place(zone, *question) if question.type == "MX" else place_of(zone, question.name)


def _dmarc(zone: Zone, domain: DomainSpec, ask: Context) -> Iterator[Problem | Skip]:
    if domain.policy not in (None, "reject"):
        return
    policy = ask.evaluate(discover_policy, domain.name)
    question = Question(f"_dmarc.{domain.name}", "TXT")
    if policy.open is not None:
        yield unanswered(*policy.open)
    elif policy.requested != "reject":
        yield _problem(zone, domain, question, "the DMARC policy `p=reject`", set_place(zone, *question))


def _problem(zone: Zone, domain: DomainSpec, question: Question, wanted: str, place: Location | None) -> Problem:
    at, related = sides(place, domain.place("mail"), "the spec says that it does no mail")
    return Problem(
        f"`{shown_name(domain.name)}` does no mail by the spec, and lacks {wanted}",
        at,
        help=f"publish {wanted}, or change `mail` in the spec",
        related=related,
        token=question.type if question.name == domain.name else "",
        name=question.name,
        type=question.type,
    )


_SPEC = {"mailcheck.yaml": "domains:\n  example.com: {mail: none}\n"}
_MX = "@ MX 0 .\n"
_SPF = '@ TXT "v=spf1 -all"\n'
_DMARC = '_dmarc TXT "v=DMARC1; p=reject"\n'
_DKIM = '*._domainkey TXT "v=DKIM1; p="\n'

RULE = Rule(
    __name__,
    __doc__,
    over=whole_zone,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 7505 section 3",
    needs=frozenset({"dns", "spec"}),
    yields_to=(
        "zone-non-ascii",
        "spf-misspelt-version",
        "spf-record-type",
        "spf-single-record",
        "spf-syntax",
        "dmarc-misspelt",
        "dmarc-single-record",
        "dmarc-policy-missing",
        "mx-null",
    ),
    good=(
        master(_MX + _SPF + _DMARC + _DKIM, **_SPEC),
        master(
            _MX + _SPF + _DMARC.replace("reject", "none") + _DKIM,
            **{"mailcheck.yaml": "domains:\n  example.com: {mail: none, policy: none}\n"},
        ),
    ),
    bad=(
        master(_SPF + _DMARC + _DKIM, caret="@", **_SPEC),
        master(_MX.replace("0 .", "10 mail") + _SPF + _DMARC + _DKIM, caret="10 mail", **_SPEC),
        master(_MX + _DMARC + _DKIM, caret="@", **_SPEC),
        master(_MX + _SPF.replace("-all", "~all") + _DMARC + _DKIM, caret="v=spf1 ~all", **_SPEC),
        master(_MX + _SPF + _DKIM, caret="@", **_SPEC),
        master(_MX + _SPF + _DMARC.replace("reject", "quarantine") + _DKIM, **_SPEC),
        master(_MX + _SPF + _DMARC, caret="@", **_SPEC),
    ),
)

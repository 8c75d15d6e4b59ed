"""The data of a TLSA record does not fit its fields.

## What it checks
TLSA records of every port: the selector is 0 or 1, the matching type is 0, 1 or 2, the data are
hexadecimal, and their length is that of the matching type: 32 octets for 1 (SHA-256), 64 for 2
(SHA-512), and for 0 a whole certificate or key in DER.

## Why it matters
The record matches no certificate. Where it is the only one for a mail server, senders that check DANE
deliver nothing to it.

## Example
    _25._tcp.mail.example.com. TLSA 3 1 1 abcdef

## How to fix
Compute the digest anew, and write the matching type that belongs to it:
`openssl x509 -in cert.pem -noout -pubkey | openssl pkey -pubin -outform DER | openssl dgst -sha256`.

## References
RFC 6698 sections 2.1.2, 2.1.3, 2.1.4 and 4.1
"""

from collections.abc import Iterator

from mailcheck.analysis.transport import Tlsa, tlsa_records
from mailcheck.grammar.tlsa import DIGESTS, Number, TlsaRecord
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity, master

_PRIVATE_USE = 255


def check(tlsa: Tlsa, _: Context) -> Iterator[Problem]:
    tree = tlsa.tree
    found = _field_fault(tree) or _data_fault(tree)
    if found is not None:
        message, advice, start, end = found
        yield Problem(message, tlsa.record.at.within(start, end), help=advice, token=tlsa.record.text[:80])


def _field_fault(tree: TlsaRecord) -> tuple[str, str, int, int] | None:
    for field, name, highest in ((tree.selector, "selector", 1), (tree.matching, "matching type", 2)):
        if field.value is None or highest < field.value < _PRIVATE_USE:
            advice = f"write a number from 0 to {highest}"
            return f"the {name} is {_shown(field)}", advice, field.start, field.end
    return None


def _shown(field: Number) -> str:
    return "no number of 0 to 255" if field.value is None else f"{field.value}, which is undefined"


def _data_fault(tree: TlsaRecord) -> tuple[str, str, int, int] | None:
    start, end = tree.data_start, tree.data_end
    if tree.data is None:
        return "the data are no octets in hexadecimal", "write two hexadecimal digits for each octet", start, end
    length = len(tree.data)
    digest = DIGESTS.get(tree.matching.value or 0)
    if digest is not None and length != digest[1]:
        name, octets = digest
        message = f"matching type {tree.matching.value} is {name} of {octets} octets, here are {length}"
        return message, _advice(length), start, end
    if tree.matching.value == 0 and tree.data[:1] != b"\x30":
        message = f"matching type 0 takes a whole certificate or key, here are {length} octets that are none"
        return message, _advice(length), start, end
    return None


def _advice(length: int) -> str:
    matching = next((number for number, (_, octets) in DIGESTS.items() if octets == length), None)
    return f"for a digest of {length} octets write {matching}" if matching else "compute the digest anew"


_EXCHANGE = (
    '@ MX 10 mail\nmail A 192.0.2.25\n_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@example.com"\n_25._tcp.mail TLSA '
)


def _yaml(matching: int, data: str) -> Case:
    value = (
        f"{{certificate_usage: 3, selector: 1, matching_type: {matching}, certificate_association_data: {data}}}"
    )
    return Case({"example.com.yaml": f"_25._tcp.mail:\n  type: TLSA\n  value: {value}\n"}, caret=data)


RULE = Rule(
    __name__,
    __doc__,
    over=tlsa_records,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 6698 section 2.1.3",
    good=(
        master(_EXCHANGE + "3 1 1 " + "ab" * 32),
        master(_EXCHANGE + "3 1 2 " + "ab" * 64),
        master(_EXCHANGE + "3 1 0 3059301306072a8648ce3d020106082a8648ce3d030107034200"),
        master(_EXCHANGE + "3 1 1 " + " ".join(["abcdef01"] * 8)),
        master(_EXCHANGE + "3 1 255 abcd"),
    ),
    bad=(
        _yaml(1, "ab" * 31),
        _yaml(1, "ab" * 64),
        _yaml(2, "ab" * 32),
        _yaml(1, "abcx"),
        master(_EXCHANGE + "3 1 1 " + "ab" * 31, caret="ab" * 31),
        master(_EXCHANGE + "3 1 0 " + "ab" * 32, caret="ab" * 32),
        master(_EXCHANGE + "3 2 1 " + "ab" * 32, caret="2"),
        master(_EXCHANGE + "3 1 3 " + "ab" * 32, caret="3"),
    ),
)

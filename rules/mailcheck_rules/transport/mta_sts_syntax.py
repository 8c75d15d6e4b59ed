"""An MTA-STS record or policy breaks the grammar, so senders ignore it.

## What it checks
The TXT record at `_mta-sts`: `v=STSv1;` at its very beginning and in this case, then `id=` with 1 to 32
letters or digits. The policy file `mta-sts.<domain>.txt` beside the zone: one `name: value` on a line, the
fields `version`, `mode`, `max_age` and, unless the mode is `none`, `mx`, each with a value of its kind. Lines may
end in LF or CRLF. Records that do not begin with `v=STSv1;` are let pass beside one that does.

## Why it matters
Senders treat a domain with a broken record or policy as one without MTA-STS: mail may be delivered
without TLS, or to the wrong server, and nobody notices.

## Example
    _mta-sts.example.com. TXT "v=STSv1; id=2026-01-31"

## How to fix
Correct the part under the caret. Change the `id` whenever the policy changes.

## References
RFC 8461 sections 3.1 and 3.2
"""

from collections.abc import Iterator

from mailcheck.analysis.transport import Declaration, sts_declarations
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity, master


def check(declared: Declaration, _: Context) -> Iterator[Problem]:
    for fault in declared.faults:
        at = declared.at.within(fault.start, fault.end)
        yield Problem(fault.message, at, help=fault.help, token=fault.message)


_HOST = """\
mta-sts A 192.0.2.80
_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@example.com"
@ MX 10 mail
mail A 192.0.2.25
"""
_RECORD = '_mta-sts TXT "v=STSv1; id=20260131"\n'


def _policy(text: str, caret: str | None = None) -> Case:
    return master(_HOST + _RECORD, caret, **{"mta-sts.example.com.txt": text})


RULE = Rule(
    __name__,
    __doc__,
    over=sts_declarations,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 8461 section 3.1",
    yields_to=("zone-unescaped-semicolon", "zone-non-ascii"),
    good=(
        master(_HOST + _RECORD),
        master(_HOST + '_mta-sts TXT "v=STSv1 ; id=a1;"\n_mta-sts TXT "a note"'),
        master(_HOST + '_mta-sts TXT "v=STSv1;id=a1; x-note.2=b"'),
        _policy("version: STSv1\nmode: enforce\nmx: mail.example.com\nmx: *.example.net\nmax_age: 604800\n"),
        _policy("version: STSv1\r\nmode: none \r\nmax_age: 86400\r\nx-note: one two\r\n"),
    ),
    bad=(
        master(_HOST + '_mta-sts TXT "v=STSV1; id=1"', caret="v=STSV1;"),
        master(_HOST + '_mta-sts TXT "v=STSv1"', caret="v=STSv1"),
        master(_HOST + '_mta-sts TXT "v=STSv1; id=2026-01-31"', caret="2026-01-31"),
        master(_HOST + '_mta-sts TXT "v=STSv1;"', caret="v=STSv1;"),
        master(_HOST + '_mta-sts TXT "v=STSv1; id = 1"', caret=" = "),
        master(_HOST + '_mta-sts TXT "v=STSv1; id=1; note"', caret="note"),
        _policy("version: STSv2\nmode: enforce\nmx: mail.example.com\nmax_age: 604800\n", "STSv2"),
        _policy("version: STSv1\nmode: report\nmx: mail.example.com\nmax_age: 604800\n", "report"),
        _policy("version: STSv1\nmode: enforce\nmx: mail.example.com, b.example.com\nmax_age: 604800\n"),
        _policy("version: STSv1\nmode: enforce\nmx: mail.example.com\nmax_age: 1w\n", "1w"),
        _policy("version: STSv1\nmode: enforce\nmx: mail.example.com\n", "version: STSv1"),
        _policy("version: STSv1\nMode: none\nmax_age: 604800\n", "Mode"),
        _policy("version: STSv1\nmode=enforce\nmode: none\nmax_age: 604800\n", "mode=enforce"),
        _policy("version: STSv1\nmode: none\n\nmax_age: 604800\n"),
        _policy("version: STSv1\nmode: none\nmode: testing\nmax_age: 604800\n", "mode: testing"),
        _policy("\n"),
    ),
)

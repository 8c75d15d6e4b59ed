"""What becomes of a signature: the values that verification returns."""

from __future__ import annotations

from typing import Literal, NamedTuple

from mailcheck.model.dns import Question, Unknown
from mailcheck.model.record import Record

SignatureResult = Literal["pass", "fail", "none", "neutral", "policy", "temperror", "permerror", "undetermined"]
"""RFC 8601 section 2.7.1, and `undetermined` where the key was not asked for or a limit was reached.

`neutral`: the signature cannot be read. `policy`: it verifies, or would, and verifiers do not take it
(expired, made in the future, a key too short or too long). `permerror`: it may not be used, or there
is no usable key. `temperror`: the key was asked for and no answer came.
"""


class Signature(NamedTuple):
    """What verifiers make of one signature, or of the key that would verify one.

    - `reason`: one sentence without a final stop.
    - `domain`: d=, absolute, lower case, A-labels, empty where it cannot be read. `selector`: s=.
    - `identity`: i= as written. `algorithm`: a=, such as `rsa-sha256`; for a key alone its type.
    - `key`: the key's record; None where none was found. `key_bits`: of its modulus, 256 for Ed25519.
    - `failed`: the part that does not match; `body` also where the key stayed open or is missing.
    - `signed`: the names in h=, lower case. `signed_at`, `expires_at`: t= and x=, seconds since 1970.
    - `unsigned_octets`: how much of the body lies behind l=; None where there is no l=.
    - `testing`: whether the key says t=y, by which a failure counts as no signature.
    - `open`: what was not answered, where the result is `undetermined` or `temperror`.
    - `line`: of the message, from 1 on; 0 for a key alone.
    """

    result: SignatureResult
    reason: str
    domain: str
    selector: str
    identity: str = ""
    algorithm: str = ""
    key: Record | None = None
    key_bits: int | None = None
    failed: Literal["body", "header"] | None = None
    signed: tuple[str, ...] = ()
    signed_at: int | None = None
    expires_at: int | None = None
    unsigned_octets: int | None = None
    testing: bool = False
    open: tuple[Question, Unknown] | None = None
    line: int = 0


class ArcSet(NamedTuple):
    """One ARC set (RFC 8617 section 4.2): `chain` is cv= of its seal as written, `none`, `pass` or `fail`."""

    instance: int
    chain: str
    message_signature: Signature
    seal: Signature


class ArcChain(NamedTuple):
    """The chain of a message (RFC 8617 section 5.2), its sets by instance, 1 first.

    `sets` is empty where there is no chain or none that can be read. Of RFC 8617 are `none`, `pass` and
    `fail`; `temperror` and `undetermined` mean that nothing failed and `open` was not answered.
    """

    result: Literal["none", "pass", "fail", "temperror", "undetermined"]
    reason: str
    sets: tuple[ArcSet, ...] = ()
    open: tuple[Question, Unknown] | None = None


class MessageSignatures(NamedTuple):
    """All DKIM signatures of a message, the topmost first, how many more were not checked, and the chain."""

    dkim: tuple[Signature, ...]
    unchecked: int
    arc: ArcChain

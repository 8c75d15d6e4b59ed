"""The options of OpenDKIM 2.11: their names, types and defaults.

Measured with Debian's build (2.11.0~beta2, `opendkim -n`): each name was given to it, and values of each type.
Its manual opendkim.conf(5) tells which strings are data sets and what an option is where nobody sets it.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

OptionType = Literal["boolean", "integer", "string", "data set"]


class KnownOption(NamedTuple):
    """An option as the manual writes its name."""

    name: str
    type: OptionType


_BOOLEAN = """
AllowSHA1Only AlwaysAddARHeader AuthservIDWithJobID AutoRestart Background CaptureUnknownErrors DNSConnect
Diagnostics DisableCryptoInit DomainKeysCompat EnableCoredumps FixCRLF IgnoreMalformedMail KeepAuthResults
KeepTemporaryFiles LDAPDisableCache LDAPUseTLS LogResults LogWhy MultipleSignatures NoHeaderB Quarantine
QueryCache RemoveARAll RemoveOldSignatures RequestReports RequireSafeKeys RequiredHeaders ResolverTracing
SendReports SoftStart SoftwareHeader StrictHeaders StrictTestMode SubDomains Syslog SyslogSuccess
VBR-PurgeFields VBR-TrustedCertifiersOnly WeakSyntaxChecks X-Header
"""
_INTEGER = """
AutoRestartCount ClockDrift DNSTimeout MaximumHeaders MaximumSignaturesToVerify MaximumSignedBytes MilterDebug
Minimum MinimumKeyBits SignatureTTL UMask
"""
_STRING = """
ATPSHashAlgorithm AuthservID AutoRestartRate BaseDirectory BogusKey Canonicalization ChangeRootDirectory
DiagnosticDirectory FinalPolicyScript Include KeyFile LDAPAuthMechanism LDAPAuthName LDAPAuthRealm LDAPAuthUser
LDAPBindPassword LDAPBindUser LDAPKeepaliveIdle LDAPKeepaliveInterval LDAPKeepaliveProbes LDAPTimeout MTACommand
Mode Nameservers On-BadSignature On-DNSError On-Default On-InternalError On-KeyNotFound On-NoSignature
On-Security On-SignatureError PidFile RedirectFailuresTo ReplaceRules ReportAddress ReportBccAddress
ResolverConfiguration ScreenPolicyScript SelectCanonicalizationHeader Selector SenderMacro SetupPolicyScript
SignatureAlgorithm Socket Statistics StatisticsName StatisticsPrefix SyslogFacility SyslogName
TemporaryDirectory TestPublicKeys TrustAnchorFile UnprotectedKey UserID VBR-Certifiers VBR-TrustedCertifiers
VBR-Type
"""
_DATA_SET = """
ATPSDomains BodyLengthDB Domain DontSignMailTo ExemptDomains ExternalIgnoreList InternalHosts KeyTable MTA
MacroList MustBeSigned OmitHeaders OversignHeaders PeerList RemoveARFrom ReplaceHeaders SenderHeaders SignHeaders
SigningTable TestDNSData TrustSignaturesFrom
"""
_NAMES: tuple[tuple[OptionType, str], ...] = (
    ("boolean", _BOOLEAN),
    ("integer", _INTEGER),
    ("string", _STRING),
    ("data set", _DATA_SET),
)

KNOWN_OPTIONS = {name.lower(): KnownOption(name, kind) for kind, names in _NAMES for name in names.split()}
"""By the lower-case name: OpenDKIM does not tell upper from lower case."""

NOT_IN_DEBIAN = frozenset(
    {
        "identityheader",
        "identityheaderremove",
        "popdbfile",
        "resignall",
        "resignmailto",
        "smtpuri",
        "statisticspolicyscript",
    }
)
"""Lower-case names of the manual that Debian's build refuses as unknown."""

DEFAULTS = {
    "Background": "yes",
    "BogusKey": "fail",
    "Canonicalization": "simple/simple",
    "ClockDrift": "300",
    "DNSTimeout": "5",
    "InternalHosts": "127.0.0.1",
    "Mode": "sv",
    "MTACommand": "/usr/sbin/sendmail",
    "RequireSafeKeys": "yes",
    "SelectCanonicalizationHeader": "X-Canonicalization",
    "SenderHeaders": "From",
    "SignatureAlgorithm": "rsa-sha256",
    "SyslogFacility": "mail",
    "SyslogName": "opendkim",
    "TemporaryDirectory": "/tmp",
    "UnprotectedKey": "none",
}
"""What holds where nobody sets the option; the others are empty, no or 0."""

FLAGS = {
    "A": "AutoRestart",
    "b": "Mode",
    "c": "Canonicalization",
    "d": "Domain",
    "D": "SubDomains",
    "k": "KeyFile",
    "l": "Syslog",
    "L": "Minimum",
    "o": "OmitHeaders",
    "p": "Socket",
    "P": "PidFile",
    "r": "RequiredHeaders",
    "s": "Selector",
    "S": "SignatureAlgorithm",
    "T": "DNSTimeout",
    "u": "UserID",
    "W": "LogWhy",
}
"""Flags of the command line and the option that each stands for (opendkim(8))."""

VALUE_FLAGS = frozenset("bcdeFkLopPsStTux")
"""Flags that are followed by a value."""

"""Which TLS versions Postfix's lists leave enabled."""

import pytest

from mailcheck.grammar.tls_protocols import PROTOCOLS, enabled_protocols


@pytest.mark.parametrize(
    ("items", "enabled"),
    [
        ((), PROTOCOLS),
        (("!SSLv2", "!SSLv3"), PROTOCOLS[1:]),
        (("!sslv3:!tlsv1:!tlsv1.1",), PROTOCOLS[3:]),
        ((">=TLSv1.2",), PROTOCOLS[3:]),
        ((">=0303", "<=TLSv1.2"), ("TLSv1.2",)),
        (("TLSv1.2", "TLSv1.3"), PROTOCOLS[3:]),
        (("TLSv1", "TLSv1.2", "!TLSv1"), ("TLSv1.2",)),
        (("nonsense", ">="), PROTOCOLS),
    ],
)
def test_lists(items: tuple[str, ...], enabled: tuple[str, ...]) -> None:
    assert enabled_protocols(items) == enabled

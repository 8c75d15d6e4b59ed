"""The only way out for text: one escape for each output format.

What mailcheck prints was written by others: records, comments, file names, DNS answers. A terminal
obeys escape sequences in it, a CI runner obeys workflow commands, a reader believes characters that
turn the text around. Messages hold octets of records as characters 0 to 255; whatever of them is not
printable ASCII is shown as `\\DDD`, as in a master file (RFC 1035 section 5.1).
"""

from __future__ import annotations

from collections.abc import Sequence

from mailcheck.model.patterns import late

LINE = 2_048
"""Octets of one line of output, its end included."""
MESSAGE = 1_200
PATH = 600
WORD = 100
"""Octets that a message, a path or an id may take of a line."""

_LOG_COMMAND = late(r"(?<=#)#(?=[\w.-]{0,32}\[)")
_NOT_ASCII = late(r"[^ -~]")
_XML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"})
_SURROGATE = late(r"[\ud800-\udfff]")
_MARKUP = late(r"[!-/:-@\[-`{-~]")
_BACKTICKS = late(r"`+")
_BROKEN_PERCENT = late(r"%[0-9A-F]?\Z")


def text(value: str, limit: int = MESSAGE) -> str:
    """A message for a terminal or a log: one line, at most `limit` octets in UTF-8.

    Control characters and octets over 126 become `\\DDD`, other characters that do not print (the ones
    that change the direction of text among them) `\\uXXXX`. `::` at the start and `##[` anywhere would be
    commands to a CI runner: one character of them is written as `\\DDD`.
    """
    return cut(_logged(value[: limit + 1], octets=True), limit)


def source(value: str, limit: int = PATH) -> str:
    """A path or a line of a file for a terminal or a log: as `text`, but its printable Unicode stays."""
    return cut(_logged(value[: limit + 1], octets=False), limit)


def diff(line: str) -> str:
    """A line of a diff, without its line feed, at full length: tabs and a carriage return at its end stay."""
    body = line.removesuffix("\r")
    shown = "\t".join(_logged(part, octets=False) for part in body.split("\t"))
    return shown + line[len(body) :]


def json(value: str) -> str:
    """A message in a JSON document, where it is a string that people read."""
    return _visible(value, octets=True)


def json_path(value: str) -> str:
    """A path or a name in a JSON document, kept as it is; octets that are not UTF-8 become `\\DDD`."""
    return _SURROGATE.sub(lambda found: visible_character(found[0]), value)


def github_data(value: str, limit: int = MESSAGE) -> str:
    """The message of a GitHub workflow command; several lines are joined by `%0A`."""
    lines = (_logged(line, octets=True) for line in value[: limit + 1].split("\n"))
    return _cut_percent("\n".join(lines).replace("%", "%25").replace("\n", "%0A"), limit)


def github_property(value: str, limit: int = PATH) -> str:
    """A property (`file`, `title`) of a GitHub workflow command."""
    encoded = _logged(value[: limit + 1], octets=False).replace("%", "%25")
    return _cut_percent(encoded.replace(":", "%3A").replace(",", "%2C"), limit)


def markdown(value: str, limit: int = MESSAGE) -> str:
    """A message in GitHub's Markdown: plain words only, no markup, HTML, link or mention.

    Everything but letters, digits and spaces becomes a character reference.
    """
    return _MARKUP.sub(lambda found: f"&#{ord(found[0])};", text(value, limit))


def markdown_code(value: str, limit: int = MESSAGE) -> str:
    """A message as a code span, whatever backticks it holds."""
    shown = text(value, limit)
    fence = "`" * (max(map(len, _BACKTICKS.findall(shown)), default=0) + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") or not shown.strip() else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def fenced(lines: Sequence[str], language: str) -> list[str]:
    """Lines that were escaped by `text` already, as a fenced code block of Markdown."""
    longest = max((len(run) for line in lines for run in _BACKTICKS.findall(line)), default=0)
    fence = "`" * max(3, longest + 1)
    return [fence + language, *lines, fence]


def sarif(value: str) -> str:
    """A message string of SARIF 2.1.0, of one or more lines.

    Braces are doubled (section 3.11.5). `](` would make a link (section 3.11.6) and cannot be written
    literally: a space comes between.
    """
    lines = (_visible(line, octets=True) for line in value.split("\n"))
    return "\n".join(lines).replace("{", "{{").replace("}", "}}").replace("](", "] (")


def prometheus(value: str, limit: int = WORD) -> str:
    """The value of a label in Prometheus' text format: a backslash, a quote and a line's end are escaped."""
    return text(value, limit).replace("\\", "\\\\").replace('"', '\\"')


def sarif_uri(path: str) -> str:
    """A relative URI reference for a path, without `..` and without a leading slash."""
    from urllib.parse import quote

    parts = [part for part in path.split("/") if part not in ("", ".", "..")]
    return quote("/".join(parts).encode("utf-8", "surrogatepass")) or "."


def xml(value: str) -> str:
    """A message in an XML document, as text or as the value of an attribute.

    What does not print is shown as in a log, so that nothing is left that XML 1.0 forbids (section 2.2).
    Line feeds stay, as a character reference that no reader of attributes makes a space of (section 3.3.3).
    """
    lines = (_logged(line, octets=True) for line in value.split("\n"))
    return "&#10;".join(line.translate(_XML) for line in lines)


def xml_path(value: str) -> str:
    """A path or a name in an XML document: as `xml`, but its printable Unicode stays."""
    return _logged(value, octets=False).translate(_XML)


def cut(value: str, limit: int) -> str:
    """`value`, or its beginning and `…` where it takes more than `limit` octets in UTF-8."""
    if len(value) <= limit // 4 or len(octets := value.encode("utf-8", "replace")) <= limit:
        return value
    return octets[: limit - 3].decode("utf-8", "ignore") + "…"


def visible_character(char: str, *, octets: bool = False) -> str:
    """What stands for a character that must not go out: `\\DDD`, `\\uXXXX` or `\\UXXXXXXXX`.

    `octets` says that the character is an octet of a record. A lone surrogate stands for an octet of a
    file name that is not UTF-8.
    """
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\{code - 0xDC00:03d}"
    if code < 0x80 or (octets and code <= 0xFF):
        return f"\\{code:03d}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def starts_log_command(line: str, at: int) -> bool:
    """Whether the `#` at offset `at` completes a `##[` or `##word[`, which CI runners obey anywhere in a line."""
    return _LOG_COMMAND.match(line, at) is not None


def _visible(value: str, *, octets: bool) -> str:
    if value.isascii() and value.isprintable():
        return value
    return _NOT_ASCII.sub(lambda found: _shown(found[0], octets=octets), value)


def _shown(char: str, *, octets: bool) -> str:
    prints = char.isprintable() and not (octets and char <= "\xff")
    return char if prints else visible_character(char, octets=octets)


def _logged(value: str, *, octets: bool) -> str:
    """What is visible, and no command to a CI runner."""
    shown = _visible(value, octets=octets)
    if shown.lstrip().startswith("::"):
        shown = shown.replace(":", "\\058", 1)
    return _LOG_COMMAND.sub("\\\\035", shown) if "##" in shown else shown


def _cut_percent(value: str, limit: int) -> str:
    short = cut(value, limit)
    return short if short == value else _BROKEN_PERCENT.sub("", short.removesuffix("…")) + "…"

"""Random zones with random faults in random styles: what is fixable gets fixed, and nothing else changes."""

from __future__ import annotations

import contextlib
import io
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from mailcheck.cli.main import main

RULES = "spf-host-bits,spf-duplicate-term,spf-case,dmarc-removed-*,dmarc-fo-without-ruf,mx-null"

Draw = st.DrawFn
TERMS = (
    "ip4:192.0.2.1", "ip4:192.0.2.17/24", "ip4:192.0.2.0/24", "ip4:198.51.100.7/28", "ip6:2001:db8::1/64",
    "IP6:2001:db8::/64", "mx", "MX", "~a", "a:mail.example.net", "include:_spf.example.net", "Include:a.example",
    "exists:%{i}.x.example.net", "x-note=1",
)  # fmt: skip
TAGS = ("pct=100", "ri=86400", "rf=afrf", "fo=1", "aspf=s", "sp=none", "rua=mailto:a@example.net!10m", "t=n")


class Drawn(NamedTuple):
    """A file: its lines, and whether each belongs to a value that has a fault."""

    text: str
    kept: list[str]
    faulty: int


@st.composite
def spf_texts(draw: Draw) -> list[str]:
    terms = draw(st.lists(st.sampled_from(TERMS), min_size=1, max_size=8))
    return [draw(st.sampled_from(["v=spf1", "V=SPF1"])), *terms, draw(st.sampled_from(["-all", "~ALL"]))]


@st.composite
def dmarc_texts(draw: Draw) -> list[str]:
    tags = draw(st.lists(st.sampled_from(TAGS), max_size=6, unique=True))
    last = draw(st.sampled_from(["", ";"]))
    parts = ["v=DMARC1", "p=none", *tags]
    return [*(f"{part};" for part in parts[:-1]), parts[-1] + last]


TEXTS = st.one_of(spf_texts(), dmarc_texts())


@st.composite
def on_one_line(draw: Draw, words: list[str]) -> list[str]:
    """A YAML value on the line of its key, or below it."""
    line = " ".join(words)
    cut = draw(st.integers(1, len(line) - 1))
    cut -= line[cut - 1] == "\\"
    space = draw(st.sampled_from([" ", "\\x20", "\\u0020"]))
    styles = {
        "plain": [line],
        "single": [f"'{line}'"],
        "double": ['"' + space.join(word.replace("\\", "\\\\") for word in words) + '"'],
        "flow": [f"['{line}', other]"],
        "literal": ["|-", f"      {line}"],
        "strings": [f"""'"{line[:cut]}" "{line[cut:]}"'"""],
    }
    return styles[draw(st.sampled_from(sorted(styles)))]


@st.composite
def on_several_lines(draw: Draw, words: list[str]) -> list[str]:
    """A YAML value whose lines fold, or are joined by escaped line breaks."""
    lines = [words[0]]
    for word in words[1:]:
        if draw(st.booleans()):
            lines.append(word)
        else:
            lines[-1] += f" {word}"
    indented = [f"        {line}" for line in lines[1:]]
    joined = [line.replace("\\", "\\\\") + " \\" for line in [lines[0], *indented]]
    styles = {
        "plain": [lines[0], *indented],
        "folded": [">-", f"        {lines[0]}", *indented],
        "joined": [f'"{joined[0]}', *joined[1:], '        "'],
    }
    return styles[draw(st.sampled_from(sorted(styles)))]


@st.composite
def yaml_values(draw: Draw, words: list[str]) -> list[str]:
    """The lines of a value of these words, the first of which goes behind the key."""
    escaped = [word.replace(";", "\\;") for word in words]
    return draw(st.one_of(on_one_line(escaped), on_several_lines(escaped)))


@st.composite
def master_values(draw: Draw, words: list[str]) -> list[str]:
    line = " ".join(words)
    cuts = sorted(draw(st.sets(st.integers(1, len(line) - 1), max_size=3)))
    parts = [line[start:end] for start, end in zip([0, *cuts], [*cuts, len(line)], strict=True)]
    escape = draw(st.sampled_from([{}, {" ": "\\032"}, {";": "\\;"}, {"=": "\\061", ";": "\\059"}]))
    strings = ['"' + "".join(escape.get(char, char) for char in part) + '"' for part in parts]
    if draw(st.booleans()):
        return [" ".join(strings)]
    return ["( ; an opening", *(f"\t{string} ; part" for string in strings), "  )"]


@st.composite
def yaml_files(draw: Draw) -> Drawn:
    lines: list[tuple[str, bool]] = [("--- # the zone", False)]
    for number, words in enumerate(draw(st.lists(TEXTS, min_size=1, max_size=8))):
        name = f"_dmarc.n{number}" if words[0].startswith("v=DMARC") else f"n{number}"
        value = draw(yaml_values(words))
        key = "values" if value[0].startswith("[") else "value"
        lines += [(f"{name}: # {number}\u00e9\t!", False), (f"  # of {number}", False)]
        lines += [(f"  {key}: {value[0]}", True), *((rest, True) for rest in value[1:])]
        lines += [(f"  type: TXT # {number}", False)]
    preference = draw(st.sampled_from(["0", "10", "'5'"]))
    lines += [("park:", False), ("  type: MX", False), ("  value: # null", False)]
    lines += [(f"    preference: {preference} # why", True), ("    exchange: .", False)]
    return drawn(lines, draw(st.sampled_from(["\n", "\r\n"])), draw(st.sampled_from(["", "\ufeff"])))


@st.composite
def master_files(draw: Draw) -> Drawn:
    lines = [("$ORIGIN example.com.", False), ("$TTL 3600", False), ("@ NS ns1.example.net.", False)]
    lines += [("@ SOA ns1 host 1 7200 3600 1209600 3600", False)]
    for number, words in enumerate(draw(st.lists(TEXTS, min_size=1, max_size=8))):
        name = f"_dmarc.n{number}" if words[0].startswith("v=DMARC") else f"n{number}"
        value = draw(master_values(words))
        lines += [(f"; {number}\u00e9", False), (f"{name}\tTXT {value[0]}", True)]
        lines += [(rest, True) for rest in value[1:]]
    lines += [(f"park MX {draw(st.sampled_from(['0', '10', '500']))} . ; null", True)]
    return drawn(lines, draw(st.sampled_from(["\n", "\r\n"])), draw(st.sampled_from(["", "\ufeff"])))


def drawn(lines: list[tuple[str, bool]], line_end: str, mark: str) -> Drawn:
    text = mark + "".join(line + line_end for line, _ in lines)
    kept = [line for line, faulty in lines if not faulty]
    return Drawn(text, kept, len(lines) - len(kept))


@contextlib.contextmanager
def folder() -> Iterator[None]:
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as path:
        os.chdir(path)
        try:
            yield
        finally:
            os.chdir(before)


def run(*options: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(["lint", "--select", RULES, *options])
    return code, out.getvalue(), err.getvalue()


def report_of(*options: str) -> Any:
    code, out, err = run("--format", "json", *options)
    assert (code in (0, 1), err) == (True, "")
    return json.loads(out)


def holds(name: str, file: Drawn) -> None:
    with folder():
        path = Path("zones") / name
        path.parent.mkdir()
        path.write_bytes(file.text.encode())
        before = report_of()
        fixable = [finding for finding in before["findings"] if finding["fixable"]]
        would_change, diff, _ = run("--diff")
        assert (would_change == 1) == bool(diff) == bool(fixable)
        assert path.read_bytes() == file.text.encode()
        after = report_of("--fix")
        assert not any(finding["fixable"] for finding in after["findings"])
        assert after["summary"]["records"] == before["summary"]["records"]
        assert after["summary"]["fixed"] >= bool(fixable)
        assert {f["fingerprint"] for f in after["findings"]} <= {f["fingerprint"] for f in before["findings"]}
        octets = path.read_bytes()
        text = octets.decode()
        line_end = "\r\n" if "\r\n" in file.text else "\n"
        lines = text.removeprefix("\ufeff").split(line_end)
        assert text.startswith("\ufeff") == file.text.startswith("\ufeff")
        assert "\n" not in "".join(lines)
        assert [line for line in lines if line in file.kept] == file.kept
        assert len(lines) - 1 <= len(file.kept) + file.faulty
        again = report_of("--fix")
        assert (again["summary"]["fixed"], again["findings"]) == (0, after["findings"])
        assert path.read_bytes() == octets


@settings(max_examples=25)
@given(yaml_files())
def test_octodns_files(file: Drawn) -> None:
    holds("example.com.yaml", file)


@settings(max_examples=25)
@given(master_files())
def test_master_files(file: Drawn) -> None:
    holds("example.com.zone", file)

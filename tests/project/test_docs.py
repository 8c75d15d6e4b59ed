"""What is made of the program for its readers: pages of rules and commands, the manual, completion."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mailcheck.cli.options import Format
from mailcheck.lint.registry import installed_rules
from tests.project.sessions import ROOT
from tools.command_page import command_page
from tools.commands import commands, invoked
from tools.docs import write
from tools.man import MAN, escape, manual
from tools.rule_pages import entries, fenced, pages, profiles

MAILCHECK = str(Path(sys.executable).with_name("mailcheck"))
PAGES = pages()
WRITTEN = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs" / "guide").glob("*.md")),
]


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.info.id)
def test_a_rule_has_a_page_with_all_that_it_says(entry) -> None:  # type: ignore[no-untyped-def]
    text = PAGES[f"{entry.info.id}.md"]
    assert f"# {entry.info.id}\n" in text
    assert f"| severity | {entry.info.severity.word} |" in text
    assert f"| offline | {'yes' if 'dns' not in entry.info.needs else 'with zones and lock'} |" in text
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert headings[:5] == ["What it checks", "Why it matters", "Example", "How to fix", "References"]
    if entry.rule is not None:
        shown = re.findall(r"^### (Bad|Good) \d+$", text, re.MULTILINE)
        assert (shown.count("Bad"), shown.count("Good")) == (len(entry.rule.bad), len(entry.rule.good))
        assert all(f"`{name.replace('_', '-')}`" in text for name in entry.rule.options._fields)
    assert f"[{entry.info.id}]({entry.info.id}.md) | {entry.info.severity.word} |" in PAGES["index.md"]


def test_every_profile_that_changes_a_rule_is_on_its_page() -> None:
    assert "strict" in profiles()
    assert "| `strict` | error |" in PAGES["dmarc-policy-none.md"]
    assert "## Profiles" not in PAGES["zone-cname-loop.md"]


def test_an_option_is_shown_with_its_default() -> None:
    assert "| `ipv4` | `16` | whole number |" in PAGES["spf-too-wide.md"]
    assert "spf-include-depth: {depth: 4}" in PAGES["spf-include-depth.md"]


def test_an_example_of_a_host_is_shown_as_a_change() -> None:
    text = PAGES["host-milter-default-accept.md"]
    assert "```diff\n-milter_default_action = tempfail\n+milter_default_action = accept\n```" in text
    assert "There is no `/etc/opendkim.conf`." in text
    assert "## `/etc/postfix/main.cf`" in PAGES["example-host.md"]


def test_no_page_holds_a_private_key() -> None:
    assert not [
        name for name, text in PAGES.items() if re.search(r"BEGIN[A-Z ]*PRIVATE KEY-----\n[A-Za-z0-9+/]{64}", text)
    ]


def test_a_fence_holds_what_has_fences() -> None:
    assert fenced("```\nx\n```")[0] == "````"


def test_pages_of_rules_that_are_gone_go(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "spf-gone.md").write_text("old", encoding="utf-8")
    assert write(tmp_path) == len(PAGES) + 1
    assert {path.name for path in (tmp_path / "rules").iterdir()} == set(PAGES)


def test_the_pages_of_commands_have_all_options() -> None:
    page = command_page()
    for command in commands():
        done = subprocess.run(
            [MAILCHECK, *command.words[1:], "--help"], capture_output=True, text=True, check=True, timeout=60
        )
        for option in re.findall(r"^  (--[a-z-]+)", done.stdout, re.MULTILINE):
            assert re.search(rf"^\| `{option}\b", page, re.MULTILINE), (command.title, option)


def test_the_manual_is_that_of_the_program() -> None:
    assert MAN.read_text(encoding="utf-8") == manual(), "run `make man`"


def test_the_manual_prints_what_it_is_given() -> None:
    assert escape(".x") == "\\&.x"
    assert escape("a\\b 'c'") == "a\\eb \\(aqc\\(aq"


@pytest.mark.skipif(not shutil.which("groff"), reason="groff is not installed")
def test_the_manual_is_good_roff() -> None:
    done = subprocess.run(
        ["groff", "-man", "-Tutf8", "-ww", "-z", MAN], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def complete(line: str, word: int) -> list[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "COMP_WORDS": line,
        "COMP_CWORD": str(word),
        "_MAILCHECK_COMPLETE": "complete_bash",
    }
    done = subprocess.run([MAILCHECK], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


def test_a_shell_completes_commands_options_and_values() -> None:
    assert "audit" in complete("mailcheck ", 1)
    assert complete("mailcheck audit host --ro", 3) == ["--root"]
    assert set(complete("mailcheck lint --format ", 3)) == {str(one.value) for one in Format}


def test_a_command_that_there_is_not_completes_nothing_and_says_nothing() -> None:
    assert "--root" not in complete("mailcheck nothing --ro", 2)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_its_script(shell: str) -> None:
    environment = {"PATH": os.environ["PATH"], "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    done = subprocess.run(
        [MAILCHECK, "--show-completion", shell], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert f"_MAILCHECK_COMPLETE=complete_{shell}" in done.stdout


def command_lines(text: str) -> list[str]:
    """What a page tells the reader to type to mailcheck, in blocks and in sentences."""
    joined = text.replace("\\\n", " ")
    lines = re.findall(r"^(?: {4}|\$ |> |      - run: )?((?:\S*/)?mailcheck [^\n]*)$", joined, re.MULTILINE)
    return lines + re.findall(r"`((?:\S*/)?mailcheck [^`]*)`", joined)


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_the_options_that_are_told_exist(path: Path) -> None:
    for line in command_lines(path.read_text(encoding="utf-8")):
        words = shlex.split(re.split(r"\s(?:#|&&|;|\|)|;\s", line)[0].replace("…", ""), comments=True)
        if len(words) < 2 or not re.match(r"[a-z-]", words[1]):
            continue
        try:
            command, rest = invoked(["mailcheck", *words[1:]])
        except LookupError:
            assert words[1] in {known.words[1] for known in commands()[1:]}, line
            continue
        known = {option for form, _ in command.parameters for option in re.findall(r"--[a-z-]+", form)}
        told = {word.partition("=")[0] for word in rest if word.startswith("--")}
        assert told <= known, line


def test_the_formats_that_are_told_are_all_there_are() -> None:
    text = (ROOT / "docs" / "guide" / "lint.md").read_text(encoding="utf-8")
    sentence = re.search(r"`--format` is one of (.*?);", text, re.DOTALL)
    assert sentence
    assert set(re.findall(r"`([a-z]+)`", sentence[1])) == {str(one.value) for one in Format}


def anchors(page: Path) -> set[str]:
    """What a link can name behind `#`: the headings, as GitHub and the site spell them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^a-z0-9 _-]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(
    "path",
    [path for path in (*WRITTEN, *ROOT.glob("[A-Z]*.md")) if path.name != "commands.md"],
    ids=lambda path: path.name,
)
def test_links_lead_to_what_the_repository_holds(path: Path) -> None:
    """A page is read where it lies, on GitHub or in an editor, as well as in the site."""
    generated = {ROOT / "docs" / "commands.md", ROOT / "docs" / "rules"}
    text = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    links = re.findall(r"\]\(([^)\s]+)(?: [^)]*)?\)", text) + re.findall(r"^\[[^\]]+\]: (\S+)", text, re.MULTILINE)
    for link in links:
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        assert target.exists(), link
        assert not generated & {target, *target.parents}, link
        assert not anchor or anchor in anchors(target), link


def test_the_site_names_pages_that_are_there() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))["project"]
    named = set(re.findall(r"'([^']+\.md)'", str(project["nav"])))
    made = {"rules/index.md", "commands.md"}
    there = {str(path.relative_to(ROOT / "docs")) for path in WRITTEN if path.is_relative_to(ROOT / "docs")} - made
    assert named - made == there


def test_all_rules_have_pages() -> None:
    assert set(installed_rules()) <= {name.removesuffix(".md") for name in PAGES}


@pytest.mark.slow
def test_the_site_is_built_without_a_warning(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "docs", tmp_path / "docs", ignore=shutil.ignore_patterns("rules", "commands.md"))
    shutil.copy(ROOT / "zensical.toml", tmp_path)
    write(tmp_path / "docs")
    zensical = str(Path(sys.executable).with_name("zensical"))
    done = subprocess.run(
        [zensical, "build", "--strict"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    page = (tmp_path / "site" / "rules" / "spf-too-wide.html").read_text(encoding="utf-8")
    assert re.search(r'<h2 id="example">.*?</h2>\s*<div class="[a-z -]*highlight"><pre>', page, re.DOTALL)

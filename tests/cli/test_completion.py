"""What a shell is told of rules and profiles while a line is typed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mailcheck.lint.own_findings import OWN_RULES
from mailcheck.lint.registry import installed_ids

PROFILES = ["bulk-sender", "default", "parked", "strict"]
SPF_ALL = ["spf-all-missing", "spf-all-neutral", "spf-all-qualifier"]


def completed(line: str, shell: str = "bash") -> list[str]:
    """The words that the shell is offered for the last one of the line."""
    words = line.split(" ")
    environment = {
        "PATH": os.environ["PATH"],
        "_MAILCHECK_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
        "_TYPER_COMPLETE_ARGS": line,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    command = Path(sys.executable).with_name("mailcheck")
    done = subprocess.run([command], env=environment, check=False, capture_output=True, text=True)
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize("shell", ["bash", "fish"])
@pytest.mark.parametrize("command", ["lint", "audit host"])
def test_profiles(command: str, shell: str) -> None:
    assert completed(f"mailcheck {command} --profile ", shell) == PROFILES
    assert completed(f"mailcheck {command} --profile st", shell) == ["strict"]


@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_rules_and_lists_of_them(option: str) -> None:
    assert completed(f"mailcheck lint {option} spf-all") == SPF_ALL
    assert completed(f"mailcheck lint {option} spf-all-missing,spf-all") == [
        f"spf-all-missing,{other}" for other in SPF_ALL[1:]
    ]
    assert completed(f"mailcheck lint {option} no-such") == []


def test_the_rule_to_explain() -> None:
    assert completed("mailcheck rule explain spf-all") == SPF_ALL
    assert set(completed("mailcheck rule explain ")) == {*installed_ids(), *OWN_RULES}


def test_the_rules_that_take_consent() -> None:
    assert completed("mailcheck sync --allow plan-removes") == ["plan-removes-auth", "plan-removes-mx"]
    assert completed("mailcheck sync --allow spf") == []

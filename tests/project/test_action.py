"""The action: its steps in order, in a shell, with the runner's files and GitHub's API faked."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.project.action_runner import ACTION, ROOT, Runner
from tests.project.github_api import GitHub, github

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]

ZONE = """\
'':
- {type: MX, values: [{preference: 10, exchange: mail.example.com.}, {preference: 20, exchange: mx.example.com.}]}
- {type: TXT, value: v=spf1 ip4:192.0.2.0/28 ip4:198.51.100.0/28 -all}
_dmarc: {type: TXT, value: v=DMARC1\\; p=reject\\; rua=mailto:d@example.com}
mail: {type: A, value: 192.0.2.5}
mx: {type: A, value: 192.0.2.6}
"""
LESS = ZONE.replace(" ip4:198.51.100.0/28", "")
BROKEN = LESS.replace("192.0.2.0/28", "192.0.2.300")
PATH = "zones/example.com.yaml"
MARKER = re.compile(r"<!-- mailcheck [0-9a-f]{16} -->\n")
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    **{f"GIT_{who}_{what}": "a@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
}


class PullRequest:
    """A repository, a pull request in it, and the runner that has what GitHub merged checked out."""

    def __init__(self, folder: Path, api: str, branch: str = "topic") -> None:
        self.root = folder / "repository"
        self.root.mkdir()
        self.branch = branch
        self.git("init", "-q", "-b", "main")
        self.write(PATH, ZONE)
        self.base = self.commit()
        self.git("checkout", "-q", "-b", branch)
        event = {"pull_request": {"number": 7, "base": {"sha": self.base}, "head": {"ref": branch}}}
        self.runner = Runner(self.root, folder / "runner", api, event)

    def git(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=self.root, env=ENVIRONMENT, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def commit(self) -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "state")
        return self.git("rev-parse", "HEAD")

    def push(self, text: str | None = None) -> None:
        """Commit to the branch, and check out its merge with main as actions/checkout does."""
        self.git("checkout", "-q", self.branch)
        if text is not None:
            self.write(PATH, text)
        self.commit()
        self.git("checkout", "-q", "--detach", "main")
        self.git("merge", "-q", "--no-ff", "-m", "merged", self.branch)
        self.runner.environment |= {
            "GITHUB_REF": "refs/pull/7/merge",
            "GITHUB_SHA": self.git("rev-parse", "HEAD"),
            "GITHUB_HEAD_REF": self.branch,
            "GITHUB_EVENT_NAME": "pull_request",
        }


@pytest.fixture
def api() -> Iterator[GitHub]:
    with github() as fake:
        yield fake


@pytest.fixture
def pull(tmp_path: Path, api: GitHub) -> PullRequest:
    return PullRequest(tmp_path, api.url)


def test_a_change_that_breaks_mail(pull: PullRequest, api: GitHub) -> None:
    pull.push(BROKEN)
    ended = pull.runner.run()
    assert ended.code == 1
    assert ended.outputs["exit-code"] == "1"
    errors = [line for line in ended.commands if line.startswith("::error ")]
    assert len(errors) == 1
    assert errors[0].startswith(f"::error file={PATH},line=3,endLine=3,col=")
    results = json.loads(Path(ended.outputs["sarif"]).read_bytes())["runs"][0]["results"]
    assert ("spf-syntax", PATH) in {
        (each["ruleId"], each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]) for each in results
    }
    assert "### mailcheck: 1 error" in ended.summary
    assert "## What this change does to mail" in ended.summary
    assert "198.51.100.0/28" in ended.summary
    assert [each["body"] for each in api.comments] == [api.comments[0]["body"]]
    assert MARKER.sub("", api.comments[0]["body"]).strip() == ended.summary.strip().replace(
        "\n## What", "\n\n## What"
    )


def test_one_comment_is_updated_and_never_repeated(pull: PullRequest, api: GitHub) -> None:
    pull.push(BROKEN)
    pull.runner.run()
    assert "the comment says so already" in pull.runner.run().log
    pull.push(LESS)
    ended = pull.runner.run()
    assert (ended.code, "the comment is updated" in ended.log) == (0, True)
    pull.push(ZONE)
    assert "the comment is updated" in pull.runner.run().log
    assert [method for method, _ in api.writes] == ["POST", "PATCH", "PATCH"]
    assert len(api.comments) == 1
    assert "no change to mail" in api.comments[0]["body"]


def test_nothing_to_say_is_no_comment(pull: PullRequest, api: GitHub) -> None:
    pull.push("# a comment\n" + ZONE)
    ended = pull.runner.run()
    assert (ended.code, api.writes) == (0, [])
    assert "nothing to say: no comment" in ended.log
    assert "no findings" in ended.summary


def test_a_change_without_findings_is_told(pull: PullRequest, api: GitHub) -> None:
    pull.push(LESS)
    assert pull.runner.run().code == 0
    assert "198.51.100.0/28" in api.comments[0]["body"]


def test_findings_that_fail_nothing_are_told(pull: PullRequest, api: GitHub) -> None:
    pull.push(ZONE + "sub: {type: TXT, value: v=spf1 ip4:192.0.2.0/28 ?all}\n")
    assert pull.runner.run().code == 0
    assert "spf&#45;all&#45;neutral" in api.comments[0]["body"]


@pytest.mark.parametrize(("status", "kind"), [(403, "notice"), (404, "notice"), (500, "warning")])
def test_a_token_that_may_not_write_fails_nothing(status: int, kind: str, pull: PullRequest, api: GitHub) -> None:
    pull.push(LESS)
    api.refuse = status
    ended = pull.runner.run()
    assert ended.code == 0
    assert f"::{kind} title=mailcheck::No comment: " in ended.log
    assert "198.51.100.0/28" in ended.summary


def test_no_api_fails_nothing(pull: PullRequest) -> None:
    pull.push(LESS)
    pull.runner.environment["GITHUB_API_URL"] = "http://127.0.0.1:9"
    ended = pull.runner.run()
    assert (ended.code, "::warning title=mailcheck::No comment: ConnectionError." in ended.log) == (0, True)


def test_a_comment_of_somebody_else_with_the_marker_is_left_alone(pull: PullRequest, api: GitHub) -> None:
    pull.push(LESS)
    pull.runner.run()
    marker = api.comments.pop()["body"]
    number = api.add(marker, login="mallory")
    api.add("github", login="github-actions[bot]")
    pull.push(BROKEN)
    pull.runner.run()
    assert [method for method, _ in api.writes] == ["POST", "POST"]
    assert [each["body"] for each in api.comments if each["id"] == number] == [marker]


def test_the_comment_is_found_on_a_later_page(pull: PullRequest, api: GitHub) -> None:
    for number in range(250):
        api.add(f"talk {number}")
    pull.push(BROKEN)
    pull.runner.run()
    pull.push(LESS)
    pull.runner.run()
    assert [method for method, _ in api.writes] == ["POST", "PATCH"]
    assert len(api.comments) == 251


def test_each_job_keeps_its_own_comment(pull: PullRequest, api: GitHub) -> None:
    pull.push(LESS)
    pull.runner.run()
    pull.runner.environment["GITHUB_JOB"] = "other --> @octocat"
    pull.runner.run()
    assert len({MARKER.match(each["body"])[0] for each in api.comments}) == 2  # type: ignore[index]
    assert "octocat" not in api.comments[1]["body"]


def test_a_comment_that_would_be_too_long_has_the_findings(pull: PullRequest, api: GitHub) -> None:
    pull.push("".join(f"d{n}: {{type: TXT, value: v=spf1 ip4:192.0.2.{n % 250}/28 ?all}}\n" for n in range(999)))
    for number in range(300):
        pull.write(f"zones/d{number}.example.yaml", LESS)
    pull.push()
    ended = pull.runner.run(fail_on="never")
    body = api.comments[0]["body"]
    assert len(ended.summary) > 65_000 > len(body)
    assert "more findings are not shown here" in body
    assert body.endswith("too long for a comment: the summary of the run has it.")


def test_the_comment_can_be_left_out(pull: PullRequest, api: GitHub) -> None:
    pull.push(BROKEN)
    assert pull.runner.run(comment="false").code == 1
    assert api.writes == []


NAMES = ["$(touch pwned)", "`touch pwned`", "x;touch${IFS}pwned", "--output=pwned", "x'\"|touch pwned"]
TEXT = "::error::forged ##[error]forged \\x1b[31m @octocat <img src=x> ![x](http://evil.example/) `x` ${{ github.token }}"


@pytest.mark.parametrize("name", NAMES)
def test_hostile_names_and_text(name: str, tmp_path: Path, api: GitHub) -> None:
    branch = "topic/" + re.sub(r"[ \\:?*~^\[]", "-", name)
    pull = PullRequest(tmp_path, api.url, branch=branch)
    for path in (
        f"zones/{name}\n::error::forged.yaml",
        f"zones/{name} @octocat <b>.yaml",
        f"zones/{name}.example.zone",
    ):
        pull.write(path, "'': {type: TXT, value: [}")
    hostile = BROKEN + f'x: {{type: TXT, value: "v=spf1 {TEXT} -all"}}\n"y{TEXT}": {{type: MX, value: 1}}\n'
    pull.push(hostile)
    ended = pull.runner.run()
    assert ended.code == 3
    assert not list(tmp_path.rglob("pwned"))
    assert all(re.match(r"::(error|warning|notice) (file|title)=", line) for line in ended.commands), (
        ended.commands
    )
    assert "\x1b" not in ended.log
    assert "the-token" not in ended.log + ended.summary
    for text in (ended.summary, api.comments[0]["body"]):
        prose = re.sub(r"(`+)[^`].*?\1", "", text, flags=re.DOTALL)
        assert "@octocat" not in prose
        assert "<img" not in prose
        assert "](" not in prose
        assert "\x1b" not in text


def test_a_program_in_the_checkout_is_never_run(pull: PullRequest) -> None:
    for name in (
        "venv.py",
        "pip.py",
        "requests.py",
        "json.py",
        "mailcheck.py",
        "sitecustomize.py",
        "python3",
        "git",
    ):
        pull.write(name, "#!/bin/sh\ntouch pwned\n" if "." not in name else "open('pwned', 'w')")
        (pull.root / name).chmod(0o755)
    pull.push(LESS)
    assert pull.runner.run().code == 0
    assert not (pull.root / "pwned").exists()


def test_what_main_got_meanwhile_is_not_laid_at_this_door(pull: PullRequest, api: GitHub) -> None:
    pull.push("# nothing\n" + ZONE)
    pull.git("checkout", "-q", "main")
    pull.write("zones/example.net.yaml", BROKEN)
    pull.commit()
    pull.push()
    assert (pull.runner.run().code, api.writes) == (0, [])


def test_a_checkout_of_the_branch_itself_is_compared_with_the_merge_base(pull: PullRequest, api: GitHub) -> None:
    pull.push(LESS)
    pull.git("checkout", "-q", "main")
    pull.write("zones/example.net.yaml", BROKEN)
    pull.runner.event["pull_request"]["base"]["sha"] = pull.commit()
    pull.git("checkout", "-q", "topic")
    ended = pull.runner.run()
    assert ended.code == 0
    assert "198.51.100.0/28" in api.comments[0]["body"]
    assert "example.net" not in ended.summary


def test_a_merge_queue_is_compared_with_its_base_and_has_no_comment(pull: PullRequest, api: GitHub) -> None:
    pull.push(BROKEN)
    pull.runner.environment["GITHUB_REF"] = "refs/heads/gh-readonly-queue/main/pr-7"
    pull.runner.event = {"merge_group": {"base_sha": pull.base}}
    ended = pull.runner.run()
    assert (ended.code, api.writes) == (1, [])
    assert "198.51.100.0/28" in ended.summary


@pytest.mark.parametrize(("checkout", "depth"), [("refs/pull/7/merge", "2 or more"), ("topic", "0 (all of it)")])
def test_a_checkout_that_is_too_shallow(checkout: str, depth: str, pull: PullRequest, tmp_path: Path) -> None:
    pull.push(LESS)
    pull.git("update-ref", "refs/pull/7/merge", "HEAD")
    shallow = tmp_path / "shallow"
    shallow.mkdir()
    for words in (
        ["init", "-q"],
        ["fetch", "-q", "--depth=1", f"file://{pull.root}", checkout],
        ["checkout", "-q", "FETCH_HEAD"],
    ):
        subprocess.run(["git", *words], cwd=shallow, env=ENVIRONMENT, check=True)
    pull.runner.workspace = shallow
    ended = pull.runner.run()
    assert ended.code == 2
    assert f"fetch-depth of {depth}," in ended.log
    assert len(ended.commands) == 1


def test_without_a_pull_request_everything_is_told(pull: PullRequest, api: GitHub) -> None:
    pull.push(ZONE + "sub: {type: TXT, value: v=spf1 ip4:192.0.2.0/28 ?all}\n")
    pull.runner.event = {"ref": "refs/heads/main"}
    ended = pull.runner.run(fail_on="warning")
    assert ended.code == 1
    assert "What this change does" not in ended.summary
    assert "no pull request: no comment" in ended.log
    assert api.writes == []


def test_the_base_is_named(pull: PullRequest) -> None:
    pull.push(BROKEN)
    assert pull.runner.run(diff_base="HEAD").code == 0
    assert pull.runner.run(diff_base="HEAD~1").code == 1
    assert pull.runner.run(diff_base="--output=x").code == 2
    assert not (pull.root / "x").exists()


def test_inputs_reach_the_command(pull: PullRequest) -> None:
    pull.git("mv", "--", "zones", "-dns here")
    pull.write("other.yaml", 'zones: [nowhere]\nrules: {ignore: ["*"]}\n')
    pull.push()
    neutral = LESS.replace("-all", "?all")
    (pull.root / "-dns here/example.com.yaml").write_text(neutral, encoding="utf-8")
    folders = {"paths": "-dns here\n", "fail_on": "warning"}
    assert pull.runner.run(**folders).code == 1
    assert pull.runner.run(**folders, config="other.yaml").code == 0
    assert pull.runner.run(**folders, profile="nonsense").code == 2
    accepted = str(pull.root / "accepted.jsonl")
    subprocess.run(
        [
            Path(sys.executable).with_name("mailcheck"),
            "lint",
            "--baseline",
            accepted,
            "--write-baseline",
            "--",
            "-dns here",
        ],
        cwd=pull.root,
        check=False,
        capture_output=True,
    )
    assert pull.runner.run(**folders, diff_base="none").code == 1
    assert pull.runner.run(**folders, diff_base="none", baseline="accepted.jsonl").code == 0


def test_zones_that_cannot_be_judged(pull: PullRequest, api: GitHub) -> None:
    pull.push(LESS)
    ended = pull.runner.run(profile="nonsense")
    assert (ended.code, ended.outputs["sarif"]) == (2, "")
    assert "mailcheck could not judge the zones (exit code 2)" in ended.summary
    assert "could not judge" in api.comments[0]["body"]


def test_it_installs_by_hash_and_nothing_but_its_own_checkout(pull: PullRequest) -> None:
    pull.push(LESS)
    pull.runner.run()
    needed, own = pull.runner.pip.read_text().splitlines()
    assert f"--require-hashes --requirement {ROOT}/action/requirements.txt" in needed
    assert "--only-binary :all:" in needed
    assert own.endswith(f"--no-build-isolation --no-index {ROOT}")


def test_what_it_installs_is_what_mailcheck_needs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    pinned = dict(
        re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / "action/requirements.txt").read_text(), re.MULTILINE)
    )
    for text in (*project["project"]["dependencies"], *project["build-system"]["requires"]):
        needed = Requirement(text)
        assert needed.specifier.contains(pinned[needed.name]), text


def test_inputs_come_through_the_environment_alone() -> None:
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step["run"]
        assert step["shell"] == "bash"
    used = set(re.findall(r"inputs\.([a-z-]+)", (ROOT / "action.yml").read_text()))
    assert used == set(ACTION["inputs"])


def test_its_scripts_pass_shellcheck() -> None:
    scripts = sorted((ROOT / "action").glob("*.sh"))
    assert all(os.access(path, os.X_OK) for path in scripts)
    done = subprocess.run(
        [Path(sys.executable).with_name("shellcheck"), *scripts], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout

"""`mailcheck lint --diff-base REV`: both worlds are judged in whole, and what changed is told."""

from __future__ import annotations

import os
from contextlib import chdir
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from mailcheck.commands.lint import LintSettings, World, judge_world
from mailcheck.commands.outside import load_lock, lock_path, outside_view
from mailcheck.errors import UsageError
from mailcheck.lint.changed import pairs, touched
from mailcheck.lint.plan_run import run_plan_rules
from mailcheck.lint.registry import installed_rules
from mailcheck.lint.repeats import without_told
from mailcheck.lint.run import RunSettings, place
from mailcheck.model.change import Plan
from mailcheck.model.finding import Finding, Report, Skipped
from mailcheck.model.progress import Progress
from mailcheck.model.zone import Zone
from mailcheck.zonefile.changed_lines import changed_lines
from mailcheck.zonefile.git import Git
from mailcheck.zonefile.revision import extract

_HEAD = frozenset({"HEAD", "@"})


class _Earlier(NamedTuple):
    """What was: zones and findings, and why nothing is known of them where that is so."""

    zones: tuple[Zone, ...] = ()
    findings: tuple[Finding, ...] = ()
    trouble: str = ""


class _Ways(NamedTuple):
    """The working directory, what it is in the tree of the revision, and the top of that tree."""

    here: Path
    folder: Path
    top: Path

    def then(self, path: Path) -> Path | None:
        """The way from the working directory to `path`, None where that leads out of the repository."""
        way = Path(os.path.relpath(os.path.abspath(path), self.here))  # noqa: PTH100 - links are not followed
        return way if Path(os.path.normpath(self.folder / way)).is_relative_to(self.top) else None


def only_changed(world: World, revision: str, settings: LintSettings, progress: Progress) -> Report:
    """The part of the report that has to do with what changed since `revision`, plans judged besides.

    The revision is judged with its own zones, `mailcheck.yaml`, lock and baseline, and with the options of
    this run; where that cannot be done (it has no zones, or a configuration that cannot be followed), every
    finding counts as new. Raises UsageError where the revision cannot be had, and InputRefused where it is over
    a limit. Before the first commit all is new.
    """
    here = Path.cwd()
    if revision in _HEAD and Git(here).is_before_first_commit():
        return world.report
    with TemporaryDirectory(prefix="mailcheck-") as temporary:
        top = Path(temporary).resolve()
        folder = extract(revision, top, settings.limits, start=here, also=_named(settings, here))
        ways = _Ways(here, folder, top)
        then = _settings_then(settings, ways)
        with chdir(folder):
            earlier = _judge_earlier(then, progress)
        plans = pairs(earlier.zones, world.loaded.zones, world.configuration.spec)
        renamed = {plan.after.path: plan.before.path for plan in plans if plan.after.path != plan.before.path}

        @cache
        def lines(path: str) -> tuple[range, ...]:
            way = ways.then(Path(path))
            if way is None:
                return ()
            old = folder / way
            if not old.exists() and path in renamed:
                old = folder / renamed[path]
            return changed_lines(old, here / path, settings.limits.zone_file_size)

        report = world.report
        shown = touched(report.findings, earlier.findings, plans, lines)
    planned = _judge_plans(plans, world, settings)
    told = without_told((*shown, *planned.findings))
    trouble = [Skipped("diff-base", "", f"{revision}: {earlier.trouble}")] if earlier.trouble else []
    return report._replace(
        findings=tuple(sorted(told, key=place)),
        skipped=tuple(sorted((*report.skipped, *planned.skipped, *trouble))),
        unchanged=len(report.findings) - len(shown),
        ran=report.ran | planned.ran,
        rules={**report.rules, **planned.rules},
    )


def _named(settings: LintSettings, here: Path) -> tuple[Path, ...]:
    """The files that the command line names, as ways from the working directory."""
    baseline = [settings.baseline.path] if settings.baseline else []
    config = [settings.config] if settings.config else []
    return tuple(Path(os.path.relpath(path, here)) for path in (*settings.paths, *config, *baseline))


def _judge_earlier(settings: LintSettings, progress: Progress) -> _Earlier:
    try:
        world = judge_world(settings, progress)
    except UsageError as error:
        return _Earlier(trouble=error.message)
    loaded = world.loaded
    nothing = loaded.refused[:1] if not loaded.zones else ()
    trouble = "".join(f"{entry.at.path}: {entry.message}" for entry in nothing)
    return _Earlier(loaded.zones, world.report.findings, trouble)


def _judge_plans(plans: tuple[Plan, ...], world: World, settings: LintSettings) -> Report:
    configuration = world.configuration
    lock = load_lock(lock_path(configuration), settings.limits)
    return run_plan_rules(
        plans,
        RunSettings(configuration, settings.profile, settings.select, settings.ignore, settings.today),
        {rule_id: rule for rule_id, rule in installed_rules().items() if rule.stage == "plan"},
        spec=configuration.spec,
        outside=outside_view(lock, settings.live),
    )


def _settings_then(settings: LintSettings, ways: _Ways) -> LintSettings:
    """The settings of this run for the tree of the revision.

    Raises UsageError for zones that lie outside the repository: nothing is known of how they were.
    """
    paths = [ways.then(path) for path in settings.paths]
    config = settings.config and ways.then(settings.config)
    if not paths and settings.config is not None:
        paths = [config] if config is None else []
    if None in paths:
        outside = settings.config if not settings.paths else settings.paths[paths.index(None)]
        raise UsageError(
            f"{outside} lies outside the repository, so --diff-base cannot tell what changed",
            hint="name folders and files of the repository",
        )
    baseline = settings.baseline and ways.then(settings.baseline.path)
    use = settings.baseline and settings.baseline._replace(path=baseline or Path(), mode="use")
    return replace(
        settings,
        paths=tuple(path for path in paths if path is not None),
        config=config or settings.config,
        include_root=(settings.include_root and ways.then(settings.include_root)) or ways.top,
        baseline=use if baseline is not None and (ways.folder / baseline).is_file() else None,
        host_facts=tuple(ways.here / path for path in settings.host_facts),
        diff_base=None,
    )

"""`mailcheck lint --fix` and `--diff`: what the fixes of findings make of the zone files."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import NamedTuple

from mailcheck.commands.lint import LintSettings, lint_zones, snippets
from mailcheck.commands.zones import declared_zones
from mailcheck.config.find import load_configuration
from mailcheck.errors import ChangeRefused, InputRefused
from mailcheck.model.finding import Edit, Finding, Report
from mailcheck.model.progress import Progress, Silent
from mailcheck.model.record import Record
from mailcheck.zonefile.discover import Found
from mailcheck.zonefile.edit import FileText, Patch, Taken, patches_of
from mailcheck.zonefile.intended import says_what_was_intended
from mailcheck.zonefile.load import Loaded
from mailcheck.zonefile.rewrite import rewrite
from mailcheck.zonefile.source import Budget, read_octets

MOST_PASSES = 20
"""Fixes that overlap wait for the next pass; each pass reads and judges all zones anew."""


class FixedFile(NamedTuple):
    """A file before and after its fixes, and how many findings they remove."""

    path: str
    before: bytes
    after: bytes
    findings: int


class Fixed(NamedTuple):
    """What came of the fixes.

    - `report`: what is left to report.
    - `files`: what the fixes make of which files, by path; with `write` the files that were written.
    - `left`: the findings whose fix was left out, since the file would not have read as it was meant.
    - `failed`: why single files could not be written.
    """

    report: Report
    files: tuple[FixedFile, ...]
    left: tuple[Finding, ...]
    failed: tuple[ChangeRefused, ...] = ()


def fix(settings: LintSettings, progress: Progress, *, unsafe: bool, write: bool) -> Fixed:
    """Apply the fixes that the selected rules offer, `unsafe` ones only where that is asked for.

    Without `write` no file is touched, and the report is that of the fixed files.
    Raises UsageError as lint() does.
    """
    run = _Run(settings, progress, unsafe)
    report = run.until_stable()
    files = run.files()
    if not write:
        return Fixed(report._replace(fixed=sum(file.findings for file in files)), files, run.left())
    written, failed = [], []
    for file in files:
        try:
            rewrite(file.path, file.before, file.after)
            written.append(file)
        except ChangeRefused as error:
            failed.append(error)
    if failed:
        run = _Run(settings, progress, unsafe)
        report = run.judge()
    fixed = sum(file.findings for file in written)
    report = report._replace(fixed=fixed, snippets={**report.snippets, **snippets(report)})
    return Fixed(report, tuple(written), run.left(), tuple(failed))


class _Group(NamedTuple):
    """Findings whose fixes make the same patches: records that share their text, or the same finding twice."""

    patches: tuple[Patch, ...]
    findings: list[Finding]

    @property
    def edits(self) -> Iterator[Edit]:
        return (edit for finding in self.findings if finding.fix for edit in finding.fix.edits)


class _Run:
    """The files as they were read, as they are to be, and the zones that they then declare."""

    def __init__(self, settings: LintSettings, progress: Progress, unsafe: bool) -> None:
        self._settings = settings
        self._progress = progress
        self._unsafe = unsafe
        self._configuration = load_configuration(settings.config)
        self._before: dict[str, bytes] = {}
        self._after: dict[str, bytes] = {}
        self._fixed: Counter[str] = Counter()
        self._left: dict[str, Finding] = {}
        self._loaded = self._load(self._after)

    def judge(self) -> Report:
        """The report on the zones as they are now."""
        return lint_zones(self._loaded, self._configuration, self._settings, self._progress)

    def until_stable(self) -> Report:
        """Make all fixes, those that overlap one after the other; the report on what they leave."""
        for _ in range(MOST_PASSES):
            report = self.judge()
            if not self._pass(report.findings):
                break
        else:
            report = self.judge()
        return report

    def files(self) -> tuple[FixedFile, ...]:
        """The files that are to change, by path."""
        return tuple(
            FixedFile(path, self._before[path], after, self._fixed[path])
            for path, after in sorted(self._after.items())
            if after != self._before[path]
        )

    def left(self) -> tuple[Finding, ...]:
        """The findings whose fix did not do what it was meant to."""
        return tuple(self._left.values())

    def _pass(self, findings: Iterable[Finding]) -> bool:
        """Make the fixes that do not overlap; whether there were any."""
        texts: dict[str, FileText] = {}
        taken = Taken()
        chosen = [group for group in self._groups(findings, texts) if taken.take(group.patches)]
        kept = self._settled([], chosen, texts) if chosen else []
        if not kept:
            return False
        self._after.update(self._drafts(kept, texts))
        for group in kept:
            self._fixed[group.patches[0].path] += len(group.findings)
        self._loaded = self._load(self._after)
        return True

    def _groups(self, findings: Iterable[Finding], texts: dict[str, FileText]) -> Iterable[_Group]:
        groups: dict[tuple[Patch, ...], _Group] = {}
        for finding in findings:
            if finding.fix is None or not (finding.fix.safe or self._unsafe) or finding.fingerprint in self._left:
                continue
            patches = self._patches(finding.fix.edits, texts)
            if patches:
                groups.setdefault(patches, _Group(patches, [])).findings.append(finding)
            else:
                self._left[finding.fingerprint] = finding
        return groups.values()

    def _patches(self, edits: Sequence[Edit], texts: dict[str, FileText]) -> tuple[Patch, ...]:
        """The patches of all edits; none where one of them cannot be made."""
        patches: list[Patch] = []
        for edit in edits:
            path = edit.record.at.path
            try:
                if path not in texts:
                    texts[path] = FileText(self._octets(path))
            except (InputRefused, UnicodeDecodeError):
                return ()
            made = patches_of(edit, texts[path])
            if made is None:
                return ()
            patches.extend(made)
        return tuple(dict.fromkeys(patches))

    def _octets(self, path: str) -> bytes:
        if path not in self._before:
            self._before[path] = read_octets(Path(path), path, self._settings.limits, Budget())
        return self._after.get(path, self._before[path])

    def _settled(self, kept: list[_Group], trial: list[_Group], texts: Mapping[str, FileText]) -> list[_Group]:
        """`kept` and those of `trial` beside which the files still say what is intended."""
        together = kept + trial
        if self._is_intended(together, texts):
            return together
        if len(trial) == 1:
            self._left.update((finding.fingerprint, finding) for finding in trial[0].findings)
            return kept
        half = len(trial) // 2
        return self._settled(self._settled(kept, trial[:half], texts), trial[half:], texts)

    def _is_intended(self, groups: Sequence[_Group], texts: Mapping[str, FileText]) -> bool:
        drafts = self._drafts(groups, texts)
        affected = [zone for zone in self._loaded.zones if _stands_in(zone.records, drafts.keys())]
        names = {zone.name for zone in affected}
        paths = {zone.path for zone in affected}
        after = self._load(
            {**self._after, **drafts},
            only=lambda found: found.shown in paths or (found.zone_name or "") in names,
        )
        before = self._loaded._replace(zones=tuple(affected))
        return says_what_was_intended(before, after, (edit for group in groups for edit in group.edits))

    def _drafts(self, groups: Iterable[_Group], texts: Mapping[str, FileText]) -> dict[str, bytes]:
        by_path: dict[str, set[Patch]] = {}
        for group in groups:
            for patch in group.patches:
                by_path.setdefault(patch.path, set()).add(patch)
        return {path: texts[path].patched(patches) for path, patches in by_path.items()}

    def _load(self, drafts: Mapping[str, bytes], only: Callable[[Found], bool] | None = None) -> Loaded:
        return declared_zones(
            self._settings.paths,
            self._configuration,
            limits=self._settings.limits,
            include_root=self._settings.include_root,
            progress=self._progress if only is None else Silent(),
            drafts={os.path.realpath(path): octets for path, octets in drafts.items()},
            only=only,
        )


def _stands_in(records: Iterable[Record], paths: AbstractSet[str]) -> bool:
    return any(record.at.path in paths for record in records)

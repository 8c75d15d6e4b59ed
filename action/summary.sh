#!/usr/bin/env bash
# Puts what was found, and what changes, on the page of the run.
set -euo pipefail

if [ ! -f "$FOLDER/report.md" ]; then
    echo "### mailcheck could not judge the zones (exit code $EXIT_CODE): the log of this job says why" \
        >"$FOLDER/report.md"
fi
for part in report.md diff.md; do
    [ ! -f "$FOLDER/$part" ] || cat "$FOLDER/$part" >>"$GITHUB_STEP_SUMMARY"
done

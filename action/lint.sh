#!/usr/bin/env bash
# Judges the zones: text and annotations into the log, SARIF and Markdown into files.
set -euo pipefail

set -- --format text \
    --format sarif --output "$FOLDER/mailcheck.sarif" \
    --format markdown --output "$FOLDER/report.md"
[ -z "$CONFIG" ] || set -- "$@" --config="$CONFIG"
[ -z "$PROFILE" ] || set -- "$@" --profile="$PROFILE"
[ -z "$BASELINE" ] || set -- "$@" --baseline="$BASELINE"
[ -z "$FAIL_ON" ] || set -- "$@" --fail-on="$FAIL_ON"
[ -z "$BASE" ] || set -- "$@" --diff-base="$BASE"
set -- "$@" --
while IFS= read -r path; do
    [ -z "$path" ] || set -- "$@" "$path"
done <<<"$ZONE_PATHS"

code=0
"$MAILCHECK" lint "$@" || code=$?
echo "exit-code=$code" >>"$GITHUB_OUTPUT"
[ ! -f "$FOLDER/mailcheck.sarif" ] || echo "sarif=$FOLDER/mailcheck.sarif" >>"$GITHUB_OUTPUT"

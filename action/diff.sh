#!/usr/bin/env bash
# Tells what the change does to mail; exit-code is 0 where that is nothing at all.
set -euo pipefail

code=0
if [ -n "$BASE" ]; then
    set -- --format markdown --output "$FOLDER/diff.md" --fail-on info
    while IFS= read -r path; do
        [ -z "$path" ] || set -- "$@" --zones="$path"
    done <<<"$ZONE_PATHS"
    "$MAILCHECK" diff "$@" -- "$BASE" || code=$?
fi
echo "exit-code=$code" >>"$GITHUB_OUTPUT"

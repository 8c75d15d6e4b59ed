#!/usr/bin/env bash
# Finds the commit that the zones are compared with; empty where all findings are to be told.
set -euo pipefail

commit() { git rev-parse --verify --quiet --end-of-options "$1^{commit}"; }

lacking() {
    echo "::error title=mailcheck::This checkout lacks the commit to compare with: give actions/checkout a fetch-depth of $1, or this action diff-base: none"
    exit 2
}

base=
case "$DIFF_BASE" in
none) ;;
auto)
    if [ -z "$EVENT_BASE" ]; then
        echo "no pull request: all findings are told"
    elif [[ "$GITHUB_REF" == refs/pull/*/merge ]] && [ "$(commit HEAD)" = "$GITHUB_SHA" ]; then
        # What GitHub merged for this run: its first parent is the base as it is now.
        base=$(commit HEAD^1) || lacking "2 or more"
    else
        base=$(git merge-base --end-of-options "$EVENT_BASE" HEAD 2>/dev/null) || lacking "0 (all of it)"
    fi
    ;;
*) base=$(commit "$DIFF_BASE") || lacking "0 (all of it)" ;;
esac
echo "base=$base" >>"$GITHUB_OUTPUT"

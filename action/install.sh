#!/usr/bin/env bash
# Installs the mailcheck of this checkout, and what it needs by hash, into an environment of its own.
set -euo pipefail

# -I: the checkout that is judged is the working directory, and nothing in it is imported.
python=
for name in python3 python3.14 python3.13 python3.12 python3.11; do
    if "$name" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$name
        break
    fi
done
if [ -z "$python" ]; then
    echo "::error title=mailcheck::Python 3.11 or newer is needed: run actions/setup-python before"
    exit 2
fi

folder=$(mktemp -d "${RUNNER_TEMP:?}/mailcheck.XXXXXX")
"$python" -I -m venv "$folder/venv"
installed="$folder/venv/bin/python"
pip() { "$installed" -I -m pip --isolated --quiet --disable-pip-version-check install --no-deps "$@"; }
pip --only-binary :all: --require-hashes --requirement "$GITHUB_ACTION_PATH/action/requirements.txt"
pip --no-build-isolation --no-index "$GITHUB_ACTION_PATH"

{
    echo "folder=$folder"
    echo "python=$installed"
    echo "command=$folder/venv/bin/mailcheck"
} >>"$GITHUB_OUTPUT"

.PHONY: test fast lint types contracts format bench schema docs man pins

test: ; ./test
fast: ; ./test --fast
lint: ; ruff check . && ruff format --check .
types: ; mypy
contracts: ; lint-imports
format: ; ruff check --fix . && ruff format .
bench: ; python -m bench | tee docs/performance.md
schema: ; python -c 'import json; from mailcheck.config.schema import json_schema; print(json.dumps(json_schema(), indent=2))' > mailcheck/config/mailcheck.schema.json
docs: ; python -m tools.docs && zensical build --clean --strict
man: ; python -m tools.man
pins: ; echo 'hatchling>=1.27' | uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --output-file action/requirements.txt pyproject.toml -

.PHONY: test fast lint types contracts format bench

test: ; ./test
fast: ; ./test --fast
lint: ; ruff check . && ruff format --check .
types: ; mypy
contracts: ; lint-imports
format: ; ruff check --fix . && ruff format .
bench: ; python -m bench | tee docs/performance.md

# Every target sets up .venv when the lock has changed since it was last installed.
PYTHON ?= python3
PROCESSES ?= 2
VENV := .venv
BIN := $(VENV)/bin
LOCK := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
  --annotation-style line --quiet

.DEFAULT_GOAL := help
.PHONY: help run test check bench lock extras

help: ## list the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.run ## set up and start Baton with everything local (no accounts needed)
	@$(BIN)/baton run

test: $(VENV)/.dev ## set up and run the tests, on SQLite and PostgreSQL
	@$(BIN)/python -m pytest -n $(PROCESSES) --dist worksteal

extras: $(VENV)/.run ## add the optional parts (the AI client)
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/extras.txt

check: $(VENV)/.dev ## lint, types, import arrows, house rules, the example policy
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest -q tests/house
	@$(BIN)/baton policy check

bench: $(VENV)/.dev ## measure; results are written to benchmarks/results/
	@$(BIN)/python -m benchmarks

lock: $(VENV)/.dev ## resolve the dependencies anew into requirements/
	@$(BIN)/uv pip compile pyproject.toml --group build $(LOCK) -o requirements/run.txt
	@$(BIN)/uv pip compile pyproject.toml --all-extras $(LOCK) -o requirements/extras.txt
	@$(BIN)/uv pip compile pyproject.toml --group build --group dev --all-extras $(LOCK) \
	  -o requirements/dev.txt

$(VENV)/bin/python:
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	@if test -e $(VENV)/.dev; then $(MAKE) --no-print-directory $(VENV)/.dev; else \
	  $(BIN)/python -m pip install --quiet --require-hashes -r requirements/run.txt && \
	  $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .; fi
	@touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.run

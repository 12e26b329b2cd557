# The one door to the project. Every target makes .venv first when it is missing or older than pyproject.toml.
# `make PYTHON=python3.13 ...` chooses the interpreter; .venv/bin and relative paths keep folders with spaces working.

.DEFAULT_GOAL := help
.PHONY: help demo test fuzz check golden docs bench clean

PYTHON ?= python3
WORKERS ?= auto
SUBJECT ?=
SECONDS ?=
SEED ?=
QUICK ?=

BIN := .venv/bin
READY := .venv/.installed

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

demo: $(READY)  ## Apply every codemod to a small legacy application (SUBJECT=prefect: to Prefect)
	@$(BIN)/refactorkit demo $(if $(SUBJECT),--subject $(SUBJECT))

test: check  ## Run the checks, then all tests
	$(BIN)/python -m pytest -n $(WORKERS)

fuzz: $(READY)  ## Run the tests of properties at random (SECONDS=300 SEED=1)
	@SECONDS="$(SECONDS)" SEED="$(SEED)" $(BIN)/python tests/fuzz.py

check: $(READY)  ## Lint, formatting, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

golden: $(READY)  ## Rewrite the golden cases from what the codemods do now; review the diff
	@$(BIN)/refactorkit test golden --update

docs: $(READY)  ## Rewrite the reference pages from the code
	@for page in ledger settings recipes api $$($(BIN)/refactorkit list | cut -d ' ' -f 1); do \
		$(BIN)/python -m refactorkit.report.reference $$page > docs/reference/$$page.md || exit; \
	done

bench: $(READY)  ## Measure against other tools on Prefect, and write docs/benchmarks.md (QUICK=1: a short form, printed)
	@$(BIN)/python -m bench $(if $(QUICK),--quick,--write)

clean:  ## Remove .venv and every build and cache folder
	rm -rf .venv build dist src/*.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# uv when it is there and can, else venv and pip. pip learned `--group` in 25.1, so pip is upgraded before it is used.
$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "refactorkit needs Python 3.11 or newer: make PYTHON=python3.12 ..." >&2; exit 2; }
	@echo "Installing the development dependencies into .venv (once per change of pyproject.toml)" >&2
	@if command -v uv >/dev/null \
		&& { $(BIN)/python -c '' 2>/dev/null || uv venv --quiet --clear --python "$(PYTHON)" .venv; } \
		&& uv pip install --quiet --python $(BIN)/python --editable . --group dev; \
	then :; else \
		{ $(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv; } \
		&& $(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1' \
		&& $(BIN)/python -m pip install --quiet --editable . --group dev; \
	fi
	@touch $@

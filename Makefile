# The two commands: `make demo` and `make test`. Both set up what they need.
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000
DATA ?= claribi-data

# Bytecode is kept, whatever the shell says: else each of the tests' many processes compiles all code anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup ui demo test check unit openapi bench clean

setup: .venv/.done ui

.venv/.done: pyproject.toml uv.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.9"
	@$(BIN)/uv sync --quiet --frozen --inexact --all-extras --compile-bytecode
	@touch $@

# The chart engine, the fonts and the web application; fast when nothing changed.
ui: .venv/.done
	@$(BIN)/python scripts/assets.py
	@$(BIN)/python scripts/ui.py

demo: setup
	@$(BIN)/claribi demo --port $(PORT) --data-dir $(DATA)

test: setup check unit

check: setup
	$(BIN)/ruff format --check src tests scripts benchmarks
	$(BIN)/ruff check src tests scripts benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/ui.py check
	@$(BIN)/python scripts/audit.py

unit: setup
	@$(BIN)/python scripts/servers.py
	$(BIN)/pytest -n 3 --no-loadscope-reorder

# The API's document, kept as docs/openapi.json; refuses what would break clients.
openapi: setup
	@$(BIN)/python scripts/openapi.py

bench: setup
	$(BIN)/python -m benchmarks

clean:
	rm -rf .venv src/claribi/assets ui/node_modules ui/assets/node_modules

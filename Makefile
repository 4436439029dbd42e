# medkg: `make up` and `make test` are all that a newcomer needs.
PYTHON ?= $(firstword $(foreach v,python3.11 python3.12,$(shell command -v $(v) 2>/dev/null)) python3)
VENV   ?= .venv
BIN     = $(VENV)/bin
DATA   ?= .medkg
HOST   ?= 127.0.0.1
PORT   ?= 8000
TORCH  ?= torch==2.13.0

# Tests start hundreds of processes: their bytecode is kept, whatever the shell says.
test test-slow: export PYTHONDONTWRITEBYTECODE =

.PHONY: up install dev test test-slow check golden bench clean

up: install ## install, build the starter graph if there is none, serve
	$(BIN)/medkg up --data $(DATA) --host $(HOST) --port $(PORT)

install: $(VENV)/.installed ## install into .venv only

# torch first and pinned: another package would take the newest build with its CUDA libraries.
$(VENV)/.installed: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(TORCH_INDEX) "$(TORCH)" -c constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

dev: $(VENV)/.installed-dev
$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	touch $@

test: dev ## the fast suite
	$(BIN)/python -m pytest -m "not slow" -n auto --maxprocesses 4 $(ARGS)

test-slow: dev ## faults, load, engines, browsers
	$(BIN)/python -m pytest -m "slow and not alone" -n 2 $(ARGS)
	$(BIN)/python -m pytest -m "slow and alone" $(ARGS)

check: dev ## lint, format, types, imports, documentation
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest tests/docs/test_docs.py

golden: dev ## rewrite the golden files from what the code gives now
	$(BIN)/python -m tests.golden_files --write

clean:
	rm -rf $(VENV) $(DATA)

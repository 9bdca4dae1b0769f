# Each target builds its own .venv from the hashed lock when it is missing or older than the lock.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BUILT := $(VENV)/.built-from-lock
LOCK := $(BIN)/pip-compile --quiet --strip-extras --allow-unsafe --generate-hashes \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options

DEMO := examples/brats-2021
DEMO_NOW := 2021-06-15
DEMO_PORT ?= 8080

.DEFAULT_GOAL := help
.PHONY: help demo demo-open test check prove mutants bench lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: $(BUILT) ## a real challenge: plan, apply on a local Synapse, and a second plan that finds nothing to do
	$(BIN)/challenge plan $(DEMO)/challenge.yaml --sandbox --now $(DEMO_NOW)
	$(BIN)/challenge apply $(DEMO)/challenge.yaml --sandbox --now $(DEMO_NOW) --auto-approve
	$(BIN)/challenge plan $(DEMO)/challenge.yaml --sandbox --now $(DEMO_NOW)
	@echo "Look at it in a browser: make demo-open"

demo-open: $(BUILT) ## serve what `make demo` made, with a page to look at
	$(BIN)/challenge sandbox serve --port $(DEMO_PORT) --data $(DEMO)/.challenge/sandbox

test: $(BUILT) ## the everyday suite, on two cores, in less than five minutes
	$(BIN)/python -m pytest -q -n 3 --dist worksteal

check: $(BUILT) ## lint, format, types, package rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict
	$(BIN)/lint-imports

prove: $(BUILT) ## everything, with many more generated examples and what takes long (up to an hour)
	$(BIN)/python -m pytest -q -n 3 --dist worksteal -m "" --hypothesis-profile prove

mutants: $(BUILT) ## bugs planted in the planner, one at a time: which of them no test sees (an hour; writes docs/mutants.md)
	$(BIN)/python -m tests.mutants

bench: $(BUILT) ## start-up, plan and apply against their bounds
	$(BIN)/python -m benchmarks

lock: $(BUILT) ## recompile both locks within the ranges of pyproject.toml
	$(LOCK) --output-file requirements.lock pyproject.toml
	$(LOCK) --extra dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml

clean: ## remove the environment, caches and what the demo left
	rm -rf $(VENV) build dist *.egg-info $(DEMO)/.challenge examples/quickstart/.challenge
	rm -rf mutants .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BUILT): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'Python 3.11 or newer is needed; name one: make PYTHON=python3.12 ...' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
		{ echo 'This Python cannot make environments; on Debian: apt-get install python3-venv' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

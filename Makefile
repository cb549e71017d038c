# make assess   set everything up and assess the embedded workspace into out/
# make test     set everything up, then lint, types, import contracts, tests and doctests
# make bench    figures into benchmarks.json; never asserted
# make sample   draw the embedded workspace again, from its seed
# make lock     compile requirements/*.in into hash-pinned requirements/*.txt
# make fix      format and apply the safe lint fixes

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
INSTALL := $(PIP) install --quiet --require-hashes --only-binary :all:
UV := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-config \
	--no-emit-index-url --custom-compile-command "make lock"

.PHONY: assess test bench sample lock fix clean
.DELETE_ON_ERROR:

assess: $(VENV)/.run
	$(BIN)/tieling-geo assess --out out

test: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n auto --dist loadfile

bench: $(VENV)/.bench
	$(BIN)/python -m tests.benchmarks

sample: $(VENV)/.run
	$(BIN)/tieling-geo sample --scale 1 --out layers --force

lock: $(VENV)/.lock
	$(UV) requirements/lock.in -o requirements/lock.txt
	$(UV) requirements/build.in -o requirements/build.txt
	$(UV) requirements/run.in -o requirements/run.txt
	$(UV) requirements/test.in -c requirements/run.txt -o requirements/test.txt
	$(UV) requirements/bench.in -c requirements/run.txt -o requirements/bench.txt

fix: $(VENV)/.test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) out build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

# The stamps make every target idempotent and its second run fast: pip runs again only when a pinned
# list, or the package's own description, has changed.
$(VENV)/.venv:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/.run: $(VENV)/.venv requirements/build.txt requirements/run.txt pyproject.toml
	@echo "Installing tieling_geo into $(VENV) (the first time this takes a minute or two) ..."
	$(INSTALL) -r requirements/build.txt
	$(INSTALL) -r requirements/run.txt
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.test: $(VENV)/.run requirements/test.txt
	$(INSTALL) -r requirements/test.txt
	touch $@

$(VENV)/.bench: $(VENV)/.run requirements/bench.txt
	$(INSTALL) -r requirements/bench.txt
	touch $@

$(VENV)/.lock: $(VENV)/.venv
	@if [ -f requirements/lock.txt ]; then $(INSTALL) -r requirements/lock.txt; else $(PIP) install --quiet -r requirements/lock.in; fi
	touch $@

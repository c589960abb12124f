# Main commands: make setup, make run, make test, make bench. `make help` lists all.
# VENV and PYTHON choose another environment: make test PYTHON=python3.13 VENV=.venv-3.13

PYTHON ?= python3
VENV ?= .venv
PORT ?= 8000
HOST ?= 127.0.0.1
BIN = $(VENV)/bin
ARCHIVE ?= $(VAR_DIR)
MANAGE = $(BIN)/python manage.py $(if $(ARCHIVE),--archive "$(ARCHIVE)")
PIP = $(BIN)/python -m pip --disable-pip-version-check --quiet
PYTEST_ARGS ?=
BASE ?= HEAD
SCALE ?= 10000
ARGS ?=

.PHONY: help setup run test suite migrations lint bench chaos evaluate golden picture requirements clean

help:
	@echo 'make setup         create $(VENV) from the pinned requirements'
	@echo 'make run           set up the database, load fixtures/, serve on http://$(HOST):$(PORT)/'
	@echo '               ARCHIVE=DIR (or DATABASE_URL) serves an archive of your own, without the samples'
	@echo 'make test          style, types and all tests; REQUIRE_ALL=1: fail instead of skipping tests'
	@echo 'make bench         speed and memory, compared with raw limits; SCALE=N articles (default 10000)'
	@echo 'make chaos         kill and promote PostgreSQL servers while the archive serves readers (1 to 2 minutes)'
	@echo 'make evaluate      extraction quality, compared with three libraries; ARGS="-v --by-family FOLDER";'
	@echo '                   ARGS=--ablate: what each mechanism of the readers is good for;'
	@echo '                   and search quality (python -m tests.judged -v says more)'
	@echo 'make golden        compare all output with BASE (default HEAD); use after refactoring'
	@echo 'make picture       take the pictures in README.md again; needs Chromium and a Chinese font'
	@echo 'make requirements  pin the newest versions that pyproject.toml allows'

setup: $(VENV)/.ready

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; this is $$($(PYTHON) --version). Name another: make PYTHON=python3.13"; exit 1; }
	@echo 'Creating $(VENV) …'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: requirements.txt | $(VENV)/bin/python
	@echo 'Installing what the archive needs into $(VENV) (a minute, the first time) …'
	@$(PIP) install --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.ready-dev: requirements-dev.txt | $(VENV)/.ready
	@echo 'Installing what the tests need into $(VENV) (a minute, the first time) …'
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

run: setup
	@echo 'Setting up the database …'
	@$(MANAGE) migrate --verbosity 0
	@if [ -n "$(ARCHIVE)$$DATABASE_URL" ]; then echo "Serving your own archive, without the samples."; \
	  else echo 'Loading fixtures/ …'; $(MANAGE) load_articles fixtures --edits fixtures/samples.edits || test $$? -eq 1; fi
	@$(MANAGE) serve --host $(HOST) --port $(PORT)

test: lint suite

# What may differ from one Python and Django to another; the rest of lint is the same on all.
# The code is compiled first: the tests start it hundreds of times, also where Python is told to keep nothing compiled.
suite: $(VENV)/.ready-dev migrations
	@$(BIN)/python -m compileall -q newsarchive articles
	@echo 'Running the tests …'
	@$(BIN)/python -m pytest -n auto --dist loadgroup --no-loadscope-reorder $(PYTEST_ARGS)

migrations: $(VENV)/.ready-dev
	@$(MANAGE) makemigrations --check --dry-run --verbosity 0

lint: $(VENV)/.ready-dev migrations
	@echo 'Checking style and types …'
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo --no-cache

bench: $(VENV)/.ready-dev
	@$(BIN)/python -m tests.bench --articles $(SCALE)

chaos: $(VENV)/.ready-dev
	@$(BIN)/python -m tests.chaos $(ARGS)

evaluate: $(VENV)/.ready-dev
	@$(BIN)/python -m tests.bench.evaluate $(ARGS)
	@$(BIN)/python -m tests.judged

# The working tree's golden.py runs with the code of BASE too. If output differs, both folders are kept.
golden: $(VENV)/.ready-dev
	@made=$$(mktemp -d); trap 'git worktree remove --force "$$made/base"; rmdir --ignore-fail-on-non-empty "$$made"' EXIT; \
	git worktree add --quiet --detach "$$made/base" $(BASE) && cp tests/golden.py "$$made/base/tests/" && \
	(cd "$$made/base" && $(abspath $(BIN))/python -m tests.golden "$$made/before") && \
	$(BIN)/python -m tests.golden "$$made/now" && \
	diff -r "$$made/before" "$$made/now" && rm -r "$$made/before" "$$made/now"

picture: $(VENV)/.ready-dev
	@$(BIN)/python -m tests.picture

requirements: $(VENV)/bin/python
	@$(PIP) install uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
	  --custom-compile-command 'make requirements' pyproject.toml -o requirements.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --extra dask --extra metrics --extra postgres --extra s3 --constraints requirements.txt \
	  --custom-compile-command 'make requirements' pyproject.toml -o requirements-extras.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --extra dev \
	  --constraints requirements-extras.txt --custom-compile-command 'make requirements' pyproject.toml -o requirements-dev.txt

clean:
	rm -rf .venv* .mypy_cache .ruff_cache .pytest_cache .hypothesis

# Terrace: everything a person does here is one of these words. `make` alone lists them.
#
# A machine needs Python 3.11 or newer, make and a C compiler. The rest (libraries with pinned
# hashes, PostgreSQL, Node, the front end) is fetched into .venv and node_modules on first use
# and made again only when what it is made from has changed.

PYTHON ?= python3
SCALE ?= small
SEED ?= 1
INSTANCES ?=
BENCH ?= areas checkout county month pages settlement $(if $(INSTANCES),tours)

VENV := .venv
BIN := $(VENV)/bin
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" npm
LOCALES := src/terrace/config/locale
DIST := src/terrace/web/static/dist/manifest.json
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard $(LOCALES)/*/LC_MESSAGES/django.po))
INSTALLED := $(VENV)/.terrace
FONTS := src/terrace/http/fonts/NotoSansSC-Regular.ttf src/terrace/http/fonts/NotoSansSC-Bold.ttf
BUILT := $(INSTALLED) $(DIST) $(CATALOGUES) $(FONTS)

# No shell stays between make and Terrace, so that a signal to make reaches it; and when make is killed, it ends (15).
TIED = exec env TERRACE_DEMO=$${TERRACE_DEMO:-yes} $(BIN)/python -m terrace.config.lifeline $$PPID 15

# PORT=, DATA_DIR= and DATABASE_URL= choose the port, the data folder and the database of every command.
export PORT DATA_DIR DATABASE_URL

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run dev test check lint fix demo bench build messages clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(BUILT) ## start everything on http://127.0.0.1:8000 (PORT=, DATA_DIR=, DATABASE_URL=)
	@$(TIED) $(BIN)/terrace run

dev: $(BUILT) ## the same, starting again when a file changes
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(TIED) $(BIN)/terrace run --reload --beside "npm run watch"

test: $(BUILT) ## run all tests, in parallel and in random order
	$(BIN)/pytest -n auto --dist worksteal

check: lint test ## format, lint, types, contracts, templates, migrations, translations, then the tests

lint: $(BUILT) ## the part of check that runs no test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy tools
	$(BIN)/lint-imports
	$(BIN)/djlint --check --lint --quiet src
	$(NPM) run --silent check
	$(BIN)/terrace makemigrations --check --dry-run
	$(BIN)/python tools/messages.py --check
	$(BIN)/terrace openapi --check
	$(BIN)/python tools/check_deploy.py

fix: $(BUILT) ## format and repair what can be repaired by a program
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/djlint --reformat --quiet src || true
	$(NPM) run --silent fix

demo: $(BUILT) ## load the demo (SCALE=small, county or prefecture; SEED=)
	$(BIN)/terrace demo --scale $(SCALE) --seed $(SEED)

bench: $(BUILT) ## run the benchmarks, one JSON line each (BENCH="areas pages", INSTANCES=folder for tours)
	@set -e; for name in $(filter-out tours,$(BENCH)); do $(BIN)/python -m bench.$$name; done
	@$(if $(filter tours,$(BENCH)),$(BIN)/python -m bench.tours $(INSTANCES))

build: $(BUILT) ## fetch and build everything without starting it

messages: $(INSTALLED) ## bring the translation catalogues up to date
	$(BIN)/python tools/messages.py
	$(BIN)/pybabel compile --domain django --directory $(LOCALES)

clean: ## remove everything that was built; the data folder stays
	rm -rf $(VENV) node_modules $(dir $(DIST)) $(CATALOGUES) $(dir $(FONTS)) .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo 'Terrace needs Python 3.11 or newer. Name it, for example: make PYTHON=python3.12'; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.requirements: requirements/dev.txt $(VENV)/.python
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/dev.txt
	@touch $@

$(INSTALLED): pyproject.toml $(VENV)/.requirements
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

node_modules/.package-lock.json: package.json package-lock.json $(VENV)/.requirements
	$(NPM) ci --no-progress
	@touch $@

$(DIST): node_modules/.package-lock.json vite.config.ts tsconfig.json $(shell find frontend -type f 2>/dev/null)
	$(NPM) run --silent build
	@touch $@

# What labels, receipts and statements are set in: one file that has Chinese and Latin.
src/terrace/http/fonts/NotoSansSC-%.ttf: node_modules/.package-lock.json
	mkdir -p $(@D)
	cp node_modules/@expo-google-fonts/noto-sans-sc/*00$*/NotoSansSC_*00$*.ttf $@

# Babel compiles, so that no machine needs the gettext programs.
%.mo: %.po $(INSTALLED)
	$(BIN)/pybabel --quiet compile --locale $(notdir $(patsubst %/,%,$(dir $(patsubst %/,%,$(dir $<))))) --input-file $< --output-file $@

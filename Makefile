# `make help` lists what can be made. Nothing here needs more than Python 3.11, pip and make.

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PORT ?= 8000
HOST ?= 127.0.0.1
ARGS ?=
PY := .venv/bin/python
# Where CI=true the whole suite also measures which branches it went through.
COVERAGE := $(if $(filter true,$(CI)),--cov --cov-report=term:skip-covered --cov-fail-under=85)

.PHONY: help setup dev demo test test-long lint types bench bench-jobs bench-schedule bench-dates bench-site crawl chaos load soak audit seed vendor browser clean

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

setup: ## build .venv and compile the engine; instant when nothing changed
	@.ci/setup requirements-embedded.txt

dev:
	@.ci/setup requirements-dev.txt

demo: setup ## run Lineo with its demo until Ctrl-C (PORT=8000 HOST=127.0.0.1)
	@exec $(PY) manage.py demo --host $(HOST) --port $(PORT)

test: dev ## run the tests (ARGS="tests/core -q" passes arguments on)
	@exec $(PY) -m pytest -m "not long" $(or $(ARGS),-n 2 $(COVERAGE))

test-long: dev ## run the tests and the long families too (≤ 60 min)
	@exec $(PY) -m pytest $(or $(ARGS),-n 2)

lint: dev ## check style, layers, migrations, templates, secrets, Dockerfile and compose.yaml
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/lint-imports --no-logo
	@$(PY) .ci/house_rules.py
	@LINEO_DATA=$$(mktemp -d) $(PY) manage.py makemigrations --check --dry-run
	@.venv/bin/hadolint Dockerfile
	@.venv/bin/check-jsonschema --builtin-schema vendor.compose-spec compose.yaml

types: dev ## check types: strictly in the pure packages
	@.venv/bin/mypy

bench: setup ## measure the engine beside other programs, into docs/benchmarks.md (ARGS=--quick: only look)
	@$(PY) -m tests.benchmarks.engine $(ARGS)

bench-jobs: dev ## measure workers: from an edit to its live forecast, large simulations on 1, 2 and 4
	@$(PY) -m tests.benchmarks.workers $(ARGS)

bench-schedule: setup ## measure how fast plans are scheduled, from nothing and after an edit
	@$(PY) -m tests.benchmarks.schedule $(ARGS)

bench-dates: dev ## measure how far dates agree with the files' own tools and with MPXJ, into docs/agreement.md
	@$(PY) -m tests.benchmarks.agreement $(ARGS)

bench-site: dev ## measure the site with 50 to 5,000 tasks, into docs/benchmarks-site.md
	@$(PY) -m pytest tests/benchmarks/site.py -q -s $(ARGS)

crawl: dev ## visit every page and control in Chromium; pictures go into crawl/
	@$(PY) -m pytest tests/browser/crawl/crawl.py -q -s $(ARGS)

chaos: dev ## break one thing after another while people work (DURATION=1800 seconds)
	@$(PY) -m tests.operations.chaos --duration $(or $(DURATION),1800) $(ARGS)

load: dev ## measure how many requests the site bears, alone and beside a simulation
	@$(PY) -m tests.operations.load $(ARGS)

soak: dev ## half the load for 20 minutes, and what grows (DURATION=1200 seconds)
	@$(PY) -m tests.operations.load.soak --duration $(or $(DURATION),1200) $(ARGS)

audit: ## ask the advisory database about every pinned package (needs the internet)
	@.ci/audit

seed: setup ## put the demo's projects into the database that is configured
	@$(PY) manage.py migrate --verbosity 0
	@$(PY) manage.py seed

vendor: ## refresh static/vendor from npm
	@static/vendor/refresh

browser: ## install Debian's Chromium for the browser tests
	@.ci/browser

clean: ## remove .venv, caches and the demo's data
	@rm -rf .venv .lineo staticfiles .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage .coverage.* htmlcov
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

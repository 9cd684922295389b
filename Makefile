# Everything a newcomer needs, one command each. `make` alone prints this list.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PY := .venv/bin/python

help:  ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/installed .env  ## Start everything on the embedded database with the simulator; Ctrl-C stops it
	@$(PY) manage.py start

demo: .venv/installed .env  ## Run the demo brief through all seven agents and write the bundle to out/
	@SIMULATOR_LATENCY=$${SIMULATOR_LATENCY:-0} $(PY) manage.py run_session "Passwordless sign-in" --brief tests/briefs/passwordless-sign-in.md --out out/passwordless-sign-in

test: .venv/installed-dev  ## Lint, types, migration drift and all tests with coverage; installs what it lacks
	@deploy/install-test-tools
	@$(MAKE) --no-print-directory lint
	@.venv/bin/pytest -n 2 --cov --cov-report=term --cov-report=html

nightly: .venv/installed-dev  ## The tests that take minutes
	@deploy/install-test-tools
	@.venv/bin/pytest -m nightly

chaos: .venv/installed-dev  ## Break a house while people use it, and judge what is left (FAULTS=300 SESSIONS=500 SEED=1)
	@deploy/install-test-tools
	@$(PY) -m tests.chaos.run --faults $(or $(FAULTS),300) --sessions $(or $(SESSIONS),500) --seed $(or $(SEED),1)

lint: export ENVIRONMENT = testing
lint: .venv/installed-dev  ## Style, formatting, types and migration drift
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@$(PY) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run

bench: .venv/installed-dev  ## Measure, and print the figures
	@$(PY) -m benchmarks

.venv/installed: requirements.txt constraints.txt
	@deploy/make-venv .venv requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt requirements.txt requirements-providers.txt constraints.txt
	@deploy/make-venv .venv requirements-dev.txt
	@touch $@ .venv/installed

.env:
	@cp .env.example .env

.PHONY: help run demo test nightly chaos lint bench

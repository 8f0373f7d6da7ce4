# Every target does its own set-up. `make` alone prints this list.
SHELL := /bin/sh
PORT ?= 8000
INTAKE_DATA ?= var
export PORT INTAKE_DATA
VENV := .venv/bin
FLASK := $(VENV)/flask --app wsgi
BIOME := .cache/npm/@biomejs/cli-linux-*/package/biome

.PHONY: help run serve demo test lint static format rules soak bench bare setup setup-dev lock sbom holes screenshots pictures

help:            ## print this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 22

run: setup       ## start the app on 127.0.0.1:8000 (PORT=..., INTAKE_DATA=folder)
	@$(FLASK) setup
	@exec $(VENV)/gunicorn --config deploy/gunicorn.conf.py wsgi:app

serve: setup     ## the same behind Caddy, over https in your own network (HOST=names, TLS=email for a public name)
	@deploy/packages serve
	@$(FLASK) setup
	@exec deploy/serve

demo: setup      ## the same, with a made-up practice, staff and a dozen records (in var-demo)
	@INTAKE_DATA=$(INTAKE_DATA)/demo $(FLASK) demo
	@INTAKE_DATA=$(INTAKE_DATA)/demo exec $(VENV)/gunicorn --config deploy/gunicorn.conf.py wsgi:app

test: rules      ## run every test (browser, PDF validators and all), those of the house rules first
	@$(VENV)/python -m pytest -n 2 --dist loadfile --ignore tests/rules

lint: static rules ## ruff, mypy --strict, import-linter, djlint, biome (CSS, JS), then the house rules and the Nu checker

static: setup-dev
	@$(VENV)/ruff check .
	@$(VENV)/ruff format --check .
	@$(VENV)/mypy
	@$(VENV)/lint-imports --no-cache
	@$(VENV)/djlint templates --lint --quiet
	@$(BIOME) ci --error-on-warnings --log-level=error

format: setup-dev ## put Python, CSS and JavaScript into their one form
	@$(VENV)/ruff check --quiet --select I --fix .
	@$(VENV)/ruff format --quiet .
	@$(BIOME) format --write --log-level=error

rules: setup-dev # `make lint test` runs them once
	@$(VENV)/python -m pytest tests/rules

soak: setup-dev  ## clients walk while workers are killed: ten minutes (SOAK_SECONDS=...)
	@$(VENV)/python -m tests.soak

bench: setup-dev ## measure: the walk, the PDF (ratios in one run; BENCH_ROUNDS=1 for a quick look)
	@$(VENV)/python -m tests.bench

bare:            ## make a bare Debian 12 and run `make run` and `make test` in it (by hand, as root)
	@deploy/bare-debian

screenshots: setup-dev ## make the README's pictures from the real app
	@$(VENV)/python -m tests.screenshots

pictures: setup-dev ## by hand: every screen and paper of COMMIT=... as pictures in TO=folder
	@$(VENV)/python -m tests.pictures --commit "$(COMMIT)" --to "$(TO)" --dark

sbom: setup-dev  ## list every part with version and hash in sbom.json (CycloneDX)
	@$(VENV)/python deploy/sbom.py > sbom.json

holes: setup-dev ## ask PyPI whether a part has a known hole; needs the internet
	@deploy/known-holes

setup: .venv/.run            ## install what the app needs, quietly; safe to repeat
setup-dev: .venv/.run .venv/.dev

.venv/.run: requirements/run.txt deploy/packages
	@deploy/packages run
	@python=$$(deploy/python) || exit 1; test -x .venv/bin/python || \
	  "$$python" -m venv .venv >/dev/null 2>&1 || "$$python" -m venv --without-pip .venv
	@$$(deploy/python) -m pip --python .venv/bin/python install --quiet --require-hashes --no-deps -r requirements/run.txt
	@touch $@

.venv/.dev: requirements/dev.txt requirements/npm.txt deploy/packages .venv/.run
	@deploy/packages dev
	@$$(deploy/python) -m pip --python .venv/bin/python install --quiet --require-hashes --no-deps -r requirements/dev.txt
	@$(VENV)/python -m tests.support.npm_packages
	@touch $@

lock: setup-dev  ## renew requirements/*.txt from pyproject.toml
	@$(VENV)/pip-compile --quiet --output-file requirements/run.txt pyproject.toml
	@$(VENV)/pip-compile --quiet --extra dev --output-file requirements/dev.txt pyproject.toml

# make help lists the targets. Everything that a target needs, it installs.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SCENARIO ?= nishiokoppe-evening
SUDO := $(shell [ "$$(id -u)" = 0 ] || command -v sudo)
export PYTHONUTF8 := 1

.PHONY: help setup drill headless unplug test bench check lint types imports lock pictures snapshots clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

setup: $(VENV)/.ready ## make .venv from requirements.lock

# A Debian python3 without its venv part is the one thing that pip cannot mend.
$(VENV)/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "installing python3-venv"; $(SUDO) apt-get update -qq; \
		$(SUDO) apt-get install -y -qq -o DPkg::Lock::Timeout=300 python3-venv; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

drill: setup ## the main job: watch an evening drill in this terminal
	@$(BIN)/village-console drill $(SCENARIO)

headless: setup ## the same drill without a screen, 60 times as fast; results in drills/headless
	@rm -rf drills/headless
	@$(BIN)/village-console drill $(SCENARIO) --headless --speed 60 --seed 1 --out drills/headless

unplug: setup ## kill -9 of the console in a running queue, three times: is anybody lost?
	@rm -rf drills/unplug
	@$(BIN)/village-console drill $(SCENARIO) --headless --speed 60 --seed 1 --unplug 3 --out drills/unplug

test: setup ## all tests, one headless drill among them
	@$(BIN)/python -m pytest

bench: setup ## measure against other ways and write bench.json (ONLY=startup|checkin|ingest|board|search)
	@$(BIN)/python -c 'import pandas' 2>/dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check $$( \
		$(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]["bench"])')
	@$(BIN)/python -m tests.benchmarks $(ONLY)

check: setup lint types imports test ## what has to be green before a commit

lint: setup
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: setup
	@$(BIN)/pyright

imports: setup
	@$(BIN)/lint-imports --no-logo

lock: setup ## renew requirements.lock (universal, hashes, no addresses)
	@$(BIN)/uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-emit-index-url \
		--no-header --quiet --python-version 3.11 --output-file requirements.lock

snapshots: setup ## renew the pictures of the screens after looking at each change
	@$(BIN)/python -m pytest tests/screens --snapshot-update

pictures: setup ## renew the pictures of README and manual (needs tmux)
	@$(BIN)/python tests/screens/take_pictures.py

clean: ## remove what was built, keep drills
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis build dist

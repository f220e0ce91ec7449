# make help lists the targets. Everything that a target needs, it installs.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 5
SCENARIO ?= nishiokoppe-evening
SUDO := $(shell [ "$$(id -u)" = 0 ] || command -v sudo)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
export PYTHONUTF8 := 1

.PHONY: help setup parts debian-parts drill headless unplug two-shelters test soak bench check lint types imports lock bundle pictures snapshots clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

setup: $(VENV)/.ready ## make .venv from the locks; all that a drill needs

# A Debian python3 without its venv part is the one thing that pip cannot mend.
$(VENV)/.ready: requirements.lock requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "installing python3-venv"; $(SUDO) apt-get update -qq; \
		$(SUDO) apt-get install -y -qq -o DPkg::Lock::Timeout=300 python3-venv; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes -r requirements.lock -r requirements-dev.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

parts: setup $(VENV)/.cards $(VENV)/.archive ## what the tests need beyond that: Debian's daemons and tools, pyscard, psycopg

debian-parts:
	@.ci/install-test-parts $(PYTHON)

# pyscard has no wheel for Linux: it is built with what stands in requirements-dev.lock and Debian's libpcsclite-dev.
$(VENV)/.cards: requirements-cards.lock $(VENV)/.ready | debian-parts
	PATH="$(CURDIR)/$(BIN):$$PATH" $(PIP) --require-hashes --no-build-isolation -r requirements-cards.lock
	@touch $@

$(VENV)/.archive: requirements-archive.lock $(VENV)/.ready
	$(PIP) --require-hashes -r requirements-archive.lock
	@touch $@

$(VENV)/.bench: requirements-bench.lock $(VENV)/.ready
	$(PIP) --require-hashes -r requirements-bench.lock
	@touch $@

drill: setup ## the main job: watch an evening drill in this terminal
	@$(BIN)/village-console drill $(SCENARIO)

headless: setup ## the same drill without a screen, 60 times as fast; results in drills/headless
	@rm -rf drills/headless
	@$(BIN)/village-console drill $(SCENARIO) --headless --speed 60 --seed 1 --out drills/headless

unplug: setup ## kill -9 of the console in a running queue, three times: is anybody lost?
	@rm -rf drills/unplug
	@$(BIN)/village-console drill $(SCENARIO) --headless --speed 60 --seed 1 --unplug 3 --out drills/unplug

two-shelters: setup ## two consoles side by side in tmux: cut off, the same person at both, a stick carried, settled, equal
	@command -v tmux >/dev/null || { echo "installing tmux"; $(SUDO) apt-get update -qq; \
		$(SUDO) apt-get install -y -qq -o DPkg::Lock::Timeout=300 tmux; }
	@$(BIN)/python -m tests.two_shelters

# What keeps a drill's time runs alone: its people act by the clock, and Ctrl-C has to arrive. The rest mostly waits.
test: parts ## all tests, one headless drill among them
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup --durations 25 -m "not (drill or soak)"
	@$(BIN)/python -m pytest --durations 10 -m "drill and not soak"

soak: parts ## what no reviewer waits for: 1,000 taps with cards pulled and pcscd killed (about 9 minutes)
	@$(BIN)/python -m pytest -m soak

bench: $(VENV)/.bench $(VENV)/.archive | debian-parts ## measure against other ways and write bench.json (ONLY=startup|checkin|append|rebuild|ingest|ingest_rates|storm|board|search|roster_pdf|queue|stranded|roster_bytes|spool|sync|converge|bundle|archive)
	@$(BIN)/python -m tests.benchmarks $(ONLY)

check: setup lint types imports test ## what has to be green before a commit

lint: setup
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: setup $(VENV)/.archive
	@$(BIN)/pyright

imports: setup
	@$(BIN)/lint-imports --no-logo

# requirements.lock first: the others keep to what the program has. Universal, with hashes, without addresses.
lock: setup ## renew the five locks: the program, and the groups dev, cards, archive, bench
	@set -e; compile="$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --quiet \
		--python-version 3.11"; \
	$$compile pyproject.toml --output-file requirements.lock; \
	for group in dev cards archive bench; do \
		$$compile --group $$group --constraints requirements.lock --output-file requirements-$$group.lock; done

bundle: parts ## dist/village-console.tar.gz: installs on a laptop without a network (./install FOLDER)
	@packaging/make-bundle $(BIN)/python dist/village-console
	@du -h dist/village-console.tar.gz

snapshots: setup ## renew the pictures of the screens after looking at each change
	@$(BIN)/python -m pytest tests/screens --snapshot-update

pictures: parts ## renew the pictures of README and manual
	@$(BIN)/python tests/screens/take_pictures.py

clean: ## remove what was built, keep drills
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis build dist

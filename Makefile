# `make demo` and `make test` set themselves up: Python 3.11+, make and git are all they need.
SHELL := /bin/sh
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PYTEST_ARGS ?=
# A worker a core; the tests of one file stay together. WORKERS=0 runs them one after the other.
WORKERS ?= auto
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

.PHONY: help demo demo-sync simulate center test check bench bench-smoke bundle e2e eval eval-categorizer eval-unseen eval-trajectory eval-recommender eval-affordability calibrate train-categorizer train-trajectory train-recommender generate format lint types layers policy covered clean

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.created:
	@echo "== Creating a virtual environment in $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Edge Engine needs Python 3.11 or newer; set PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.runtime: $(VENV)/.created pyproject.toml
	@echo "== Installing Edge Engine and its runtime packages"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.develop: $(VENV)/.created pyproject.toml
	@echo "== Installing Edge Engine with its development packages"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@ $(VENV)/.runtime

$(VENV)/.train: $(VENV)/.develop
	@echo "== Installing the training packages"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev,train]'
	@touch $@

# The peers of the benchmarks; they are no part of the engine, its tests or its training.
$(VENV)/.bench: $(VENV)/.develop
	@echo "== Installing the peers of the benchmarks"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev,bench]'
	@touch $@

demo: $(VENV)/.runtime ## Import a two-year household into an encrypted store and tell its story; then demo-sync; then offer the Privacy Center
	@$(BIN)/edge-engine demo
	@$(BIN)/edge-engine demo-sync

$(VENV)/.center: $(VENV)/.runtime
	@echo "== Installing the packages of the Privacy Center"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[center]'
	@touch $@

DEVICES ?= 100
DAYS ?= 180
SEED ?= 1
RUN ?= .cache/simulate-$(DEVICES)-$(DAYS)-$(SEED)

# The report's page is drawn with it; without it a run has its numbers alone.
$(VENV)/.sim: $(VENV)/.runtime
	@echo "== Installing what draws the report of a simulated fleet"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[sim]'
	@touch $@

simulate: $(VENV)/.sim ## Let a fleet of simulated devices live with the real engine; DEVICES, DAYS, SEED and RUN say otherwise
	@$(BIN)/edge-engine simulate --devices $(DEVICES) --days $(DAYS) --seed $(SEED) --out "$(RUN)"

center: $(VENV)/.center ## Open the Privacy Center on a simulated household
	@$(BIN)/edge-engine center --demo

demo-sync: $(VENV)/.runtime ## Let 200 simulated devices be counted by two servers that see none of them
	@$(BIN)/edge-engine demo-sync

test: $(VENV)/.develop ## Run the tests
	@echo "== Running the tests"
	@$(PYTEST) -m "not e2e" $(PYTEST_ARGS)

check: lint types layers policy covered ## Format, lint, types, layers, policy cases, tests with coverage floors

generate: $(VENV)/.develop ## Write what is generated from the types: docs/api.md and the clients' types
	@$(BIN)/python -m edge_engine.doors.generation.reference > docs/api.md.new && mv docs/api.md.new docs/api.md
	@$(BIN)/python -m edge_engine.doors.generation.typescript
	@$(BIN)/python -m edge_engine.doors.generation.java
	@$(BIN)/python -m edge_engine.doors.generation.c_header

format: $(VENV)/.develop ## Format the code in place
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lint: $(VENV)/.develop
	@echo "== Format and lint"
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: $(VENV)/.develop
	@echo "== Types"
	@$(BIN)/mypy

policy: $(VENV)/.develop
	@echo "== The policy's own cases"
	@$(BIN)/edge-engine policy lint
	@$(BIN)/edge-engine policy test policies/cases.toml
	@$(BIN)/edge-engine policy simulate policies/history.toml

layers: $(VENV)/.develop
	@echo "== Layers"
	@$(BIN)/lint-imports

# The floors: what guards people's data is covered more strictly than the rest. Slow tests (time limits on hostile
# files, many simulated years) are in `make test`; tracing them costs minutes and covers nothing more.
covered: $(VENV)/.develop
	@echo "== Tests with branch coverage"
	@$(PYTEST) -q -m "not slow" --cov --cov-report= $(PYTEST_ARGS)
	@$(BIN)/coverage report --include='edge_engine/consent/*,edge_engine/vault/*,edge_engine/signals/*,sync/edge_engine_sync/*' --fail-under=97
	@$(BIN)/coverage report --omit='edge_engine/consent/*,edge_engine/vault/*,edge_engine/signals/*,sync/edge_engine_sync/*' --fail-under=90

e2e: $(VENV)/.develop ## Drive the installed programs from outside
	@echo "== End to end"
	@$(PYTEST) tests/e2e tests/packaging tests/doors -m "e2e or not slow" $(PYTEST_ARGS)

$(VENV)/.bundle: $(VENV)/.develop
	@echo "== Installing what freezes the sidecar"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev,bundle]'
	@touch $@

bundle: $(VENV)/.bundle ## Freeze the sidecar into one folder that runs without Python, and weigh it
	@$(BIN)/python -m edge_engine.doors.bundling --out dist/sidecar

bench: $(VENV)/.bench bundle ## Measure speed and size beside peers in the same run; ends with every goal, hit or missed
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.benchmarks

bench-smoke: $(VENV)/.develop ## Run a small part of it once: does it work at all
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.benchmarks --smoke

train-categorizer: $(VENV)/.train ## Rebuild the categorizer from open sources
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 PYTHONPATH=models_onnx $(BIN)/python -m training.train_categorizer
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 PYTHONPATH=models_onnx $(BIN)/python -m training.sizes

train-trajectory: $(VENV)/.train ## Rebuild the trajectory model from simulated households
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 PYTHONPATH=models_onnx $(BIN)/python -m training.trajectory.train

train-recommender: $(VENV)/.train ## Rebuild the recommender from simulated people
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 PYTHONPATH=models_onnx $(BIN)/python -m training.recommender.train

DATA ?= ../shared/data
ROWS := $(DATA)/text/consumer_dev.csv.gz
ACCOUNTS := $(DATA)/berka
TRAINING := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 PYTHONPATH=models_onnx $(BIN)/python -m

# Skips with the reason where the rows and accounts are not there: they have no licence and are no part of this project.
eval: eval-categorizer eval-unseen eval-trajectory eval-recommender ## Measure the models on real rows and accounts, beside peers made in the same run

eval-categorizer: $(VENV)/.train
	@if [ -f $(ROWS) ]; then mkdir -p .cache && \
		$(BIN)/edge-engine models eval categorizer --data $(ROWS) && \
		$(TRAINING) training.marks $(ROWS) --measure && \
		$(TRAINING) training.size_figures --data $(DATA) --json .cache/sizes.json && \
		$(TRAINING) training.peers $(ROWS) --json .cache/peers.json; \
	else echo "skipped: there are no rows of real descriptors at $(ROWS)"; fi

# Four trainings, each without a country and its neighbours, of some minutes each.
eval-unseen: $(VENV)/.train
	@if [ -f $(ROWS) ]; then mkdir -p .cache && \
		for country in NZ US; do for kept in "" --mixed; do \
			$(TRAINING) training.unseen $(ROWS) $$country $$kept --json .cache/unseen.json || exit 1; \
		done; done; \
	else echo "skipped: there are no rows of real descriptors at $(ROWS)"; fi

eval-trajectory: $(VENV)/.train
	@if [ -d $(ACCOUNTS) ]; then \
		mkdir -p .cache && $(BIN)/edge-engine models eval trajectory --data $(ACCOUNTS) && \
		$(TRAINING) training.trajectory.peers $(ACCOUNTS) --json .cache/trajectory_peers.json && \
		$(TRAINING) training.trajectory.adapted $(ACCOUNTS); \
	else echo "skipped: there are no bank accounts at $(ACCOUNTS)"; fi

# Needs no data: its people are simulated.
eval-recommender: $(VENV)/.runtime
	@$(BIN)/edge-engine models eval recommender

# No model's and not in `eval`: what is measured is a rule. Real loans only where they are.
eval-affordability: $(VENV)/.train
	@$(BIN)/python -m edge_engine.evaluation.affordability
	@if [ -d $(ACCOUNTS) ]; then $(BIN)/python -m edge_engine.evaluation.affordability --data $(ACCOUNTS); \
	else echo "skipped: there are no loans at $(ACCOUNTS)"; fi

# How far simulated money is from real money, and simulated people from public statistics. Real sets only where they are.
calibrate: $(VENV)/.train ## Hold the simulator against public statistics and real money
	@$(BIN)/python -m edge_engine.simulation.census
	@$(BIN)/python -m edge_engine.simulation.calibration $(DATA)

clean: ## Remove what the targets made
	rm -rf $(VENV) build dist .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# Adjuvant: every chore of the project in one place. `make` alone lists them.
#
# Needs Python 3.11 or newer, make and git; everything else is put into .venv. Each step leaves a stamp, so that a
# second run does only what changed. pip takes packages from wherever it is configured to look; hashes decide.

PYTHON  ?= python3
WORKERS ?= 2
UPGRADE ?=
FLOOR   := 95
# Executions of each fuzzer in `make torture`, and where the decision corpus is.
RUNS    ?= 1000000
# Situations that `make torture` sweeps the protocols with.
SITUATIONS ?= 1000000
CORPUS  := tests/corpus

VENV  := .venv
PY    := $(VENV)/bin/python
BUILD := .build
UCUM  := tests/oracles/ucum

# The static analysers of `make check`, and the tests that are fast enough to go with them.
FAST_TESTS := $(wildcard tests/unit tests/library tests/library_broken tests/architecture)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:

# Run a command quietly: one line says what happens, its output is shown only if it fails.
quiet = ./scripts/quietly "$(1)" $(2)

.PHONY: help
help: ## print this list
	@echo 'make TARGET, where TARGET is one of:'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)$$/  \1|\2/p' Makefile | awk -F'|' '{ printf "%-15s %s\n", $$1, $$2 }'

.PHONY: demo
demo: $(VENV)/.runtime $(VENV)/.project ## set everything up, evaluate the example patients, say where their reports are
	@$(VENV)/bin/adjuvant demo

.PHONY: test
test: $(VENV)/.test $(VENV)/.project system oracle lint ## the whole suite with coverage, after the checks; installs what it needs
	@rm -rf $(BUILD)/coverage && mkdir -p $(BUILD)/coverage
	@echo 'tests: the whole suite'
	@$(PY) -m pytest -q -n $(WORKERS) --dist loadgroup --cov --cov-report= $(PYTEST)
	@$(PY) scripts/coverage_floor.py $(FLOOR)

.PHONY: check
check: $(VENV)/.test $(VENV)/.project lint ## format, lint, types, layers and the fast tests: under a minute
	@echo 'tests: the fast ones'
	@$(PY) -m pytest -q -n $(WORKERS) --dist loadgroup -m 'not slow and not torture' $(FAST_TESTS)

.PHONY: lint
lint: $(VENV)/.test $(VENV)/.project ## format, lint, types, layers and security, without tests
	@$(call quiet,format,$(VENV)/bin/ruff format --check --quiet --diff .)
	@$(call quiet,lint,$(VENV)/bin/ruff check --quiet .)
	@$(call quiet,types,$(VENV)/bin/mypy --no-error-summary)
	@$(call quiet,layers,$(VENV)/bin/lint-imports --no-cache)
	@$(call quiet,security,$(VENV)/bin/bandit --quiet --recursive --configfile pyproject.toml src)

.PHONY: fix
fix: $(VENV)/.test ## format the code and mend what the linter can mend
	@$(VENV)/bin/ruff format --quiet .
	@$(VENV)/bin/ruff check --fix --quiet .

# What takes hours: sizes, accidents, fuzzers, the corpus in full, and changes to the code that tests must notice.
# Each part can be run alone.
.PHONY: torture torture-tests torture-sweep torture-fuzz torture-corpus torture-mutation
torture: torture-tests torture-sweep torture-fuzz torture-corpus torture-mutation ## hours: large files, accidents, a sweep of the protocols, fuzzers, corpus, mutation testing

torture-tests: $(VENV)/.test $(VENV)/.project
	@echo 'torture: tests of sizes and accidents'
	@$(PY) -m pytest -q -m torture --ignore-glob='*/corpus/*' $(PYTEST)

torture-sweep: $(VENV)/.test $(VENV)/.project
	@echo 'torture: $(SITUATIONS) random situations of the protocols'
	@./scripts/sweep --situations $(SITUATIONS) --workers $(WORKERS)

torture-fuzz: $(VENV)/.test $(VENV)/.project
	@echo 'torture: $(RUNS) executions of each fuzzer'
	@test -x scripts/fuzz || { echo 'There is no fuzzer: scripts/fuzz is missing.'; exit 1; }
	@./scripts/fuzz all --runs $(RUNS)

torture-corpus: $(VENV)/.test $(VENV)/.project
	@echo 'torture: the decision corpus in full'
	@test -d $(CORPUS) || { echo 'There is no decision corpus: $(CORPUS) is missing.'; exit 1; }
	@$(PY) -m pytest -q -m 'torture or not torture' $(CORPUS)

torture-mutation: $(VENV)/.test $(VENV)/.project
	@echo 'torture: mutation testing'
	@$(PY) scripts/mutation.py --workers $(WORKERS)

.PHONY: bench
bench: $(VENV)/.test $(VENV)/.project $(BUILD)/bench/.packages ## measure the speeds that the documentation states
	@test -f bench/run.py || { echo 'There is no benchmark yet: bench/run.py is missing.'; exit 1; }
	@$(PY) bench/run.py

.PHONY: bench-solvers
bench-solvers: $(VENV)/.test $(VENV)/.project $(BUILD)/solvers/.packages ## measure levels beside diffrax, torchdiffeq and myokit; installs them
	@./scripts/system-packages solvers
	@$(PY) bench/level_solvers.py

.PHONY: install
install: $(VENV)/.test $(VENV)/.project ## only make .venv with everything that a developer needs

.PHONY: system
system: ## install the system packages that some tests need (as root), or say how
	@./scripts/system-packages

.PHONY: oracle
oracle: ## install the independent UCUM library that the unit tests are checked against
	@./scripts/ucum-oracle

.PHONY: lock
lock: $(BUILD)/lock/.ready ## compile requirements/*.txt anew; UPGRADE=1 takes the newest releases
	@$(call quiet,requirements/runtime.txt,$(COMPILE) --output-file requirements/runtime.txt pyproject.toml requirements/build.in)
	@$(call quiet,requirements/test.txt,$(COMPILE) --output-file requirements/test.txt --constraint requirements/runtime.txt --extra test --extra fast --extra jax pyproject.toml requirements/build.in)
	@$(call quiet,requirements/bench.txt,$(COMPILE) --output-file requirements/bench.txt --constraint requirements/test.txt requirements/bench.in)
	@$(call quiet,requirements/solvers.txt,$(COMPILE) --output-file requirements/solvers.txt --constraint requirements/test.txt --excludes requirements/torch.txt requirements/solvers.in)

COMPILE = $(BUILD)/lock/bin/uv pip compile --no-config --quiet --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-emit-index-url --custom-compile-command 'make lock' $(if $(UPGRADE),--upgrade)

.PHONY: clean
clean: ## remove everything that make has made
	@rm -rf $(VENV) $(BUILD) dist .hypothesis .ruff_cache .import_linter_cache $(UCUM)/node_modules
	@find src tests bench scripts -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
	@echo 'Removed what make had made.'

# --- stamps ---------------------------------------------------------------------------------------------------

$(VENV)/.made:
	@PYTHON='$(PYTHON)' ./scripts/make-venv $(VENV)
	@touch $@

$(VENV)/.runtime: requirements/runtime.txt | $(VENV)/.made
	@$(call quiet,packages to run,$(PY) -m pip install --disable-pip-version-check --require-hashes --no-deps -r requirements/runtime.txt)
	@touch $@

$(VENV)/.test: requirements/test.txt | $(VENV)/.made
	@$(call quiet,packages to test,$(PY) -m pip install --disable-pip-version-check --require-hashes --no-deps -r requirements/test.txt)
	@touch $@ $(VENV)/.runtime

# What benchmarks compare with, apart from .venv: pandas, once it is there, is imported by others and slows them.
$(BUILD)/bench/.packages: requirements/bench.txt | $(VENV)/.made
	@$(call quiet,packages to compare with,$(PY) -m pip install --disable-pip-version-check --require-hashes --no-deps --upgrade --target $(BUILD)/bench/packages -r requirements/bench.txt)
	@touch $@

# Other people's solvers, apart from both. torch is not to be had everywhere in the build that is asked for.
$(BUILD)/solvers/.packages: requirements/solvers.txt requirements/torch.txt | $(VENV)/.made
	@$(call quiet,solvers to compare with,$(PY) -m pip install --disable-pip-version-check --require-hashes --no-deps --upgrade --target $(BUILD)/solvers/packages -r requirements/solvers.txt)
	@$(call quiet,torch,$(PY) -m pip install --disable-pip-version-check --require-hashes --no-deps --upgrade --target $(BUILD)/solvers/packages -r requirements/torch.txt) || \
		echo 'torch was not installed: requirements/README.md says which build is asked for. torchdiffeq is left out.'
	@touch $@

# The project itself, in place: no dependency is resolved and nothing is downloaded.
$(VENV)/.project: pyproject.toml | $(VENV)/.made
	@test -f $(VENV)/.runtime || $(MAKE) --no-print-directory $(VENV)/.runtime
	@$(call quiet,adjuvant itself,$(PY) -m pip install --disable-pip-version-check --no-deps --no-build-isolation --editable .)
	@touch $@

$(BUILD)/lock/.ready: requirements/lock-tool.txt
	@PYTHON='$(PYTHON)' ./scripts/make-venv $(BUILD)/lock
	@$(call quiet,the lock compiler,$(BUILD)/lock/bin/python -m pip install --disable-pip-version-check --require-hashes -r requirements/lock-tool.txt)
	@touch $@

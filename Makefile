# What a developer runs; `make` alone lists it. Needs make and Python 3.11 or newer, nothing else.
# Another Python: make demo PYTHON=python3.12

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test check bench diagram lock clean

TEST_WORKERS ?= 2
UV_VERSION = 0.13.9
PIP_INSTALL = .venv/bin/python -m pip install -q --disable-pip-version-check
COMPILE = .venv/lock/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
  --custom-compile-command "make lock" $(LOCK_ARGS)

# A PYTHON that was asked for gets a .venv of its own making; without one, the .venv that is there will do.
ifeq ($(origin PYTHON),undefined)
PYTHON = python3
BASE = .venv/.python
else
BASE = .venv/.python-$(notdir $(PYTHON))
endif

# A checkout that was moved or copied still points at the old place: make its .venv again.
ifneq ($(shell cat .venv/.place 2>/dev/null),$(CURDIR))
.PHONY: $(BASE)
endif

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

demo: .venv/.runtime ## a practice's week in the terminal, with made-up clients
	@.venv/bin/met demo $(DEMO_ARGS)

test: .venv/.dev ## all tests, PostgreSQL included (TEST_WORKERS=2, TEST_ARGS=...)
	@.venv/bin/pytest -n $(TEST_WORKERS) $(TEST_ARGS)

check: .venv/.dev ## style, types and the arrows between packages
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

bench: .venv/.dev ## measure (BENCH_ARGS=--quick for a short run)
	@.venv/bin/python -m benchmarks $(BENCH_ARGS)

diagram: .venv/.runtime ## print the care pathway as a diagram (DIAGRAM_ARGS=...)
	@.venv/bin/met diagram $(DIAGRAM_ARGS)

lock: .venv/lock/.uv-$(UV_VERSION) ## pin the dependencies again (LOCK_ARGS=--upgrade for newer ones)
	@echo "Pinning requirements/runtime.txt and requirements/dev.txt"
	@printf 'hatchling\neditables\n' | $(COMPILE) pyproject.toml - -o requirements/runtime.txt >/dev/null
	@printf 'hatchling\neditables\n-e .[postgres]\n' | $(COMPILE) - --group dev -c requirements/runtime.txt \
	  --no-emit-package met-workflow -o requirements/dev.txt >/dev/null

clean: ## remove what these targets made (data of yours is kept)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BASE):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "MET Workflow needs Python 3.11 or newer; '$(PYTHON)' is missing or older." \
	    "Name another one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@echo "Making .venv with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv --clear .venv
	@pwd > .venv/.place
	@touch .venv/.python $@

.venv/.runtime: $(BASE) pyproject.toml requirements/runtime.txt
	@echo "Installing what MET Workflow runs on (once)"
	@$(PIP_INSTALL) --require-hashes -r requirements/runtime.txt
	@$(PIP_INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

# The developer's pins contain the runtime's, so one installation serves both stamps.
.venv/.dev: $(BASE) pyproject.toml requirements/runtime.txt requirements/dev.txt
	@echo "Installing what MET Workflow is tested and checked with (once)"
	@$(PIP_INSTALL) --require-hashes -r requirements/dev.txt
	@$(PIP_INSTALL) --no-deps --no-build-isolation -e .
	@touch .venv/.runtime $@

.venv/lock/.uv-$(UV_VERSION): $(BASE)
	@echo "Installing uv $(UV_VERSION)"
	@.venv/bin/python -m venv --clear .venv/lock
	@.venv/lock/bin/python -m pip install -q --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

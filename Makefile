# make demo | test | check | faults | year | bench-extract | bench-growth | accuracy | install | format | docs | clean. `make` alone prints this line.

VENV    := .venv
BIN     := $(VENV)/bin
WHEEL   := build/wheel-venv
COMPILE := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header -q
PEERS   := build/peers
SOURCES := crawler pipelines tests benchmarks docs
# A process of tests for each core; one that is done takes over from the others.
PARALLEL := -n auto --dist worksteal

.PHONY: help demo test check install format docs clean lock
.DELETE_ON_ERROR:

help:
	@sed -n 's/^# make/make/p' Makefile

demo: $(VENV)/.ready
	@$(BIN)/wencun demo

test: check

check: $(VENV)/.ready-dev
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest $(PARALLEL) --cov --cov-report=term
	@$(MAKE) --no-print-directory check-wheel

# The tests once more, without those of faults and of a year, against the built wheel, from an empty folder, with the oldest
# dependencies we claim.
.PHONY: check-wheel
check-wheel: $(VENV)/.ready $(WHEEL)/.ready
	@rm -rf build/wheel build/lib
	@$(BIN)/python -m pip wheel -qq --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir build/wheel .
	$(WHEEL)/bin/python -m pip install -qq --no-deps --force-reinstall build/wheel/*.whl
	@rm -rf build/empty && mkdir -p build/empty
	cd build/empty && ../wheel-venv/bin/python -c "import crawler, pipelines; assert 'site-packages' in crawler.__file__ and 'site-packages' in pipelines.__file__" \
	  && ../wheel-venv/bin/python -P -m pytest $(PARALLEL) -c ../../pyproject.toml --rootdir=../.. -p no:cacheprovider --ignore=../../tests/faults --ignore=../../tests/year ../../tests

# What may go wrong, at full figures instead of the sample that `check` tries: prints each beside the one asked.
.PHONY: faults
faults: $(VENV)/.ready-dev
	WENCUN_FIGURES=full $(BIN)/pytest tests/faults -o faulthandler_timeout=0

# A year of daily runs over a site that lives, with ten times the articles that `check` has.
.PHONY: year
year: $(VENV)/.ready-dev
	WENCUN_FIGURES=full $(BIN)/pytest tests/year -o faulthandler_timeout=0

format: $(VENV)/.ready-dev
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/ruff check --fix $(SOURCES)

docs: $(VENV)/.ready-dev
	$(BIN)/python docs/generate.py

# Extraction against the bare parse and against others: of the golden pages and the corpus, or of PAGES=FOLDER.
.PHONY: bench-extract
bench-extract: $(VENV)/.ready $(PEERS)/trafilatura/.ready $(PEERS)/newspaper4k/.ready
	@$(BIN)/python benchmarks/extract.py $(PAGES)

# What list entries cost at 200,000 captures, and how long questions take at five million entries: half an hour, 5 GB.
.PHONY: bench-growth
bench-growth: $(VENV)/.ready
	@PYTHONPATH=tests $(BIN)/python benchmarks/growth.py build/growth
	@$(BIN)/python benchmarks/views.py build/growth

# How right the fields are, beside others', on the real pages in $WENCUN_CORPUS: writes docs/accuracy.md.
.PHONY: accuracy
accuracy: $(VENV)/.ready-dev $(patsubst benchmarks/peers/%.txt,$(PEERS)/%/.ready,$(wildcard benchmarks/peers/*.txt))
	@$(BIN)/python benchmarks/accuracy.py

install:
	@sh scripts/install.sh

lock:
	$(COMPILE) --upgrade --group build -o requirements.lock
	$(COMPILE) --upgrade --group dev -c requirements.lock -o requirements-dev.lock
	$(COMPILE) --upgrade --group dev --resolution lowest-direct -o requirements-oldest.lock

clean:
	rm -rf build dist *.egg-info $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage*

# Set-up: a virtual environment of the checkout's own, with the dependencies that the lock files pin. They pin all
# of them; --no-deps, because pip before 23.3 takes an extra's old name for one that is missing.
$(VENV)/bin/python:
	@python=$$(sh scripts/python.sh) && "$$python" -m venv $(VENV)

$(VENV)/.ready: $(VENV)/bin/python requirements.lock pyproject.toml
	@echo "setting up $(VENV) (once)…" >&2
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready requirements-dev.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

$(WHEEL)/.ready: $(VENV)/bin/python requirements-oldest.lock
	@rm -rf $(WHEEL) && $(BIN)/python -m venv $(WHEEL)
	@$(WHEEL)/bin/python -m pip install -qq --disable-pip-version-check --no-deps --require-hashes -r requirements-oldest.lock
	@touch $@

# Others' extractors, each in an environment of its own: some hold back dependencies that we use newer.
$(PEERS)/%/.ready: benchmarks/peers/%.txt $(VENV)/bin/python
	@echo "setting up $(@D) (once)…" >&2
	@rm -rf $(@D) && $(BIN)/python -m venv $(@D)
	@$(@D)/bin/python -m pip install -qq --disable-pip-version-check -r $<
	@touch $@

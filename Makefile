# One page of commands. `make serve` and `make test` set everything up by themselves.
SHELL := /bin/bash
PYTHON := .venv/bin/python
STAMPS := .setup
WEB_SOURCES := $(shell find web/src web/customer web/public web/*.ts web/*.json web/index.html -type f 2>/dev/null)

# Tests make hundreds of databases: in memory where there is room, so that none waits for a disk.
MEMORY := $(shell [ "$$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print int($$4 / 1048576) }')" -ge 4 ] 2>/dev/null && echo TMPDIR=/dev/shm)

.PHONY: setup serve test check bench clean schema tour simulate

setup: $(STAMPS)/python $(STAMPS)/web $(STAMPS)/app          ## Python and web dependencies, and the built apps

serve: setup                                                 ## everything at http://127.0.0.1:8000
	$(PYTHON) -m server serve --demo

test: setup $(STAMPS)/browser check                          ## what CI runs
	cd web && npx vitest run
	$(MEMORY) $(PYTHON) -m pytest --ignore=tests/browser
	# A busy machine can trip a browser's clock: what failed runs once more, and that decides.
	$(MEMORY) $(PYTHON) -m pytest -o addopts=-q tests/browser || \
		$(MEMORY) $(PYTHON) -m pytest -o addopts=-q tests/browser --last-failed

check: setup                                                 ## fast: lint, types, layers, sizes, drift
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m pyright
	.venv/bin/lint-imports
	$(PYTHON) scripts/sizes.py
	$(PYTHON) scripts/silent_tests.py
	$(PYTHON) scripts/first_loads.py
	$(PYTHON) -m server export-schema --check schema.graphql
	$(PYTHON) -m scripts.export_types --check
	$(PYTHON) -m scripts.export_document --check
	$(PYTHON) -m scripts.export_access --check
	cd web && npx oxlint --deny-warnings src customer && npx vue-tsc --noEmit

schema: setup                                                ## after a change of commands or rows
	$(PYTHON) -m server export-schema > schema.graphql
	$(PYTHON) -m scripts.export_types
	$(PYTHON) -m scripts.export_document
	$(PYTHON) -m scripts.export_access

bench: setup                                                 ## pull and push beside the raw driver, in one run
	$(PYTHON) -m tests.bench.run

simulate: setup                                              ## the five promises of sync: 10,000 seeds, and 200 on PostgreSQL
	$(MEMORY) $(PYTHON) -m tests.simulation.run --seeds 10000
	$(MEMORY) $(PYTHON) -m tests.simulation.run --seeds 200 --engine postgres

tour: setup $(STAMPS)/browser                                ## each screen in every language, size and colour; pictures into docs/tour
	$(PYTHON) -m tests.browser.tour docs/tour --every

clean:                                                       ## everything that setup made; never the data
	rm -rf .venv $(STAMPS) web/node_modules web/dist web/dist-customer

$(STAMPS)/python: pyproject.toml uv.lock scripts/setup.sh
	@scripts/setup.sh python
	@touch $@

$(STAMPS)/web: web/package.json web/package-lock.json scripts/setup.sh
	@scripts/setup.sh web
	@touch $@

$(STAMPS)/app: $(STAMPS)/web $(WEB_SOURCES)
	@scripts/setup.sh app
	@touch $@

$(STAMPS)/browser: $(STAMPS)/python scripts/setup.sh
	@scripts/setup.sh browser
	@touch $@

# Conveniences; the gate is .ci/run.
python ?= $(if $(wildcard .venv/bin/python),.venv/bin/python,python3)
seconds ?= 600
jobs ?= 2

.PHONY: setup test generated bench matrix site publish torture

# All that is needed to work on it.
setup:
	python3 -m venv .venv && .venv/bin/pip install -q -e '.[dev]'

test:
	$(python) -m pytest -n auto -m ""

# The README's table and pictures, the table of claims, the snapshots; read the difference in git.
generated:
	$(python) -m tests.generate

bench:
	$(python) -m tests.bench

# A wheel of a clean clone, in empty environments of the oldest and newest versions of everything.
matrix:
	$(python) -m tests.matrix

# The site, in docs/site; what builds it has an environment of its own.
site: docs/.venv/bin/mkdocs
	$(python) docs/make.py
	NO_MKDOCS_2_WARNING=1 docs/.venv/bin/mkdocs build -q -f docs/made.yml

docs/.venv/bin/mkdocs:
	python3 -m venv docs/.venv
	docs/.venv/bin/pip install -q 'mkdocs-material>=9.6,<10'

# Refuses while the project has no address.
publish:
	@$(python) -c 'from hatch_build import ADDRESS; import sys; sys.exit(not ADDRESS and \
	  "The project has no address yet: set ADDRESS in hatch_build.py.")'
	uvx --from build pyproject-build && uvx twine check --strict dist/* && uvx twine upload dist/*

# Several at once, each with seeds of its own: make torture seconds=3600 jobs=4
torture:
	@seq $(jobs) | xargs -P $(jobs) -I N sh -c \
	  '$(python) -m tests.torture --seconds $(seconds) --seed $$(( N * 1000000 ))'

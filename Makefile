# Conveniences; the gate is .ci/run.
python ?= $(if $(wildcard .venv/bin/python),.venv/bin/python,python3)
seconds ?= 600
jobs ?= 2

.PHONY: test generated bench torture

test:
	$(python) -m pytest -n auto -m ""

# The README's table and pictures, the table of claims, the snapshots; read the difference in git.
generated:
	$(python) -m tests.generate

bench:
	$(python) -m tests.bench

# Several at once, each with seeds of its own: make torture seconds=3600 jobs=4
torture:
	@seq $(jobs) | xargs -P $(jobs) -I N sh -c \
	  '$(python) -m tests.torture --seconds $(seconds) --seed $$(( N * 1000000 ))'

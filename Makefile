# Two commands matter: « make run » serves the dashboard, « make test » proves it.
.DEFAULT_GOAL := run
.PHONY: run test lint bench package lock clean

BIN := .venv/bin
INSTALLED := .venv/.installed
LOCKS := $(foreach minor,11 12 13,requirements/py3$(minor).txt)
PROXIMITE_MIRROR ?= ../shared/mirror

run: $(INSTALLED)
	@$(BIN)/proximite run

test: lint
	$(BIN)/pytest --numprocesses 3 --dist loadfile

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --num-workers 2
	$(BIN)/lint-imports

bench: $(INSTALLED)
	$(BIN)/python -m benchmarks.repaint
	$(BIN)/python -m benchmarks.custom_territory
	$(BIN)/python -m benchmarks.priorities
	$(BIN)/python -m benchmarks.portrait
	$(BIN)/python -m benchmarks.access
	$(BIN)/python -m benchmarks.network
	$(BIN)/python -m benchmarks.siting
	$(BIN)/python -m benchmarks.cluster
	$(BIN)/python -m benchmarks.listings
	$(BIN)/python -m benchmarks.dedupe --mirror "$(PROXIMITE_MIRROR)"

package: $(INSTALLED)
	$(BIN)/proximite build --mirror "$(PROXIMITE_MIRROR)" --out geodata/embedded

lock: $(INSTALLED)
	for minor in 11 12 13; do \
		$(BIN)/uv --no-config pip compile --quiet pyproject.toml --group dev --universal \
			--python-version 3.$$minor --generate-hashes --no-emit-index-url --no-annotate --upgrade \
			--custom-compile-command "make lock" --output-file requirements/py3$$minor.txt || exit 1; \
	done

clean:
	rm -rf build dist test-results .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .benchmarks
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

# Written last: an installation that stops half-way starts again at the next command.
$(INSTALLED): pyproject.toml requirements/install.sh $(LOCKS)
	@sh requirements/install.sh
	@touch $@

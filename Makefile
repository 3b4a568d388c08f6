PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SERVE := $(VENV)/.serve
DEV := $(VENV)/.dev
COMPILE := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header --upgrade

.DEFAULT_GOAL := help
.PHONY: help serve test check messages lock bench clean

help: ## Say what there is
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

serve: $(SERVE) ## Install what is needed and serve the site (Ctrl-C ends it)
	@exec $(BIN)/flask serve

test: $(DEV) ## Run all tests
	@$(BIN)/pytest -n auto --dist worksteal

check: $(DEV) ## Look for mistakes without running anything
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint app --lint --quiet
	$(BIN)/lint-imports

messages: $(DEV) ## Gather what there is to translate into app/translations/messages.pot
	@mkdir -p app/translations
	@$(BIN)/pybabel -q extract -F pyproject.toml -k _l -o app/translations/messages.pot .

lock: $(DEV) ## Bring requirements/ up to date with pyproject.toml
	$(COMPILE) --output-file requirements/serve.txt
	$(COMPILE) --extra dev --output-file requirements/dev.txt

bench: $(DEV) ## Measure, side by side
	$(BIN)/python -m bench.run

clean: ## Remove what was installed or made, but nothing in instance/
	rm -rf $(VENV) .bench .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Broadsheet needs Python 3.11 or newer; PYTHON=python3.12 make ... names another one."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "Python's venv is missing here; on Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(SERVE): requirements/serve.txt | $(BIN)/python
	@echo "Installing what Broadsheet needs into $(VENV) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(DEV): requirements/dev.txt $(SERVE) | $(BIN)/python
	@echo "Installing what the tests need into $(VENV) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

# Two targets set everything up on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

# Where an environment forbids bytecode, each of the product's many processes would compile Airflow again: twice the time.
export PYTHONDONTWRITEBYTECODE :=

WWW := plugins/media_workflows_plugin/www

# Twice as many as cores: workers that test a running product wait for Airflow most of the time.
WORKERS ?= 4
PYTEST = $(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup

CLIENT := clients/python
CODE_GENERATOR := 0.89.0
CODE_GENERATOR_OPTIONS := --input-file-type openapi --output-model-type pydantic_v2.BaseModel --collapse-root-models \
	--target-python-version 3.11 --use-standard-collections --use-union-operator --use-schema-description \
	--strict-nullable --formatters builtin

.PHONY: demo client cluster dev test test-full lint format bench docs pictures pages pages-packages pages-types pages-check clean

demo: $(VENV)/.demo
	@$(BIN)/python -m media_workflows.demo $(ARGS)

# The production shape of docker-compose.yaml without containers, two workers as two machines.
cluster: $(VENV)/.dev
	@$(BIN)/python -m media_workflows.cluster $(ARGS)

# All that tests and checks need.
dev: $(VENV)/.dev

test: $(VENV)/.dev
	$(PYTEST) -m "not full" $(ARGS)

# And the long tiers, in random order: more examples, real presets at 2160p, the second S3 server. A test may take 15
# minutes.
test-full: $(VENV)/.dev
	$(PYTEST) --hypothesis-profile full -p randomly --timeout 900 $(ARGS)

# Python, import rules, and the pages where Node and their packages are (`make pages-packages`).
lint: $(VENV)/.dev
	$(BIN)/ruff check --no-cache .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@if command -v npm >/dev/null && [ -d $(WWW)/node_modules ]; then cd $(WWW) && npm run lint; \
	else echo "the pages are not checked: this needs Node and make pages-packages"; fi

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks $(ARGS)

# The documentation as a site in .site/. Strictly: a broken link ends it (not with -q, which hides warnings from --strict).
docs: $(VENV)/.dev
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

# The pictures of the documentation, of one running product. Needs Chromium; look at each before it is committed.
pictures: $(VENV)/.dev
	PICTURES_FOLDER=$(CURDIR)/docs/images $(BIN)/python -m pytest -p no:randomly tests/ui/test_pictures.py $(ARGS)

# The pages: checked, tested and built into dist/, which is kept in the repository. Needs Node 20.19 or newer.
pages: pages-packages
	cd $(WWW) && npm run check && npm test && npm run build

# The types of what the API answers; after a change of its models.
pages-types: $(VENV)/.dev pages-packages
	$(BIN)/python tests/api_document.py
	cd $(WWW) && npm run types

# The Python client's models, from the API's description; after a change of its models.
client: $(VENV)/.dev
	$(BIN)/python tests/client_document.py
	$(BIN)/uvx --from datamodel-code-generator==$(CODE_GENERATOR) datamodel-codegen $(CODE_GENERATOR_OPTIONS) \
		--input $(CLIENT)/openapi.json --output $(CLIENT)/media_workflows_client/models.py \
		--custom-file-header "# Made by make client of openapi.json: $$(sha256sum < $(CLIENT)/openapi.json | cut -c1-64)"
	$(BIN)/ruff format $(CLIENT)

pages-packages:
	cd $(WWW) && npm ci --no-audit --no-fund

# The same without Biome, which `lint` runs, and without writing dist/, which tests may serve at this moment: a build
# elsewhere has to equal it.
pages-check:
	cd $(WWW) && npm run check:types && npm test
	cd $(WWW) && built=$$(mktemp -d) && npm run build -- --outDir "$$built" --emptyOutDir && diff -r "$$built" dist \
		&& rm -r "$$built" || { echo "dist/ is not what its source makes: run make pages, commit dist/"; exit 1; }

clean:
	rm -rf $(VENV) .demo .cluster .site

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 to 3.13 is needed, this is " + sys.version.split()[0] + ": make PYTHON=python3.12 ..." if not (3, 11) <= sys.version_info[:2] <= (3, 13) else 0)'
	$(PYTHON) -m venv $(VENV) || { echo "the venv module is missing: apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet uv

$(VENV)/.demo: requirements.txt pyproject.toml | $(BIN)/uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python -r requirements.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps -e .
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.demo
	$(BIN)/uv pip install --quiet --python $(BIN)/python -r requirements-dev.txt
	@touch $@

# Every target sets up what it needs: only Python 3.11+, make and pip are assumed.
PYTHON ?= python3
UV := $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)
RUN := $(UV) run --frozen --no-sync

.PHONY: install score serve test lint bench screenshots retrain clean

.uv/bin/uv:
	$(PYTHON) -m venv .uv
	.uv/bin/pip install --quiet uv

.venv/.installed: pyproject.toml uv.lock | $(filter .uv/bin/uv,$(UV))
	$(UV) sync --frozen --quiet
	touch $@

install: .venv/.installed

score: install
	$(RUN) escalation score models/examples/escalating.txt

serve: install
	$(RUN) escalation serve

lint: install
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(RUN) lint-imports

test: lint
	$(RUN) pytest

bench: install
	for benchmark in seed features roles invariants speed startup hostile http batch; do $(RUN) python -m benchmarks.$$benchmark || exit 1; done

screenshots: install
	$(RUN) python -m benchmarks.screenshots --output docs/images

# The shared corpus where it lies beside the checkout, and always the sample in the repository.
CORPUS ?= $(wildcard ../shared/data/corpus/train.jsonl.gz) $(wildcard training/sample/*.jsonl)
# Codes of news texts that lie there without labels.
NEWS ?= $(wildcard ../shared/data/unlabelled/news.jsonl.gz)
DEV ?= $(wildcard ../shared/data/corpus/dev.jsonl.gz)
REGISTRY ?= build/registry

retrain: install
	$(RUN) escalation-retrain --corpus $(CORPUS) $(if $(NEWS),--texts $(NEWS) --codes training/coded/news.tsv) $(if $(DEV),--dev $(DEV)) --output $(REGISTRY)

clean:
	rm -rf .venv .uv

# `make setup` builds the environment, `make check` is all that continuous integration runs.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
RUN := $(VENV)/bin/python
STAMP := $(VENV)/.complete

.PHONY: setup check format lint types layers docstrings test quickstart bench clean

setup: $(STAMP)

# torch comes first and alone, so that a CPU build that lies ready is taken and nothing later pulls another one.
# AllenNLP comes without its dependencies: its pins contradict today's libraries.
$(STAMP): requirements.txt requirements-allennlp.txt setup.py pyproject.toml blner_allennlp.pth
	$(PYTHON) -m venv --clear $(VENV)
	$(RUN) -m pip install "$$(grep '^torch==' requirements.txt)"
	$(RUN) -m pip install -r requirements.txt
	$(RUN) -m pip install --no-deps -r requirements-allennlp.txt
	$(RUN) -m pip install --no-deps -e .
	touch $(STAMP)

check: format lint types layers docstrings test

format: $(STAMP)
	$(RUN) -m ruff format --check .

lint: $(STAMP)
	$(RUN) -m ruff check .

types: $(STAMP)
	$(RUN) -m mypy

layers: $(STAMP)
	$(VENV)/bin/lint-imports

docstrings: $(STAMP)
	$(VENV)/bin/pydoclint --quiet blner_allennlp setup.py

test: $(STAMP)
	$(RUN) -m pytest -n auto

quickstart: $(STAMP)
	$(VENV)/bin/allennlp train experiments/quickstart.jsonnet -s out/quickstart --force \
		--include-package blner_allennlp
	$(VENV)/bin/allennlp evaluate out/quickstart/model.tar.gz fixtures/data/sample/test.conll \
		--output-file out/quickstart/test.json
	$(VENV)/bin/allennlp predict out/quickstart/model.tar.gz fixtures/three_sentences.jsonl \
		--output-file out/quickstart/predictions.jsonl --silent
	@echo; $(RUN) -m blner_allennlp.marked_text out/quickstart/predictions.jsonl

# Speed and memory on this machine beside its targets, other taggers included, each of these in an environment of its
# own under .peers/ (9 GB): an hour or two on two cores. `make bench ARGS='--skip peers'` leaves them out.
bench: quickstart
	$(RUN) -m benchmarks $(ARGS)

clean:
	rm -rf $(VENV) build dist *.egg-info

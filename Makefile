# Two commands on a fresh machine: `make demo` and `make test`. Each does its own set-up.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.9
# Trust what the machine trusts: proxies and mirrors with certificates of their own are common.
export UV_SYSTEM_CERTS ?= 1
CA_BUNDLE := $(firstword $(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem))
ifneq ($(CA_BUNDLE),)
export REQUESTS_CA_BUNDLE ?= $(CA_BUNDLE)
endif

INSTALL := VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --build-constraints requirements-build.lock
LOCK := VIRTUAL_ENV=$(VENV) $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q
LLAMA := infra/local/llama.sh $(VENV)
# Processes that test side by side. Each has a Kafka and a Postgres of its own, about 1 GB.
TESTERS ?= 2

.PHONY: help setup llm train demo demo-live test lint check docs images lock release clean

help:
	@echo "make demo          set up, start Kafka and Postgres, replay the sample, show what came of it"
	@echo "make demo DUMP=x   the same with a dump of your own; KEEP=1 leaves it running"
	@echo "make demo-live     the same with a live crawl: a DHT of 30 nodes on loopback instead of a dump"
	@echo "make test          every test, on a real Kafka and Postgres, with coverage"
	@echo "make check         what CI runs: make lint, then make test"
	@echo "make lint          ruff and mypy --strict"
	@echo "make docs          the documentation, in build/site"
	@echo "make release       wheel, sdist, SBOM and sums in dist, and the demo from the wheel; DIRTY=1 to try"
	@echo "make images        images for containers, without Docker (buildah, debootstrap, root)"
	@echo "make setup         the environment in .venv only"
	@echo "make train         torch and what training needs (make test does it, too)"
	@echo "make llm           llama.cpp for the GGUF worker, compiled once (demo and test do it, too)"

setup: $(VENV)/.run

$(VENV)/.run: requirements.lock requirements-build.lock pyproject.toml
	@echo "== setting up $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { echo "Python 3.11 to 3.13 is needed: make setup PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "python3 -m venv failed; on Debian: apt install python3-venv"; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null  # environments that uv made have no pip
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-deps -e .
# Bytecode for what `mimmo` loads: its first answer costs a third less where Python keeps none by itself.
	@$(BIN)/python -m compileall -q -j 2 schemas models mimmo infra streams || :
	@cd $(VENV)/lib/python3.*/site-packages && ../../../bin/python -m compileall -q -j 2 pydantic pydantic_core numpy onnxruntime tokenizers regex || :
	@touch $@
	@echo "== $(VENV) is ready"

# What tests, types and documents need on top.
$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

# The GGUF worker is an extra: where llama.cpp cannot be made, this fails with one line and nothing else does.
llm: $(VENV)/.run
	@$(LLAMA)

# llama.cpp is compiled while the demo runs; the demo asks the GGUF worker last, if that went well.
demo: setup
	@$(BIN)/python -m streams.demo --llm-setup "$(LLAMA)" $(if $(DUMP),"$(DUMP)")

demo-live: setup
	@$(BIN)/python -m streams.demo --live

# Training is an extra: torch and what it needs are 5 GB, and where they cannot be had its tests are left out.
$(VENV)/.train: $(VENV)/.run requirements-train.lock
	@$(INSTALL) --require-hashes -r requirements-train.lock
	@touch $@

train: $(VENV)/.train

test: $(VENV)/.dev
	@$(LLAMA) || true
	@$(MAKE) --no-print-directory train || echo "== torch cannot be installed: the tests of training are left out"
	@command -v chromium chromium-browser google-chrome >/dev/null || echo "== no Chromium: the tests of the web pages are left out; on Debian: apt install chromium"
	@command -v promtool >/dev/null || echo "== no Prometheus: the tests of alerts and panels are left out; on Debian: apt install prometheus prometheus-alertmanager"
	@$(BIN)/python -m pytest --cov --numprocesses $(TESTERS) --dist loadfile

lint: $(VENV)/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

check: lint
	@$(MAKE) --no-print-directory test

docs: $(VENV)/.dev
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@$(BIN)/python -m schemas page --out build/site
	@echo "== build/site/index.html"

images: setup
	@$(BIN)/python -m infra.images build

# Refused unless the changelog has this version and all is committed; DIRTY=1 tries it all the same.
release: $(VENV)/.dev
	@$(BIN)/python -m infra.release make $(if $(DIRTY),--dirty)

lock: setup
	@$(LOCK) pyproject.toml --extra onnx --extra local --extra crawl --extra web --extra tui --extra reuse -o requirements.lock
	@$(LOCK) pyproject.toml --extra llama -c requirements.lock -o requirements-llm.lock
	@$(LOCK) --group dev --group docs -c requirements.lock -o requirements-dev.lock
	@$(LOCK) --group build -c requirements.lock -o requirements-build.lock
	@$(LOCK) pyproject.toml --extra train --extra label --extra music --extra onnx -c requirements.lock -c requirements-dev.lock -o requirements-train.lock
	@$(LOCK) pyproject.toml --extra web -c requirements.lock -o infra/images/locks/base.lock
	@$(LOCK) pyproject.toml --extra web --extra onnx --extra reuse -c requirements.lock -o infra/images/locks/onnx.lock
	@$(LOCK) pyproject.toml --extra crawl -c requirements.lock -o infra/images/locks/crawl.lock
	@echo "uv==$(UV_VERSION)" | $(LOCK) - -o infra/images/locks/uv.lock

clean:
	@rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .coverage

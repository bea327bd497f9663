# Two commands on a fresh machine: `make demo` and `make test`. Each does its own set-up.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.9
# llama.cpp is compiled for this machine; its multimodal, server and tool parts are not needed.
export CMAKE_ARGS ?= -DLLAVA_BUILD=OFF -DLLAMA_BUILD_TOOLS=OFF -DLLAMA_BUILD_SERVER=OFF -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_TESTS=OFF -DLLAMA_CURL=OFF
# Trust what the machine trusts: proxies and mirrors with certificates of their own are common.
export UV_SYSTEM_CERTS ?= 1
CA_BUNDLE := $(firstword $(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem))
ifneq ($(CA_BUNDLE),)
export REQUESTS_CA_BUNDLE ?= $(CA_BUNDLE)
endif
STAMP := $(VENV)/.installed

.PHONY: help setup demo demo-live test check lint lock clean

help:
	@echo "make demo          set up, start Kafka and Postgres, replay the sample, show what came of it"
	@echo "make demo DUMP=x   the same with a dump of your own; KEEP=1 leaves it running"
	@echo "make demo-live     the same with a live crawl: a DHT of 30 nodes on loopback instead of a dump"
	@echo "make test          every test, on a real Kafka and Postgres"
	@echo "make check         ruff, mypy --strict and the fast tests"
	@echo "make setup         the environment in .venv only"

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@echo "== setting up $(VENV): the first time llama.cpp is compiled, about 4 minutes on two cores"
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { echo "Python 3.11 to 3.13 is needed: make setup PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "python3 -m venv failed; on Debian: apt install python3-venv"; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null  # environments that uv made have no pip
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --require-hashes -r requirements.lock
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-deps -e .
	@touch $@
	@echo "== $(VENV) is ready"

demo: setup
	@$(BIN)/python -m streams.demo $(DUMP)

demo-live: setup
	@$(BIN)/python -m streams.demo --live

test: setup
	@$(BIN)/python -m models fetch
	@$(BIN)/python -m pytest

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

check: lint
	@$(BIN)/python -m pytest -m "not slow"

lock:
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --extra onnx --extra llama --extra local --extra crawl --group dev --generate-hashes --no-emit-index-url --no-header -q -o requirements.lock

clean:
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache

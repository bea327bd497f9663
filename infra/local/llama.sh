#!/usr/bin/env bash
# Installs llama.cpp into the environment $1 and lets it answer once: `make llm`.
#
# It is compiled from source, for every processor of a kind and not for the one that compiles it.
# uv keeps the wheel in its cache under these options, so that it is compiled once for a user.
# On failure the last line on standard error says what, why and what to do.
set -uo pipefail
venv=$1
log=$venv/llm.log
ready=$venv/.llm

fail() {
    echo "llama.cpp $1: the GGUF worker is left out, everything else works" >&2
    exit 1
}

check() {
    "$venv/bin/python" -m models fetch smollm2 >>"$log" 2>&1 || fail "weights: $(tail -1 "$log")"
    "$venv/bin/python" -m models check >>"$log" 2>&1 || fail "$(tail -1 "$log")"
}

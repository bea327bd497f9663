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
# uv would take the environment that the caller has active.
export VIRTUAL_ENV=$venv

without="everything else works without it, and what would be asked of it stays queued"

fail() {
    echo "$1" >&2
    exit 1
}

# AVX2, FMA, F16C and BMI2 are what every x86-64 processor since 2015 has. Never -march=native, never
# AMX: a compiler believes the list of a processor whose hypervisor forbids it, and the kernel then
# kills the process. On other processors the base of their architecture is taken.
options=(-DGGML_NATIVE=OFF -DGGML_AMX_TILE=OFF -DGGML_AMX_INT8=OFF -DGGML_AMX_BF16=OFF)
case $(uname -m) in
x86_64 | amd64)
    options+=(-DGGML_SSE42=ON -DGGML_AVX=ON -DGGML_AVX2=ON -DGGML_FMA=ON -DGGML_F16C=ON -DGGML_BMI2=ON)
    options+=(-DGGML_AVX512=OFF)
    ;;
esac
# Its multimodal, server and tool parts are not needed.
for part in LLAVA_BUILD LLAMA_BUILD_APP LLAMA_BUILD_TOOLS LLAMA_BUILD_SERVER LLAMA_BUILD_EXAMPLES LLAMA_BUILD_TESTS LLAMA_CURL; do
    options+=("-D$part=OFF")
done
# Half of the time would go into llama.cpp's "common" library, which its own programs use and the
# Python package does not; yet the package switches it on. A variable of ours hides that switch. The
# file is at one place for a user, since uv keeps a wheel under the options that it was built with.
lean=${XDG_CACHE_HOME:-$HOME/.cache}/mimmo-streams/llama-without-common.cmake
mkdir -p "$(dirname "$lean")" && echo 'set(LLAMA_BUILD_COMMON OFF)' >"$lean" ||
    fail "llama.cpp cannot be built: $lean cannot be written; $without"
options+=("-DCMAKE_PROJECT_llama_cpp_INCLUDE=$lean")
# Who compiles for one machine only may know better: make llm LLAMA_OPTIONS=-DGGML_NATIVE=ON
options+=(${LLAMA_OPTIONS:-})

if [[ $ready -nt requirements-llm.lock && $ready -nt requirements-build.lock && $(cat "$ready") == "${options[*]}" ]]; then
    exit 0
fi
: >"$log"
[[ -n ${CXX:-} ]] || command -v c++ >/dev/null || command -v g++ >/dev/null ||
    command -v clang++ >/dev/null ||
    fail "llama.cpp needs a C++ compiler: install one (on Debian: apt install g++), then \`make llm\`; $without"
echo "== llama.cpp: compiling, or taken from uv's cache; log $log"
# One that an earlier set-up compiled for its own processor would count as installed.
"$venv/bin/uv" pip uninstall --quiet llama-cpp-python >>"$log" 2>&1 || true
settings=$(IFS=';' && echo "${options[*]}")
install() {
    "$venv/bin/uv" pip install --quiet --require-hashes -r requirements-llm.lock "$@" \
        --build-constraints requirements-build.lock \
        --config-settings-package "llama-cpp-python:cmake.args=$settings" >>"$log" 2>&1
}
# First from the cache alone: behind a mirror without caching headers uv takes every source for a new
# one, and would compile it again.
install --offline || install ||
    fail "llama.cpp could not be built: see $log, then \`make llm\`; $without"
"$venv/bin/python" -m models fetch smollm2 >>"$log" 2>&1 || fail "$(tail -1 "$log")"
"$venv/bin/python" -m models check >>"$log" 2>&1 || fail "$(tail -1 "$log")"
echo "${options[*]}" >"$ready"
echo "== llama.cpp answers on this machine"

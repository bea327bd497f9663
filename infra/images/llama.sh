#!/bin/bash
# Adds llama.cpp to /opt/mimmo, as `make llm` does, and its weights to the package: a container
# fetches nothing, whatever its volume holds.
set -euo pipefail
. /src/infra/images/certificates.sh
export PATH="/opt/uv/bin:$PATH" UV_CACHE_DIR=/var/cache/uv UV_LINK_MODE=copy
export STREAMS_HOME=/tmp/home HOME=/root
# The compiler is here alone: layers are copied whole, and the others need none.
apt-get update --quiet
DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends g++
cd /src
uv pip install --quiet --python /opt/mimmo/bin/python --require-hashes -r infra/images/locks/uv.lock
infra/local/llama.sh /opt/mimmo || { cat /opt/mimmo/llm.log; exit 1; }
uv pip uninstall --quiet --python /opt/mimmo/bin/python uv
cd /
fetched=$(/opt/mimmo/bin/python -c 'from models.registry import FETCHED; print(FETCHED)')
mkdir "$fetched"
# The file that the Q8_0 was made of, 98 MB, is not read again.
cp /tmp/home/weights/*.Q8_0.gguf* "$fetched"
rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb
rm -rf /opt/mimmo/llm.log /opt/mimmo/.llm /tmp/home /root/.cache/mimmo-streams
/src/infra/images/lean.sh

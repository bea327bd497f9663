#!/bin/sh
# What builds and is thrown away: strip, and uv, pinned by its hash.
set -eu
. /build/certificates.sh
apt-get update --quiet
DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends \
    binutils python3-venv
rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb
if [ -n "${PIP_INDEX_URL:-}" ]; then  # uv reads another variable
    mkdir -p /etc/uv
    printf '[[index]]\nurl = "%s"\ndefault = true\n' "$PIP_INDEX_URL" >/etc/uv/uv.toml
fi
python3 -m venv /opt/uv
/opt/uv/bin/python -m pip install --quiet --disable-pip-version-check --no-cache-dir --require-hashes -r /build/locks/uv.lock

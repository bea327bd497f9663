#!/bin/sh
# What builds and is thrown away: strip, and uv, pinned by its hash.
set -eu
. /build/certificates.sh
apt-get update --quiet
apt-get install --yes --quiet --no-install-recommends binutils python3-venv
rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb
python3 -m venv /opt/uv
/opt/uv/bin/python -m pip install --quiet --disable-pip-version-check --no-cache-dir --require-hashes -r /build/locks/uv.lock

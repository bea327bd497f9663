#!/bin/sh
# Makes /opt/mimmo: what infra/images/locks/$1.lock pins, and this package.
set -eu
. /src/infra/images/certificates.sh
export PATH="/opt/uv/bin:$PATH" UV_CACHE_DIR=/var/cache/uv UV_LINK_MODE=copy VIRTUAL_ENV=/opt/mimmo
uv venv --quiet --python /usr/bin/python3 /opt/mimmo
uv pip install --quiet --require-hashes --build-constraints /src/requirements-build.lock \
    -r "/src/infra/images/locks/$1.lock"
uv pip install --quiet --no-deps --build-constraints /src/requirements-build.lock /src
/src/infra/images/lean.sh

#!/bin/sh
# Takes out of /opt/mimmo what only tests and C compilers read, and compiles the rest to bytecode:
# nothing can be written beside a module of a root that is read-only. The bytecode is bound to no
# time, since times are not kept in images of every kind.
set -eu
packages=$(echo /opt/mimmo/lib/python3.*/site-packages)
find "$packages" -type d \( -name tests -o -name test -o -name __pycache__ \) -prune -exec rm -rf {} +
find "$packages" -type f \( -name '*.pyi' -o -name '*.pyx' -o -name '*.pxd' -o -name '*.c' -o -name '*.h' -o -name '*.hpp' \) -delete
rm -f /opt/mimmo/.lock  # uv's; anybody might write to it
# What debuggers read, a third of all; libraries that came beside an extension are left as they are.
find "$packages" -name '*.so' -not -path '*.libs/*' -exec strip --strip-debug {} +
/opt/mimmo/bin/python -m compileall -q -j 2 --invalidation-mode unchecked-hash "$packages" || :

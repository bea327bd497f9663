"""Who signed in: a cookie that holds a name and a day, under the hash of the name's key.

Nothing is kept here. A key that is revoked opens nothing any more, and neither does its cookie.
"""

import hashlib
import hmac
import time

from streams.web.keys import Key, Keys, Scope

COOKIE = "mimmo_session"
SECONDS = 30 * 86_400
"""How long somebody stays signed in."""


def opened(key: Key, now: float | None = None) -> str:
    """The cookie of one who signed in with a key."""
    until = round((time.time() if now is None else now) + SECONDS)
    return f"{key.name}.{until}.{_mac(key, until)}"


def name(
    keys: Keys | None, cookie: str, scope: Scope = Scope.WRITE, now: float | None = None
) -> str | None:
    """The name in a cookie. Returns None if it is over, forged, or its key is not good for that."""
    parts = cookie.split(".")
    if keys is None or len(parts) != 3 or not parts[1].isascii() or not parts[1].isdecimal():
        return None
    said, until, mac = parts[0], int(parts[1][:12]), parts[2]
    key = next((key for key in keys.all() if key.name == said), None)
    if key is None or scope not in key.scopes or not mac.isascii():
        return None
    is_right = hmac.compare_digest(mac, _mac(key, until))
    is_over = until < (time.time() if now is None else now)
    return key.name if is_right and not is_over else None


def _mac(key: Key, until: int) -> str:
    text = f"session:{key.name}:{until}"
    return hmac.new(bytes.fromhex(key.digest), text.encode(), hashlib.sha256).hexdigest()

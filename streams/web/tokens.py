"""Tokens against forged forms: a form of ours holds what only our page and its cookie know.

The cookie has a secret; a form has a random pad and the HMAC of the pad under the secret. It is
another one in each answer, so that its compressed length tells nothing.
"""

import hashlib
import hmac
import re
import secrets

COOKIE = "mimmo_csrf"
_SECRET = re.compile(r"[0-9a-f]{64}")
_PAD = 16


def new_secret() -> str:
    """A secret for a cookie."""
    return secrets.token_hex(32)


def is_secret(text: str) -> bool:
    """Whether a cookie holds a secret of the right form."""
    return _SECRET.fullmatch(text) is not None


def token(secret: str) -> str:
    """A fresh token for forms, under a secret."""
    pad = secrets.token_hex(_PAD)
    return pad + _mac(secret, pad)


def is_valid(secret: str, text: str) -> bool:
    """Whether a form's token belongs to a cookie's secret."""
    if not is_secret(secret) or not text.isascii():
        return False
    pad, mac = text[: 2 * _PAD], text[2 * _PAD :]
    return hmac.compare_digest(mac, _mac(secret, pad))


def _mac(secret: str, pad: str) -> str:
    return hmac.new(bytes.fromhex(secret), pad.encode(), hashlib.sha256).hexdigest()

"""Keys of nodes and signatures of bundles: Ed25519 (RFC 8032), by the package `cryptography`."""

import hashlib
from typing import TYPE_CHECKING, Any

from schemas.bundle import FORMAT, Bundle, SignedBundle

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


class SigningMissing(ImportError):
    """The package of the extra `reuse` is not installed."""


def new_key() -> bytes:
    """A new private key, as PEM without a passphrase.

    Raises:
        SigningMissing: the extra `reuse` is not installed.
    """
    ed25519, serialization = _library()
    key = ed25519.Ed25519PrivateKey.generate()
    pem: bytes = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return pem


class Signer:
    """One node, who signs what it tells.

    Raises:
        ValueError: `pem` is no private key of Ed25519.
        SigningMissing: the extra `reuse` is not installed.
    """

    def __init__(self, pem: bytes) -> None:
        ed25519, serialization = _library()
        key = serialization.load_pem_private_key(pem, password=None)
        if not isinstance(key, ed25519.Ed25519PrivateKey):
            raise ValueError("the key is none of Ed25519")
        self._key: Ed25519PrivateKey = key
        self.node: str = key.public_key().public_bytes_raw().hex()
        """Its public key, as bundles name it."""

    def signed(self, bundle: Bundle) -> SignedBundle:
        """A bundle of this node, signed."""
        return self.signed_payload(bundle.to_json().decode())

    def signed_payload(self, payload: str) -> SignedBundle:
        """Whatever text, signed: it is for `checking` to say what a bundle is."""
        data = payload.encode()
        return SignedBundle(
            node=self.node,
            sha256=hashlib.sha256(data).hexdigest(),
            signature=self._key.sign(_to_sign(data)).hex(),
            payload=payload,
        )


def is_signed(bundle: SignedBundle) -> bool:
    """Whether the signature is that of the node over the payload."""
    from cryptography.exceptions import InvalidSignature

    ed25519, _ = _library()
    key = ed25519.Ed25519PublicKey.from_public_bytes(bytes.fromhex(bundle.node))
    try:
        key.verify(bytes.fromhex(bundle.signature), _to_sign(bundle.payload.encode()))
    except InvalidSignature:
        return False
    return True


def require() -> None:
    """Looks whether signatures can be made and verified here.

    Raises:
        SigningMissing: the extra `reuse` is not installed.
    """
    _library()


def _to_sign(data: bytes) -> bytes:
    """The format stands before: a signature is good for nothing else that this key may sign."""
    return FORMAT.encode() + b"\n" + hashlib.sha256(data).digest()


def _library() -> tuple[Any, Any]:
    try:
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ImportError as error:
        raise SigningMissing(
            "signed bundles need the package cryptography: pip install 'mimmo-streams[reuse]'"
        ) from error
    return ed25519, serialization

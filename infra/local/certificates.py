"""A certificate authority of this machine's own, made with the program `openssl`.

It signs what the servers of a secured local stack show, and a certificate for mutual TLS. It is for
one machine: whoever has the files can sign more.
"""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.local.errors import StackError
from infra.local.ports import LOOPBACK
from infra.local.process import clean_environment, run_tool

DAYS = 3_650
"""A stack may lie about for years; there is nobody whom a renewal would protect."""
_TIMEOUT = 30.0


@dataclass(frozen=True)
class Pair:
    """A certificate and its key, PEM files."""

    certificate: Path
    key: Path


@dataclass(frozen=True)
class Authority:
    """The authority whose files are in one folder."""

    folder: Path

    @property
    def certificate(self) -> Path:
        """What clients trust."""
        return self.folder / "ca.pem"

    @property
    def key(self) -> Path:
        """What signs."""
        return self.folder / "ca.key"

    def make(self, name: str) -> None:
        """Make the authority.

        Raises:
            StackError: `openssl` is not there, or failed.
        """
        self.folder.mkdir(mode=0o700, exist_ok=True)
        _make_key(self.key)
        extensions = (
            "basicConstraints = critical, CA:TRUE",
            "keyUsage = critical, keyCertSign, cRLSign",
            "subjectKeyIdentifier = hash",
        )
        config = self._config(name, extensions)
        _openssl(
            *("req", "-x509", "-new", "-key", self.key, "-subj", f"/CN={name}"),
            *("-sha256", "-days", str(DAYS), "-config", config, "-out", self.certificate),
        )

    def sign(self, name: str, *, days: int = DAYS) -> Pair:
        """Make a key, and a certificate for it that a server of loopback and a client may show.

        Args:
            name: the common name; the files are called after it.
            days: how long it is valid from now on; 0 is over at once.

        Raises:
            StackError: `openssl` is not there, or failed.
        """
        pair = Pair(self.folder / f"{name}.pem", self.folder / f"{name}.key")
        _make_key(pair.key)
        request = self.folder / f"{name}.csr"
        extensions = (
            "basicConstraints = CA:FALSE",
            "keyUsage = critical, digitalSignature",
            "extendedKeyUsage = serverAuth, clientAuth",
            f"subjectAltName = DNS:localhost, IP:{LOOPBACK}",
            "subjectKeyIdentifier = hash",
            "authorityKeyIdentifier = keyid",
        )
        config = self._config(name, extensions)
        _openssl(
            *("req", "-new", "-key", pair.key, "-subj", f"/CN={name}"),
            *("-config", config, "-out", request),
        )
        _openssl(
            *("x509", "-req", "-in", request, "-sha256", "-days", str(days)),
            *("-CA", self.certificate, "-CAkey", self.key, "-CAcreateserial"),
            *("-extfile", config, "-extensions", "ours", "-out", pair.certificate),
        )
        return pair

    def _config(self, name: str, extensions: Sequence[str]) -> Path:
        """What `openssl` is told in a file: the same for every version of it, and for LibreSSL."""
        path = self.folder / f"{name}.cnf"
        head = ("[req]", "distinguished_name = name", "x509_extensions = ours", "[name]", "[ours]")
        path.write_text("\n".join([*head, *extensions]) + "\n", encoding="ascii")
        return path


def _make_key(path: Path) -> None:
    # Before OpenSSL writes it: the key is for this user alone from its first byte on.
    path.touch(mode=0o600)
    _openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", path)


def _openssl(*arguments: str | os.PathLike[str]) -> None:
    program = shutil.which("openssl")
    if program is None:
        raise StackError("the program openssl, which makes certificates, is missing; install it")
    command = [program, *(os.fspath(argument) for argument in arguments)]
    run_tool("openssl", command, clean_environment("OPENSSL_", "SSL_"), _TIMEOUT)

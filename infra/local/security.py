"""What a secured stack has more than a plain one: an authority, certificates, users, passwords.

All of it is in one folder, made once, before the servers are. The folder is the mark: a stack that
has it is secured at every start.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from infra.local.certificates import Authority, Pair
from infra.local.errors import StackError
from infra.local.ports import LOOPBACK
from infra.postgres.access import READER, ROLES, WEB, WRITER
from schemas.whole_file import replace

USER = "mimmo"
"""The user of Kafka, and the name in the certificate for mutual TLS. It may do everything."""
SERVER = "server"
MECHANISM = "SCRAM-SHA-512"
_AUTHORITY = "mimmo-local-authority"


@dataclass(frozen=True)
class Security:
    """The secrets of one stack."""

    folder: Path

    @property
    def authority(self) -> Authority:
        """Who signs the certificates."""
        return Authority(self.folder)

    @property
    def server(self) -> Pair:
        """What both servers show."""
        return self._pair(SERVER)

    @property
    def client(self) -> Pair:
        """What a client shows for mutual TLS, on Kafka's other port."""
        return self._pair(USER)

    @property
    def bundle(self) -> Path:
        """The server's key and certificate in one file, as Kafka wants them."""
        return self.folder / "server-bundle.pem"

    @property
    def kafka_password_file(self) -> Path:
        """The password of `USER`."""
        return self.folder / "kafka.password"

    @property
    def passfile(self) -> Path:
        """The passwords of the roles of Postgres, in the form of `.pgpass`."""
        return self.folder / "pgpass"

    @property
    def is_made(self) -> bool:
        """Whether this stack is a secured one."""
        return self.passfile.exists()

    def make(self, owner: str, owner_password: str) -> None:
        """Make what is missing; the mark comes last, so that an interrupted start begins again.

        Args:
            owner: the role that owns the database.
            owner_password: its password.

        Raises:
            StackError: certificates cannot be made.
        """
        if self.is_made:
            return
        if ":" in str(self.folder):
            raise StackError(f"a folder's name may have no colon here: {self.folder}")
        self.authority.make(_AUTHORITY)
        self.authority.sign(SERVER)
        self.authority.sign(USER)
        _write(self.bundle, self.server.key.read_text() + self.server.certificate.read_text())
        _write(self.kafka_password_file, secrets.token_urlsafe(24) + "\n")
        roles = {role: secrets.token_urlsafe(24) for role in ROLES} | {owner: owner_password}
        lines = "".join(f"*:*:*:{role}:{password}\n" for role, password in roles.items())
        replace(self.passfile, lines, mode=0o600)

    def role_passwords(self) -> dict[str, str]:
        """The passwords of the roles beside the owner."""
        told = (line.rsplit(":", 2)[1:] for line in self.passfile.read_text().splitlines())
        return {role: password for role, password in told if role in ROLES}

    def dsn(self, role: str, port: int, database: str) -> str:
        """Connection URI of a role, over TLS with verification; the password is in a file."""
        ca, passfile = quote(str(self.authority.certificate)), quote(str(self.passfile))
        return (
            f"postgresql://{role}@{LOOPBACK}:{port}/{database}"
            f"?sslmode=verify-full&sslrootcert={ca}&passfile={passfile}"
        )

    def environment(self, port: int, database: str) -> Mapping[str, str]:
        """The settings with which clients get in, each with the least that it needs.

        Args:
            port: of Postgres.
            database: the name of ours.
        """
        return {
            "STREAMS_POSTGRES_WRITER_DSN": self.dsn(WRITER, port, database),
            "STREAMS_POSTGRES_READER_DSN": self.dsn(READER, port, database),
            "STREAMS_WEB_DSN": self.dsn(WEB, port, database),
            "STREAMS_KAFKA_SECURITY": "SASL_SSL",
            "STREAMS_KAFKA_SASL_MECHANISM": MECHANISM,
            "STREAMS_KAFKA_USERNAME": USER,
            "STREAMS_KAFKA_PASSWORD_FILE": str(self.kafka_password_file),
            "STREAMS_KAFKA_CA": str(self.authority.certificate),
        }

    def _pair(self, name: str) -> Pair:
        return Pair(self.folder / f"{name}.pem", self.folder / f"{name}.key")


def _write(path: Path, text: str) -> None:
    """Write a file that was never readable by others."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")

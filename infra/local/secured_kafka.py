"""The broker with TLS on every listener, users by SCRAM, and rights for whoever has them."""

import socket
import ssl
from collections.abc import Callable, Mapping
from pathlib import Path

from infra.local.kafka import Kafka, asked_versions
from infra.local.nodes import Node
from infra.local.ports import LOOPBACK
from infra.local.security import MECHANISM, SERVER, USER, Security

MUTUAL = "kafka-mutual"
"""Name of the port on which a certificate says who a client is, and no password does."""


class SecuredKafka(Kafka):
    """The broker of a secured stack."""

    def __init__(
        self,
        data: Path,
        logs: Path,
        on_event: Callable[[str], None],
        node: Node,
        security: Security,
    ) -> None:
        super().__init__(data, logs, on_event, node)
        self._security = security

    @property
    def port_names(self) -> tuple[str, ...]:
        """Its ports by name; the first is where clients go."""
        return *super().port_names, self.node.named(MUTUAL)

    def answers(self, port: int) -> bool:
        """Whether the broker serves requests, asked with TLS; that needs no user yet."""
        context = ssl.create_default_context(cafile=self._security.authority.certificate)
        try:
            with (
                socket.create_connection((LOOPBACK, port), timeout=2) as plain,
                context.wrap_socket(plain, server_hostname=LOOPBACK) as connection,
            ):
                return asked_versions(connection)
        except OSError:
            return False

    def _listeners(self, ports: Mapping[str, int]) -> dict[str, str]:
        clients, controller, mutual = (ports[name] for name in self.port_names)
        serving = f"SASL_SSL://{LOOPBACK}:{clients},SSL://{LOOPBACK}:{mutual}"
        mechanism = MECHANISM.lower()
        return {
            "listeners": f"{serving},CONTROLLER://{LOOPBACK}:{controller}",
            "advertised.listeners": serving,
            "listener.security.protocol.map": "SASL_SSL:SASL_SSL,SSL:SSL,CONTROLLER:SSL",
            "inter.broker.listener.name": "SSL",
            "sasl.enabled.mechanisms": MECHANISM,
            f"listener.name.sasl_ssl.{mechanism}.sasl.jaas.config": (
                "org.apache.kafka.common.security.scram.ScramLoginModule required;"
            ),
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": str(self._security.bundle),
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": str(self._security.authority.certificate),
            "listener.name.ssl.ssl.client.auth": "required",
            "listener.name.controller.ssl.client.auth": "required",
            # Nobody may do anything but those who are named, here or by a rule.
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": f"User:CN={SERVER};User:CN={USER};User:{USER}",
        }

    def _format_options(self) -> list[str]:
        # For a second, once in the life of a stack, other programs of this machine can see it.
        password = self._security.kafka_password_file.read_text().strip()
        return ["--add-scram", f"{MECHANISM}=[name={USER},password={password}]"]

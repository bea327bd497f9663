"""A secured stack for tests: every mechanism of SASL, and a user for each part of the pipeline."""

import base64
import json
import secrets
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from infra.local import stack as local
from infra.local.secured_kafka import SecuredKafka
from infra.local.security import USER
from streams.kafka.rights import Part

PASSWORD = secrets.token_urlsafe(12)
"""Of the users that the tests add."""


def user_of(part: Part) -> str:
    """The user of a part of the pipeline."""
    return f"mimmo-{part.value}"


def unsigned_token() -> str:
    """What a broker that checks no signature takes for `USER`; the hook of the tests."""
    now = int(time.time())
    claims = {"sub": USER, "iat": now, "exp": now + 300}
    parts = [json.dumps(part).encode() for part in ({"alg": "none"}, claims)]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."


class EveryMechanism(SecuredKafka):
    """The broker of a secured stack, which takes what other clusters take, too."""

    def _listeners(self, ports: Mapping[str, int]) -> dict[str, str]:
        login = "org.apache.kafka.common.security"
        name = "listener.name.sasl_ssl"
        own = super()._listeners(ports)
        return {
            **own,
            "sasl.enabled.mechanisms": "SCRAM-SHA-512,SCRAM-SHA-256,PLAIN,OAUTHBEARER",
            f"{name}.scram-sha-256.sasl.jaas.config": (f"{login}.scram.ScramLoginModule required;"),
            f"{name}.plain.sasl.jaas.config": (
                f'{login}.plain.PlainLoginModule required user_{USER}="{PASSWORD}";'
            ),
            f"{name}.oauthbearer.sasl.jaas.config": (
                f"{login}.oauthbearer.OAuthBearerLoginModule required"
                f' unsecuredLoginStringClaim_sub="{USER}";'
            ),
        }

    def _format_options(self) -> list[str]:
        users = [f"SCRAM-SHA-512=[name={user_of(part)},password={PASSWORD}]" for part in Part]
        users.append(f"SCRAM-SHA-256=[name={USER},password={PASSWORD}]")
        return [
            *super()._format_options(),
            *(word for user in users for word in ("--add-scram", user)),
        ]


def up(home: Path) -> local.Stack:
    """Start it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("infra.local.secured_kafka.SecuredKafka", EveryMechanism)
        return local.up(home, secure=True)

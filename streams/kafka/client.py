"""Who we are to Kafka, and why it does not take us: what every client of ours is opened with."""

import asyncio
import importlib
import inspect
import logging
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiokafka.abc import AbstractTokenProvider
from aiokafka.conn import create_conn
from aiokafka.errors import (
    AuthenticationFailedError,
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    KafkaConnectionError,
    KafkaError,
    SaslAuthenticationFailed,
    TopicAuthorizationFailedError,
    UnsupportedSaslMechanismError,
)

from infra.settings import Settings
from streams.kafka.unreadable import read_any_header

read_any_header()

# What it says where nobody set up logging would stand above the line that says what to do.
logging.getLogger("aiokafka").addHandler(logging.NullHandler())

_ASK_SECONDS = 4.0
"""For the question why Kafka refuses: one connection, on which it has just said so."""
_TOKEN_SECONDS = 10.0
"""For one token of a hook; a client that waits longer is given up by Kafka."""


NOT_ALLOWED = (
    TopicAuthorizationFailedError,
    GroupAuthorizationFailedError,
    ClusterAuthorizationFailedError,
)
"""What Kafka says to a user that it knows, and that has no right to what it asks for."""


def not_allowed(error: BaseException) -> str:
    """What to do about one of `NOT_ALLOWED`, in a line."""
    return (
        f"Kafka does not allow this user that: {' '.join(str(error).split())};"
        " rights are given by `python -m streams.topics allow`"
    )


class KafkaUnreachable(Exception):
    """Kafka does not answer, or does not take us; the message says what to do."""


def client_options(settings: Settings) -> dict[str, Any]:
    """Arguments that every client of aiokafka (consumer, producer, admin) is made with.

    Files are read here, so a certificate or a password that was renewed counts from the next
    client on.

    Raises:
        KafkaUnreachable: a file or the hook that the settings name is of no use.
    """
    options: dict[str, Any] = {
        "bootstrap_servers": settings.kafka_bootstrap,
        "security_protocol": settings.kafka_security,
    }
    if settings.kafka_has_tls:
        options["ssl_context"] = _tls(settings)
    if not settings.kafka_has_user:
        return options
    options["sasl_mechanism"] = settings.kafka_sasl_mechanism
    if settings.kafka_sasl_mechanism == "OAUTHBEARER":
        options["sasl_oauth_token_provider"] = HookTokens(settings.kafka_oauth_hook)
    else:
        options["sasl_plain_username"] = settings.kafka_username
        options["sasl_plain_password"] = _password(settings)
    return options


def broker_credentials(settings: Settings) -> Any:
    """What Faust calls the same: its `broker_credentials`, or None where Kafka asks for none.

    Raises:
        KafkaUnreachable: as `client_options`.
    """
    from faust.auth import OAuthCredentials, SASLCredentials, SSLCredentials

    options = client_options(settings)
    context = options.get("ssl_context")
    if provider := options.get("sasl_oauth_token_provider"):
        return OAuthCredentials(oauth_cb=provider, ssl_context=context)
    if settings.kafka_has_user:
        return SASLCredentials(
            username=options["sasl_plain_username"],
            password=options["sasl_plain_password"],
            mechanism=options["sasl_mechanism"],
            ssl_context=context,
        )
    return SSLCredentials(context) if context else None


class HookTokens(AbstractTokenProvider):  # type: ignore[misc]  # aiokafka has no types
    """Tokens of OAUTHBEARER from a function of the operator's, asked for at each connection.

    It returns a token that is valid, and keeps it itself for as long as it is. One that is not
    async is called in a thread.

    Args:
        hook: `module:function`.

    Raises:
        KafkaUnreachable: there is no such function.
    """

    def __init__(self, hook: str) -> None:
        module, _, name = hook.partition(":")
        try:
            self._function: Callable[[], Any] = getattr(importlib.import_module(module), name)
        except (ImportError, AttributeError) as error:
            raise KafkaUnreachable(f"STREAMS_KAFKA_OAUTH_HOOK={hook}: {error}") from error

    async def token(self) -> str:
        """The token, as aiokafka asks for it.

        Raises:
            AuthenticationFailedError: the hook failed, was too slow, or gave no text. Its own
                message is kept out: it may hold a secret.
        """
        try:
            return await asyncio.wait_for(self._asked(), _TOKEN_SECONDS)
        except Exception as error:
            raise AuthenticationFailedError(
                f"the hook of STREAMS_KAFKA_OAUTH_HOOK failed ({type(error).__name__})"
            ) from error

    async def _asked(self) -> str:
        if inspect.iscoroutinefunction(self._function):
            token = await self._function()
        else:
            token = await asyncio.to_thread(self._function)
        if not isinstance(token, str) or not token:
            raise TypeError("a token is a text")
        return token


def _tls(settings: Settings) -> ssl.SSLContext:
    """A context that checks the certificate and the host name of every broker."""
    ca = settings.kafka_ca
    try:
        context = ssl.create_default_context(cafile=ca)
    except (OSError, ValueError) as error:
        raise _unusable("KAFKA_CA", ca, error) from error
    if settings.kafka_cert and settings.kafka_key:
        for name, path in (("KAFKA_CERT", settings.kafka_cert), ("KAFKA_KEY", settings.kafka_key)):
            _read(name, path)  # the error of the next call does not say which of both
        try:
            context.load_cert_chain(settings.kafka_cert, settings.kafka_key, password=_no_phrase)
        except (OSError, ValueError) as error:
            raise _unusable("KAFKA_CERT and _KEY", settings.kafka_cert, error) from error
    return context


def _no_phrase() -> str:
    """Said to OpenSSL where a key has a passphrase: it would ask at the terminal, and wait."""
    raise ValueError("the key has a passphrase")


def _password(settings: Settings) -> str:
    if settings.kafka_password is not None:
        return settings.kafka_password.get_secret_value()
    assert settings.kafka_password_file is not None
    password = _read("KAFKA_PASSWORD_FILE", settings.kafka_password_file).rstrip("\r\n")
    if not password:
        raise KafkaUnreachable(
            f"STREAMS_KAFKA_PASSWORD_FILE={settings.kafka_password_file}: the file is empty"
        )
    return password


def _read(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise _unusable(name, path, error) from error


def _unusable(name: str, path: Path | None, error: Exception) -> KafkaUnreachable:
    reason = getattr(error, "strerror", None) or str(error)
    return KafkaUnreachable(f"STREAMS_{name}={path}: {reason}")


async def unreachable(settings: Settings) -> KafkaUnreachable:
    """The error of a Kafka that could not be used, with the reason that it has now.

    aiokafka itself tells the log why, and whoever called it only that.
    """
    try:
        options = client_options(settings)
    except KafkaUnreachable as error:
        return error
    servers = [server.strip() for server in options.pop("bootstrap_servers").split(",")]
    reasons = await asyncio.gather(*(_refusal(server, options) for server in servers))
    for server, reason in zip(servers, reasons, strict=True):
        if reason:
            return KafkaUnreachable(f"Kafka at {server} refuses us: {reason}")
    return KafkaUnreachable(
        f"Kafka does not answer at {settings.kafka_bootstrap}; start the local one with"
        " `python -m infra.local up` or set STREAMS_KAFKA_BOOTSTRAP"
    )


async def _refusal(server: str, options: dict[str, Any]) -> str | None:
    """Why a broker does not take us; None if it does, or if nothing answers there."""
    host, _, port = server.rpartition(":")
    if not (host and port.isdecimal()):
        return None
    asking = create_conn(host.strip("[]"), int(port), **options)
    try:
        connection = await asyncio.wait_for(asking, _ASK_SECONDS)
    except ssl.SSLCertVerificationError as error:
        return f"its certificate is not to be trusted, {error.verify_message} (STREAMS_KAFKA_CA)"
    except ssl.SSLError as error:
        return f"no TLS connection, {error.reason or error} (STREAMS_KAFKA_SECURITY, _CERT)"
    except (SaslAuthenticationFailed, AuthenticationFailedError) as error:
        return f"{_said(error)} (STREAMS_KAFKA_USERNAME, _PASSWORD, _SASL_MECHANISM)"
    except UnsupportedSaslMechanismError:
        return f"it does not take {options['sasl_mechanism']} (STREAMS_KAFKA_SASL_MECHANISM)"
    except (ConnectionRefusedError, TimeoutError):
        return None
    except (KafkaError, OSError) as error:
        # Something is there, and hangs up on us.
        if isinstance(error, ConnectionError | KafkaConnectionError):
            return "it hangs up; it may want another STREAMS_KAFKA_SECURITY or a STREAMS_KAFKA_CERT"
        return None
    connection.close()
    return None


def _said(error: KafkaError) -> str:
    """What the broker said, in a line."""
    return " ".join(str(argument) for argument in error.args) or type(error).__name__

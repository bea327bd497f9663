"""Settings of the connections: where Kafka and Postgres are, and who we are to them."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings

_HOOK = r"^([A-Za-z_][\w.]*:[A-Za-z_]\w*)?$"


class Connections(BaseSettings):
    """The part of the settings that says how servers are reached."""

    kafka_bootstrap: str = Field(
        "localhost:9092", description="Kafka bootstrap servers, comma separated host:port."
    )
    kafka_security: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        "PLAINTEXT", description="How Kafka is spoken to: with TLS (SSL), with a user (SASL)."
    )
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"] = Field(
        "SCRAM-SHA-512", description="How a user of Kafka proves who it is."
    )
    kafka_username: str = Field("", description="User of Kafka.")
    kafka_password: SecretStr | None = Field(None, description="Password of the user of Kafka.")
    kafka_password_file: Path | None = Field(
        None, description="File with the password of the user of Kafka, and nothing else."
    )
    kafka_oauth_hook: str = Field(
        "",
        pattern=_HOOK,
        description="OAUTHBEARER: module:function that returns a valid token, awaited or not.",
    )
    kafka_ca: Path | None = Field(
        None,
        description="PEM file of the authorities that sign Kafka's certificates; empty is the"
        " system's.",
    )
    kafka_cert: Path | None = Field(
        None, description="PEM file of our own certificate, for mutual TLS with Kafka."
    )
    kafka_key: Path | None = Field(None, description="PEM file of its key, without a passphrase.")

    postgres_dsn: SecretStr = Field(
        SecretStr("postgresql://postgres@localhost:5432/mimmo"),
        description="Postgres connection URI of the owner role.",
    )
    postgres_writer_dsn: SecretStr | None = Field(
        None,
        description="Postgres connection URI of mimmo_writer: store, aggregation, import; empty is"
        " the owner's.",
    )
    postgres_reader_dsn: SecretStr | None = Field(
        None,
        description="Postgres connection URI of mimmo_reader: status and all that only look; empty"
        " is the owner's, in read-only transactions.",
    )
    web_dsn: SecretStr | None = Field(
        None,
        description="Postgres connection URI of mimmo_web, or of mimmo_reader, for the console;"
        " empty is STREAMS_POSTGRES_READER_DSN, else mimmo_reader at STREAMS_POSTGRES_DSN.",
    )

    @property
    def kafka_has_tls(self) -> bool:
        """Whether Kafka is spoken to with TLS."""
        return self.kafka_security in ("SSL", "SASL_SSL")

    @property
    def kafka_has_user(self) -> bool:
        """Whether Kafka asks who we are by SASL."""
        return self.kafka_security.startswith("SASL_")

    @model_validator(mode="after")
    def _user_is_whole(self) -> Self:
        """A half-made user is refused; so is one that would be ignored."""
        has_password = bool(self.kafka_password or self.kafka_password_file)
        if self.kafka_password and self.kafka_password_file:
            raise ValueError("set STREAMS_KAFKA_PASSWORD or STREAMS_KAFKA_PASSWORD_FILE, not both")
        if not self.kafka_has_user:
            if self.kafka_username or has_password or self.kafka_oauth_hook:
                raise ValueError(
                    "a user of Kafka needs STREAMS_KAFKA_SECURITY=SASL_SSL"
                    f" (it is {self.kafka_security})"
                )
        elif self.kafka_sasl_mechanism == "OAUTHBEARER":
            if not self.kafka_oauth_hook:
                raise ValueError("OAUTHBEARER needs STREAMS_KAFKA_OAUTH_HOOK=module:function")
        elif not (self.kafka_username and has_password):
            raise ValueError(
                f"STREAMS_KAFKA_SECURITY={self.kafka_security} needs STREAMS_KAFKA_USERNAME, and"
                " STREAMS_KAFKA_PASSWORD_FILE or STREAMS_KAFKA_PASSWORD"
            )
        return self

    @model_validator(mode="after")
    def _certificates_are_whole(self) -> Self:
        """Certificates that would be ignored are refused; so is half of a pair."""
        if bool(self.kafka_cert) != bool(self.kafka_key):
            raise ValueError("STREAMS_KAFKA_CERT and STREAMS_KAFKA_KEY go together")
        if (self.kafka_ca or self.kafka_cert) and not self.kafka_has_tls:
            raise ValueError(
                "STREAMS_KAFKA_CA and STREAMS_KAFKA_CERT need STREAMS_KAFKA_SECURITY=SSL or"
                f" SASL_SSL (it is {self.kafka_security})"
            )
        return self

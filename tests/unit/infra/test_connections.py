"""Settings of connections: halves are refused, secrets are never shown."""

import pytest

from infra.postgres.access import Access, dsn_of
from infra.settings import Settings, SettingsInvalid, settings
from infra.settings_table import described

USER = {"STREAMS_KAFKA_SECURITY": "SASL_SSL", "STREAMS_KAFKA_USERNAME": "me"}


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        (USER, "needs STREAMS_KAFKA_USERNAME, and STREAMS_KAFKA_PASSWORD_FILE"),
        (
            {**USER, "STREAMS_KAFKA_PASSWORD": "sesame", "STREAMS_KAFKA_PASSWORD_FILE": "word"},
            "not both",
        ),
        (
            {"STREAMS_KAFKA_USERNAME": "me", "STREAMS_KAFKA_PASSWORD": "sesame"},
            "needs STREAMS_KAFKA_SECURITY=SASL_SSL (it is PLAINTEXT)",
        ),
        (
            {**USER, "STREAMS_KAFKA_SASL_MECHANISM": "OAUTHBEARER"},
            "OAUTHBEARER needs STREAMS_KAFKA_OAUTH_HOOK=module:function",
        ),
        (
            {"STREAMS_KAFKA_SECURITY": "SSL", "STREAMS_KAFKA_CERT": "mine.pem"},
            "STREAMS_KAFKA_CERT and STREAMS_KAFKA_KEY go together",
        ),
        ({"STREAMS_KAFKA_CA": "ca.pem"}, "need STREAMS_KAFKA_SECURITY=SSL or SASL_SSL"),
        ({"STREAMS_KAFKA_SECURITY": "TLS"}, "STREAMS_KAFKA_SECURITY=TLS: Input should be"),
        ({"STREAMS_KAFKA_OAUTH_HOOK": "no hook"}, "STREAMS_KAFKA_OAUTH_HOOK=no hook"),
    ],
)
def test_half_of_a_connection_is_refused_in_a_line_without_its_secret(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], said: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    with pytest.raises(SettingsInvalid) as refused:
        settings()
    settings.cache_clear()
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
    assert "sesame" not in str(refused.value)


def test_no_secret_is_in_the_table_of_settings_nor_in_their_representation() -> None:
    secret = "sesame"
    current = Settings(
        kafka_security="SASL_SSL",
        kafka_username="me",
        kafka_password=secret,
        postgres_dsn=f"postgresql://owner:{secret}@host/db",
        postgres_writer_dsn=f"postgresql://writer:{secret}@host/db",
        postgres_reader_dsn=f"postgresql://reader:{secret}@host/db",
        web_dsn=f"postgresql://web:{secret}@host/db",
    )
    shown = {variable: value for variable, value, _, _ in described(current)}
    assert shown["STREAMS_KAFKA_USERNAME"] == "me"
    assert secret not in repr(current) + str(shown)


def test_a_purpose_has_the_connection_of_its_role_or_the_owners() -> None:
    alone = Settings(postgres_dsn="postgresql://owner@host/db")
    assert {dsn_of(alone, access) for access in Access} == {"postgresql://owner@host/db"}
    split = Settings(
        postgres_dsn="postgresql://owner@host/db",
        postgres_writer_dsn="postgresql://writer@host/db",
        postgres_reader_dsn="postgresql://reader@host/db",
    )
    users = [dsn_of(split, access).split("//")[1].split("@")[0] for access in Access]
    assert users == ["owner", "writer", "reader"]

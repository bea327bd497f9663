"""What Kafka's clients are made with, for every kind of security."""

import ast
import asyncio
import ssl
from pathlib import Path

import pytest
from aiokafka.errors import AuthenticationFailedError
from faust.types.auth import AuthProtocol

from infra.local.certificates import Authority, Pair
from infra.settings import Settings
from streams.kafka.client import KafkaUnreachable, broker_credentials, client_options
from streams.kafka.rights import Part, rights_of
from tests.support import ROOT

CLIENTS = {"AIOKafkaConsumer", "AIOKafkaProducer", "AIOKafkaAdminClient"}


def token() -> str:
    return "a token"


async def late_token() -> str:
    await asyncio.sleep(0)
    return "a later token"


def no_token() -> str:
    raise RuntimeError("sesame")


def hook(name: str) -> Settings:
    return Settings(
        kafka_security="SASL_SSL",
        kafka_sasl_mechanism="OAUTHBEARER",
        kafka_oauth_hook=f"{__name__}:{name}",
    )


def user(**more: object) -> Settings:
    given = {"kafka_security": "SASL_SSL", "kafka_username": "me", "kafka_password": "sesame"}
    return Settings(**{**given, **more})


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    signing = Authority(tmp_path_factory.mktemp("authority") / "files")
    signing.make("an-authority")
    return signing


@pytest.fixture(scope="module")
def pair(authority: Authority) -> Pair:
    return authority.sign("client")


def test_every_client_is_made_with_the_options_of_the_settings() -> None:
    faults = []
    for room in ("streams", "infra"):
        for path in (ROOT / room).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            for node in ast.walk(ast.parse(text)) if "AIOKafka" in text else ():
                if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                    continue
                spread = [ast.unparse(word.value) for word in node.keywords if word.arg is None]
                is_ours = any(text.startswith("client_options(") for text in spread)
                if node.func.id in CLIENTS and not is_ours:
                    faults.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert not faults


def test_without_security_there_is_an_address_and_no_more() -> None:
    plain = Settings(kafka_bootstrap="broker:9092")
    assert client_options(plain) == {
        "bootstrap_servers": "broker:9092",
        "security_protocol": "PLAINTEXT",
    }
    assert broker_credentials(plain) is None


def test_tls_checks_certificate_and_host_name(authority: Authority, pair: Pair) -> None:
    mutual = Settings(
        kafka_security="SSL",
        kafka_ca=authority.certificate,
        kafka_cert=pair.certificate,
        kafka_key=pair.key,
    )
    context = client_options(mutual)["ssl_context"]
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert len(context.get_ca_certs()) == 1
    assert broker_credentials(mutual).protocol is AuthProtocol.SSL


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
def test_a_user_is_the_same_to_aiokafka_and_to_faust(mechanism: str) -> None:
    current = user(kafka_sasl_mechanism=mechanism)
    options = client_options(current)
    assert options["sasl_mechanism"] == mechanism
    assert (options["sasl_plain_username"], options["sasl_plain_password"]) == ("me", "sesame")
    assert isinstance(options["ssl_context"], ssl.SSLContext)
    credentials = broker_credentials(current)
    assert credentials.protocol is AuthProtocol.SASL_SSL
    assert credentials.mechanism.value == mechanism
    assert "sesame" not in repr(credentials)


def test_without_tls_faust_is_told_no_context() -> None:
    current = user(kafka_security="SASL_PLAINTEXT")
    assert "ssl_context" not in client_options(current)
    assert broker_credentials(current).protocol is AuthProtocol.SASL_PLAINTEXT


def test_a_password_is_the_line_of_a_file_read_each_time(tmp_path: Path) -> None:
    path = tmp_path / "word"
    current = user(kafka_password=None, kafka_password_file=path)
    with pytest.raises(KafkaUnreachable, match=r"STREAMS_KAFKA_PASSWORD_FILE=.*No such file"):
        client_options(current)
    path.write_text("")
    with pytest.raises(KafkaUnreachable, match="is empty"):
        client_options(current)
    for word in ("first", " second "):
        path.write_text(f"{word}\n")
        assert client_options(current)["sasl_plain_password"] == word


async def test_a_hook_gives_tokens_whether_it_is_awaited_or_not() -> None:
    for name, expected in (("token", "a token"), ("late_token", "a later token")):
        provider = client_options(hook(name))["sasl_oauth_token_provider"]
        assert await provider.token() == expected
    assert broker_credentials(hook("token")).protocol is AuthProtocol.SASL_SSL


async def test_a_hook_that_fails_is_told_without_what_it_says() -> None:
    provider = client_options(hook("no_token"))["sasl_oauth_token_provider"]
    with pytest.raises(AuthenticationFailedError, match="RuntimeError") as refused:
        await provider.token()
    assert "sesame" not in str(refused.value)
    with pytest.raises(KafkaUnreachable, match=r"STREAMS_KAFKA_OAUTH_HOOK=.*nothing"):
        client_options(hook("nothing"))


def test_files_that_are_of_no_use_are_named(
    tmp_path: Path, authority: Authority, pair: Pair
) -> None:
    text = tmp_path / "text.pem"
    text.write_text("no certificate")

    def said(**files: Path) -> str:
        with pytest.raises(KafkaUnreachable) as refused:
            client_options(Settings(kafka_security="SSL", **files))
        return str(refused.value)

    assert said(kafka_ca=tmp_path / "none").endswith("none: No such file or directory")
    assert "STREAMS_KAFKA_CA" in said(kafka_ca=text)
    own = {"kafka_ca": authority.certificate}
    assert "STREAMS_KAFKA_KEY" in said(
        **own, kafka_cert=pair.certificate, kafka_key=tmp_path / "none"
    )
    assert "STREAMS_KAFKA_CERT" in said(**own, kafka_cert=text, kafka_key=pair.key)
    assert "STREAMS_KAFKA_CERT" in said(**own, kafka_cert=pair.certificate, kafka_key=authority.key)


def test_a_key_with_a_passphrase_is_refused_and_asks_nobody(
    tmp_path: Path, authority: Authority, pair: Pair
) -> None:
    import subprocess

    locked = tmp_path / "locked.key"
    command = ["openssl", "pkcs8", "-topk8", "-in", pair.key, "-passout", "pass:x", "-out", locked]
    subprocess.run(command, check=True, capture_output=True)
    mine = {"kafka_cert": pair.certificate, "kafka_key": locked}
    with pytest.raises(KafkaUnreachable, match="passphrase"):
        client_options(Settings(kafka_security="SSL", kafka_ca=authority.certificate, **mine))


def test_what_an_authority_signs_holds_against_strict_rules(
    authority: Authority, pair: Pair
) -> None:
    import subprocess

    command = ["openssl", "verify", "-x509_strict", "-CAfile", authority.certificate]
    subprocess.run([*command, pair.certificate], check=True, capture_output=True)
    for key in (authority.key, pair.key):
        assert key.stat().st_mode & 0o077 == 0


def test_no_part_may_do_more_than_it_does() -> None:
    told = {part: [str(right) for right in rights_of(part, Settings(group="g"))] for part in Part}
    assert told[Part.REPLAY] == [
        "DESCRIBE topic torrents.*",
        "WRITE topic torrents.discovered.v1",
    ]
    assert "READ group g-store" in told[Part.STORE]
    assert not any("READ group" in right for right in told[Part.CONSOLE])
    making = [part for part, rights in told.items() if any("CREATE" in right for right in rights)]
    assert making == [Part.OPERATOR]
    writes = [right for right in told[Part.REUSE] if right.startswith("WRITE")]
    assert writes == ["WRITE topic mimmo.reuse.v1", "WRITE topic torrents.dead-letter.v1"]
    assert "READ group g-reuse-take*" in told[Part.REUSE]
    assert told[Part.PEER] == ["READ topic mimmo.reuse.v1", "READ group g-reuse-take*"]
    assert told[Part.INFERENCE] == [
        "DESCRIBE topic torrents.*",
        "WRITE topic mimmo.capabilities.v1",
    ], "it tells that it is there, and reads nothing"

"""Settings: where values come from, what is refused, what is masked."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from infra.roles import Role
from infra.settings import STACK_ENV, Settings, SettingsInvalid, settings
from infra.settings_table import described
from schemas.topics import TOPICS


def test_the_environment_wins_over_the_local_stack_and_that_over_defaults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STREAMS_HOME", str(tmp_path))
    monkeypatch.delenv("STREAMS_KAFKA_BOOTSTRAP", raising=False)
    assert Settings().kafka_bootstrap == "localhost:9092"
    (tmp_path / STACK_ENV).write_text("STREAMS_KAFKA_BOOTSTRAP=127.0.0.1:7\n")
    assert Settings().kafka_bootstrap == "127.0.0.1:7"
    monkeypatch.setenv("STREAMS_KAFKA_BOOTSTRAP", "elsewhere:9")
    assert Settings().kafka_bootstrap == "elsewhere:9"
    sources = {variable: source for variable, _, source, _ in described(Settings())}
    assert sources["STREAMS_KAFKA_BOOTSTRAP"] == "environment"
    assert sources["STREAMS_GROUP"] == "default"


def test_secrets_are_masked() -> None:
    shown = {
        variable: value
        for variable, value, _, _ in described(
            Settings(postgres_dsn="postgresql://me:secret@host/db")
        )
    }  # type: ignore[arg-type]
    assert "secret" not in shown["STREAMS_POSTGRES_DSN"]


def test_roles_are_a_list_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMS_ROLES", "classify, store,classify")
    assert Settings().roles == (Role.CLASSIFY, Role.STORE)


@pytest.mark.parametrize("value", ["", "nonsense", "classify,nonsense"])
def test_a_role_that_does_not_exist_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("STREAMS_ROLES", value)
    with pytest.raises(ValidationError, match="roles"):
        Settings()


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("STREAMS_ROLES", "classify,foo", "STREAMS_ROLES=foo: Input should be 'classify'"),
        ("STREAMS_BATCH_SIZE", "abc", "STREAMS_BATCH_SIZE=abc: Input should be a valid integer"),
        ("STREAMS_LLM_MODE", "maybe", "'off', 'gate', 'always' or 'shadow'"),
        ("STREAMS_LLM_BASE", "mine.gguf", "fetch --from FILE"),
        ("STREAMS_WORKERS", "some", "STREAMS_WORKERS=some"),
    ],
)
def test_a_command_says_in_one_line_which_setting_does_not_fit(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, expected: str
) -> None:
    monkeypatch.setenv(variable, value)
    settings.cache_clear()
    with pytest.raises(SettingsInvalid) as refused:
        settings()
    settings.cache_clear()
    assert expected in str(refused.value)
    assert "\n" not in str(refused.value)


def test_what_may_never_expire_never_does() -> None:
    kept = {name: topic.config["retention.ms"] for name, topic in TOPICS.items()}
    assert kept["torrents.llm-requests.v1"] == kept["torrents.extraction-requests.v1"] == "-1"
    assert TOPICS["torrents.discovered.v1"].config["cleanup.policy"] == "delete"
    assert TOPICS["torrents.classified.v1"].config["cleanup.policy"] == "compact,delete"


def test_the_compose_file_has_the_settings_of_the_local_stack() -> None:
    import yaml

    path = Path(__file__).parents[3] / "infra" / "compose.yaml"
    services = yaml.safe_load(path.read_text(encoding="utf-8"))["services"]
    assert services["kafka"]["image"] == "apache/kafka:4.3.1"
    assert services["postgres"]["image"].startswith("postgres:18")
    environment = services["kafka"]["environment"]
    from infra.local.kafka import PROPERTIES

    for name, value in PROPERTIES.items():
        assert str(environment["KAFKA_" + name.upper().replace(".", "_")]) == value, name

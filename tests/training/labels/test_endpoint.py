"""Who is asked: options and files, and what is said of wrong ones."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.training.labels.endpoint import (
    EndpointInvalid,
    Kind,
    check_apart,
    from_file,
    from_option,
    kind_by_path,
)


def test_an_option_is_a_name_and_a_url() -> None:
    endpoint = from_option("qwen2.5:3b=http://127.0.0.1:11434/", workers=3)
    assert endpoint.name == "qwen2.5:3b"
    assert endpoint.url == "http://127.0.0.1:11434"
    assert endpoint.workers == 3
    assert endpoint.kind is None


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("small", "NAME=URL"),
        ("small=ftp://host/", "begins with http"),
        ("small=http://", "begins with http"),
        ("small=http://host:99999/", "no URL"),
        ("small=http://user:secret@host/v1", "environment variable"),
        ("small=http://host/v1?key=secret", "environment variable"),
        ("=http://host/v1", "name"),
        ("a b=http://host/v1", "name"),
    ],
)
def test_a_wrong_option_is_told_and_its_secret_is_not(option: str, said: str) -> None:
    with pytest.raises(EndpointInvalid, match=said) as error:
        from_option(option)
    assert "secret" not in str(error.value)


@given(st.text(max_size=80))
def test_any_option_is_an_endpoint_or_an_error_that_says_so(text: str) -> None:
    try:
        assert from_option(text).url is not None
    except EndpointInvalid as error:
        assert str(error)


def test_a_file_has_a_table_an_endpoint(tmp_path: Path) -> None:
    file = tmp_path / "voters.toml"
    file.write_text(
        '[endpoints.small]\nkind = "ollama"\nurl = "http://127.0.0.1:11434"\nworkers = 1\n'
        '[endpoints.mine]\nkind = "command"\ncommand = ["python", "mine.py"]\nprompt = "my.txt"\n'
        '[endpoints.tokens]\nkind = "gliner"\nfolder = "weights"\n'
    )
    small, mine, tokens = from_file(file, workers=8)
    assert small.kind is Kind.OLLAMA
    assert (small.workers, mine.workers) == (1, 8)  # what the file says counts
    assert mine.prompt == str(tmp_path / "my.txt")
    assert tokens.folder == tmp_path / "weights"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "must hold tables"),
        ("[endpoints.a]\n[other]\n", "must hold tables"),
        ('[endpoints.a]\nurl = "http://h"\ncolour = 1\n', "no setting colour; there are: name, "),
        ('[endpoints.a]\nkind = "command"\n', "a command needs"),
        ('[endpoints.a]\nkind = "gliner"\n', "a token classifier needs"),
        ('[endpoints.a]\nkind = "openai"\n', "a server needs"),
        ('[endpoints.a]\nkind = "unknown"\nurl = "http://h"\n', "kind"),
        ('[endpoints.a]\nurl = "http://h"\nworkers = 0\n', "workers"),
        ("not toml", "cannot be read"),
        ("endpoints = 1\n", "must hold tables"),
        ("[endpoints]\na = 1\n", "must be a table"),
    ],
)
def test_a_wrong_file_is_told(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "voters.toml"
    file.write_text(text)
    with pytest.raises(EndpointInvalid, match=said):
        from_file(file)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(EndpointInvalid, match="No such file"):
        from_file(tmp_path / "voters.toml")


def test_two_endpoints_of_one_name_are_told() -> None:
    endpoint = from_option("small=http://h/v1")
    with pytest.raises(EndpointInvalid, match="two endpoints are called small"):
        check_apart([endpoint, endpoint])


def test_the_path_of_a_url_tells_the_kind() -> None:
    assert kind_by_path("http://h:1/v1") == (Kind.OPENAI, "http://h:1")
    assert kind_by_path("http://h/x/v1/chat/completions") == (Kind.OPENAI, "http://h/x")
    assert kind_by_path("http://h/v1/completions") == (Kind.COMPLETIONS, "http://h")
    assert kind_by_path("http://h/api/generate") == (Kind.OLLAMA, "http://h")
    assert kind_by_path("http://h") == (None, "http://h")

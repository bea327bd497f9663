"""Keys are shown once, kept as hashes, and gone from the next request on."""

import stat
from pathlib import Path

import pytest

from streams.web import keys
from streams.web.keys import KeyRefused, Keys, Scope

READ = frozenset({Scope.READ})
BOTH = frozenset(Scope)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "web" / "keys.toml"


def test_a_key_is_known_by_its_hash_alone(path: Path) -> None:
    secret = keys.add(path, "sonarr", READ)
    assert secret not in path.read_text()
    key = Keys(path).find(secret)
    assert key is not None
    assert (key.name, key.scopes) == ("sonarr", READ)


@pytest.mark.parametrize("text", ["", "x", "\0", "\ud800", "é" * 40, "0" * 10_000])
def test_another_text_is_no_key(path: Path, text: str) -> None:
    keys.add(path, "sonarr", BOTH)
    assert Keys(path).find(text) is None
    assert Keys(path).name(text) is None


def test_a_key_that_reads_does_not_write(path: Path) -> None:
    reads, writes = keys.add(path, "sonarr", READ), keys.add(path, "phone", BOTH)
    known = Keys(path)
    assert known.name(reads) is None
    assert known.name(reads, Scope.READ) == "sonarr"
    assert known.name(writes) == "phone"


def test_a_running_console_learns_of_new_and_revoked_keys(path: Path) -> None:
    known = Keys(path)
    assert known.all() == ()
    secret = keys.add(path, "sonarr", READ)
    assert known.find(secret) is not None
    keys.revoke(path, "sonarr")
    assert known.find(secret) is None


def test_nobody_else_can_read_the_file(path: Path) -> None:
    keys.add(path, "sonarr", READ)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["", "A", "a b", "../x", "-a", "a" * 64, "a\n", 'a"]'])
def test_a_name_that_is_none_is_refused(path: Path, name: str) -> None:
    with pytest.raises(KeyRefused, match="small letters"):
        keys.add(path, name, READ)


def test_a_name_is_taken_once(path: Path) -> None:
    keys.add(path, "sonarr", READ)
    with pytest.raises(KeyRefused, match="revoke it first"):
        keys.add(path, "sonarr", READ)


def test_what_is_not_there_cannot_be_revoked(path: Path) -> None:
    keys.add(path, "sonarr", READ)
    with pytest.raises(KeyRefused, match="known are: sonarr"):
        keys.revoke(path, "radarr")


@pytest.mark.parametrize(
    "text",
    [
        "not toml",
        "[a]\n",
        "a = 1",
        '[a]\nsha256 = "x"\nscopes = ["read"]',
        f'[a]\nsha256 = "{"0" * 64}"\nscopes = ["root"]',
        f'[a]\nsha256 = "{"0" * 64}"\nscopes = 3',
    ],
)
def test_a_file_that_was_spoilt_is_told_of(path: Path, text: str) -> None:
    path.parent.mkdir()
    path.write_text(text)
    with pytest.raises(KeyRefused, match=r"keys\.toml"):
        Keys(path).all()


def test_the_command_makes_lists_and_revokes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*arguments: str) -> tuple[int, str, str]:
        code = keys.main(list(arguments))
        said = capsys.readouterr()
        return code, said.out, said.err

    path = tmp_path / "keys.toml"
    monkeypatch.setattr(keys, "path_of", lambda current: path)
    code, secret, _ = run("add", "phone", "--write")
    assert code == 0
    assert Keys(path).name(secret.strip()) == "phone"
    assert run("add", "sonarr")[0] == 0
    listed = run("list")[1]
    assert [line.split()[:2] for line in listed.splitlines()] == [
        ["phone", "read,write"],
        ["sonarr", "read"],
    ]
    assert secret.strip() not in listed
    assert run("revoke", "phone")[0] == 0
    code, _, error = run("revoke", "phone")
    assert (code, "there is no key 'phone'" in error) == (1, True)

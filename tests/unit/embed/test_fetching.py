"""Files of a list come from a server on loopback: whole, the rest of them, or not at all."""

import hashlib
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from models.embed.__main__ import main
from models.embed.datasets import fetching
from models.embed.datasets.fetching import (
    Address,
    BadList,
    NotFetched,
    fetch_file,
    read_list,
)

CONTENT = bytes(range(256)) * 40
DIGEST = hashlib.sha256(CONTENT).hexdigest()


class Handler(BaseHTTPRequestHandler):
    """Serves CONTENT at /whole, without ranges at /plain, cut off at /cut, and errors."""

    asked: list[tuple[str, str | None]]

    def do_GET(self) -> None:
        begin = self.headers.get("Range")
        self.asked.append((self.path, begin))
        if self.path == "/cut" and len(self.asked) == 1:
            self._send(200, CONTENT[:3000], len(CONTENT))
        elif self.path == "/busy" and len(self.asked) == 1:
            self.send_error(503)
        elif self.path == "/gone":
            self.send_error(404)
        elif begin and self.path != "/plain":
            start = int(re.fullmatch(r"bytes=(\d+)-", begin)[1])
            if start >= len(CONTENT):
                self.send_error(416)
            else:
                told = start if self.path != "/other" else 1
                self._send(206, CONTENT[start:], part=f"bytes {told}-{len(CONTENT) - 1}/*")
        elif self.path == "/nonsense":
            self._send(200, CONTENT, "abc")
        elif self.path == "/broken":
            self.wfile.write(b"no answer at all\r\n\r\n")
            self.close_connection = True
        else:
            self._send(200, CONTENT)

    def _send(self, status: int, content: bytes, length: object = None, part: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(length or len(content)))
        if part:
            self.send_header("Content-Range", part)
        self.end_headers()
        self.wfile.write(content)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    Handler.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as serving:
        thread = Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{serving.server_port}"
        serving.shutdown()
        thread.join()


def address(server: str, path: str, **known: int | str) -> Address:
    return Address(f"{server}/{path}", "a/file.bin", **{"size": len(CONTENT), **known})


@pytest.mark.parametrize("path", ["whole", "plain", "cut", "busy"])
@pytest.mark.parametrize("there", [0, 1000, len(CONTENT)])
def test_what_lacks_is_fetched_and_no_more(
    server: str, tmp_path: Path, path: str, there: int
) -> None:
    (tmp_path / "a").mkdir()
    if there:
        (tmp_path / "a" / "file.bin.part").write_bytes(CONTENT[:there])
    target = fetch_file(address(server, path, sha256=DIGEST), tmp_path, pause=0.01)
    assert target.read_bytes() == CONTENT
    assert [path.name for path in target.parent.iterdir()] == ["file.bin"]
    begins = [begin for _, begin in Handler.asked]
    if there == len(CONTENT):
        assert begins == []
    else:
        assert begins[0] == (f"bytes={there}-" if there else None)
    fetch_file(address(server, path), tmp_path)
    assert len(Handler.asked) == len(begins)


def test_a_file_that_was_whole_without_a_known_size_is_kept(server: str, tmp_path: Path) -> None:
    (tmp_path / "file.part").write_bytes(CONTENT)
    target = fetch_file(Address(f"{server}/whole", "file"), tmp_path)
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("known", "why"),
    [({"sha256": "0" * 64}, "has the SHA-256"), ({"size": 7}, "has more than 7 bytes")],
)
def test_another_file_is_refused_and_not_kept(
    server: str, tmp_path: Path, known: dict[str, str | int], why: str
) -> None:
    with pytest.raises(NotFetched, match=why):
        fetch_file(address(server, "whole", **known), tmp_path)
    assert list((tmp_path / "a").iterdir()) == []


def test_a_file_that_is_not_there_is_asked_for_once(server: str, tmp_path: Path) -> None:
    with pytest.raises(NotFetched, match="404"):
        fetch_file(address(server, "gone"), tmp_path)
    assert len(Handler.asked) == 1


@pytest.mark.parametrize("path", ["other", "nonsense", "broken", "höhe"])
def test_an_answer_that_makes_no_sense_stops_nothing_else(
    server: str, tmp_path: Path, path: str
) -> None:
    (tmp_path / "a").mkdir()
    if path == "other":
        (tmp_path / "a" / "file.bin.part").write_bytes(CONTENT[:1000])
    with pytest.raises(NotFetched, match=path):
        fetch_file(address(server, path), tmp_path, pause=0.01)


def test_a_folder_that_cannot_be_made_is_told(server: str, tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    with pytest.raises(NotFetched, match="cannot be made"):
        fetch_file(address(server, "whole"), tmp_path)


def test_no_more_is_fetched_than_a_file_may_have(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "_MOST_BYTES", 100)
    with pytest.raises(NotFetched, match="more than 100"):
        fetch_file(Address(f"{server}/whole", "file"), tmp_path)


@pytest.mark.parametrize(
    "line",
    [
        "https://example.org/a\tname.part",
        "https://example.org/ä\tname",
        "https://example.org/a b\tname",
        "https://example.org/a",
        "file:///etc/passwd\tname",
        "https://example.org/a\t../name",
        "https://example.org/a\t/name",
        "https://example.org/a\tname\t12x",
        "https://example.org/a\tname\t12\tabc",
        "https://example.org/a\tname\nhttps://example.org/b\tname",
    ],
)
def test_a_line_that_is_no_address_or_leaves_the_folder_is_refused(
    tmp_path: Path, line: str
) -> None:
    path = tmp_path / "list.txt"
    path.write_text(f"# a list\n\n{line}\n", encoding="utf-8")
    with pytest.raises(BadList, match=str(path)):
        read_list(path)


def test_the_command_brings_all_files_but_those_that_are_gone(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "list.txt"
    lines = [f"{server}/gone\tgone", f"{server}/whole\ta/whole\t{len(CONTENT)}\t{DIGEST}"]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert main(["download", str(path), "--to", str(tmp_path / "to")]) == 1
    told = capsys.readouterr().err
    assert "404" in told
    assert "1 of 2 files are in" in told
    assert (tmp_path / "to" / "a" / "whole").read_bytes() == CONTENT
    path.write_text(lines[1], encoding="utf-8")
    assert main(["download", str(path), "--to", str(tmp_path / "to")]) == 0
    path.write_text("nonsense", encoding="utf-8")
    assert main(["download", str(path), "--to", str(tmp_path / "to")]) == 2

"""A server that answers like a language model, or like none: real HTTP on loopback."""

import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

NAME = 'Name: "'


@dataclass
class Answer:
    """How a request is answered: whole, half, late, or not at all."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    cut: bool = False


def name_in(prompt: str) -> str:
    """The name that a question is about."""
    after = prompt.rpartition(NAME)[2]
    return str(json.JSONDecoder().raw_decode('"' + after)[0])


def prompt_of(body: dict[str, Any]) -> str:
    return str(body["messages"][-1]["content"] if "messages" in body else body["prompt"])


def said(path: str, text: str, tokens: int = 1000) -> Answer:
    """A text in the form of the API at a path."""
    if path == "/api/generate":
        return Answer(json.dumps({"response": text, "prompt_eval_count": tokens}).encode())
    choice: dict[str, Any] = {"message": {"role": "assistant", "content": text}}
    if path == "/v1/completions":
        choice = {"text": text}
    return Answer(json.dumps({"choices": [choice], "usage": {"prompt_tokens": tokens}}).encode())


Behaviour = Callable[[str, dict[str, Any]], Answer]


def always(text: str) -> Behaviour:
    return lambda path, body: said(path, text)


def by_name(label: Callable[[str], str]) -> Behaviour:
    """Answers with the class that a function gives a name."""
    return lambda path, body: said(
        path, json.dumps({"class": label(name_in(prompt_of(body))), "adult": False})
    )


class QuietServer(ThreadingHTTPServer):
    """Says nothing of clients that go away, and waits for none."""

    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        pass


class StandIn:
    """A server with a behaviour.

    `asked` counts the questions that got an answer by name, `answered` those whose answer was sent
    whole to somebody who was still there; `bodies` and `headers` are of all requests;
    `again` is for who counts what was asked though it was known.
    """

    def __init__(self, behaviour: Behaviour, *, models: tuple[str, ...] = ("m",)) -> None:
        self.behaviour = behaviour
        self.models = models
        self.is_ollama = False
        self.asked: Counter[str] = Counter()
        self.answered: Counter[str] = Counter()
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.connections = 0
        self.again = 0
        self.lock = threading.Lock()
        self.server = QuietServer(("127.0.0.1", 0), handler_of(self))
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)

    def look(self, path: str) -> Answer:
        if path == "/v1/models" and not self.is_ollama:
            return Answer(json.dumps({"data": [{"id": name} for name in self.models]}).encode())
        if path == "/api/tags" and self.is_ollama:
            rows = [{"name": name} for name in self.models]
            return Answer(json.dumps({"models": rows}).encode())
        if path == "/api/version" and self.is_ollama:
            return Answer(b'{"version": "0.5.0"}')
        return Answer(b"not here", 404)

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def handler_of(stand_in: StandIn) -> type[BaseHTTPRequestHandler]:
    """What answers the requests to a server."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def setup(self) -> None:
            super().setup()
            with stand_in.lock:
                stand_in.connections += 1

        def do_GET(self) -> None:
            self.send(stand_in.look(self.path))

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            body = json.loads(content)
            name = name_in(prompt_of(body))
            with stand_in.lock:
                stand_in.bodies.append(body)
                stand_in.headers.append(dict(self.headers))
            answer = stand_in.behaviour(self.path, body)
            if answer.status == 200:
                with stand_in.lock:
                    stand_in.asked[name] += 1
            if answer.delay:
                time.sleep(answer.delay)
            if self.send(answer) and answer.status == 200:
                with stand_in.lock:
                    stand_in.answered[name] += 1

        def send(self, answer: Answer) -> bool:
            self.close_connection |= answer.cut
            return not is_gone(self.connection) and sent(self, answer)

        def log_message(self, *arguments: object) -> None:
            pass

    return Handler


def sent(handler: BaseHTTPRequestHandler, answer: Answer) -> bool:
    """Sends an answer; returns whether it went out whole."""
    size = len(answer.body)
    try:
        handler.send_response(answer.status)
        handler.send_header("Content-Length", str(size))
        for key, value in answer.headers.items():
            handler.send_header(key, value)
        handler.end_headers()
        handler.wfile.write(answer.body[: size // (2 if answer.cut else 1)])
        handler.wfile.flush()
    except OSError:
        return False
    return not answer.cut


def is_gone(connection: socket.socket) -> bool:
    """Whether the other side has closed the connection: nobody will read an answer."""
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


@contextmanager
def serving(behaviour: Behaviour, **settings: Any) -> Iterator[StandIn]:
    """A server that runs within the block."""
    server = StandIn(behaviour, **settings)
    server.thread.start()
    try:
        yield server
    finally:
        server.close()

"""JSON over HTTP with a server that may do anything: hang, drip, answer HTML, ask to wait.

Whatever it does becomes one of the three reasons for no answer. Connections are kept, an answer has
to be whole in time, and its size is bounded. The key goes into the header of requests to its own
server and nowhere else: it is cut out of all that the server says.
"""

import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from models.oneshot.safe import safe
from streams.training.labels.endpoint import Endpoint
from streams.training.labels.labeller import Refused, TryLater, Unusable

MOST_BYTES = 1 << 20
"""Of an answer; ours have under a thousand."""

_CONNECT_SECONDS = 10
_SAID = 250
"""Characters of a server's own explanation that are passed on."""

_ABOUT_THE_QUESTION = frozenset({400, 413, 422})
_PASSES = frozenset({408, 425, 429})
_LOCKED = frozenset({401, 403})
_SERVER_ERROR = 500
_FORM = "response_format"
"""What llama-cpp-python's server says, with a 500, of a form of answers that it does not know."""

_HIDDEN = "***"


@dataclass(frozen=True, slots=True)
class Key:
    """An API key, which no representation shows.

    Attributes:
        variable: the environment variable that it came from.
    """

    variable: str
    _value: str

    @classmethod
    def of(cls, endpoint: Endpoint) -> "Key | None":
        """The key of an endpoint. Returns None if it needs none.

        Raises:
            Unusable: the environment lacks the variable, or its value can be no key.
        """
        if endpoint.key is None:
            return None
        value = os.environ.get(endpoint.key, "").strip()
        if not value:
            raise Unusable(f"the key is missing: set the environment variable {endpoint.key}")
        if not value.isascii() or not value.isprintable() or " " in value:
            raise Unusable(f"the environment variable {endpoint.key} holds no key: it has spaces")
        return cls(endpoint.key, value)

    @property
    def header(self) -> dict[str, str]:
        """The header of a request."""
        return {"Authorization": f"Bearer {self._value}"}

    def hidden_in(self, text: str) -> str:
        """A text without the key."""
        return text.replace(self._value, _HIDDEN)

    def __repr__(self) -> str:
        return f"Key({self.variable})"


class Web:
    """The connections to one server."""

    def __init__(self, endpoint: Endpoint, base: str) -> None:
        """Opens nothing yet.

        Args:
            endpoint: whose key and timeout count.
            base: URL that paths are appended to.

        Raises:
            Unusable: the key is missing.
        """
        self._key = Key.of(endpoint)
        self._seconds = endpoint.timeout
        most = endpoint.workers + 1
        self._client = httpx.Client(
            base_url=base,
            headers={"Accept-Encoding": "identity"} | (self._key.header if self._key else {}),
            timeout=httpx.Timeout(
                endpoint.timeout, connect=min(_CONNECT_SECONDS, endpoint.timeout)
            ),
            limits=httpx.Limits(max_connections=most, max_keepalive_connections=most),
        )

    @property
    def has_key(self) -> bool:
        """Whether requests carry a key."""
        return self._key is not None

    def get(self, path: str) -> dict[str, Any]:
        """The JSON object at a path; raises as `post`."""
        return self._object("GET", path, None)

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The JSON object that answers a request.

        Raises:
            TryLater: it does not answer now.
            Refused: it does not take this request.
            Unusable: it takes none.
        """
        return self._object("POST", path, body)

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def _object(self, method: str, path: str, body: Mapping[str, Any] | None) -> dict[str, Any]:
        try:
            status, headers, content = self._exchange(method, path, body)
        except httpx.TimeoutException:
            raise TryLater(f"no answer within {self._seconds:g} s") from None
        except httpx.TransportError as error:
            raise TryLater(
                f"no answer: {self._clean(str(error)) or type(error).__name__}"
            ) from None
        except httpx.HTTPError as error:
            raise TryLater(f"its answer cannot be read ({type(error).__name__})") from None
        if status != httpx.codes.OK:
            raise self._fault(status, headers, content, path)
        try:
            given = json.loads(content)
        except (ValueError, RecursionError):
            raise TryLater("its answer is no JSON") from None
        if not isinstance(given, dict):
            raise TryLater("its answer is no JSON object")
        return given

    def _exchange(
        self, method: str, path: str, body: Mapping[str, Any] | None
    ) -> tuple[int, httpx.Headers, bytes]:
        """Status, headers and body of the answer, whole within the time of the endpoint."""
        deadline = time.monotonic() + self._seconds
        content = bytearray()
        with self._client.stream(method, path, json=body) as response:
            for piece in response.iter_raw():
                content += piece
                if len(content) > MOST_BYTES:
                    raise TryLater(f"its answer has more than {MOST_BYTES:,} bytes")
                if time.monotonic() > deadline:
                    raise TryLater(f"no whole answer within {self._seconds:g} s")
            return response.status_code, response.headers, bytes(content)

    def _fault(self, status: int, headers: httpx.Headers, content: bytes, path: str) -> Exception:
        """What a status that is not 200 means."""
        if status in _LOCKED:
            # Servers say a part of the key here; theirs is not passed on.
            todo = f"check the key in {self._key.variable}" if self._key else _NAME_A_KEY
            return Unusable(f"HTTP {status}, it lets nobody in: {todo}")
        said = self._explanation(content)
        if status in _ABOUT_THE_QUESTION or _FORM in said:
            return Refused(f"HTTP {status}{said}")
        if status in _PASSES or status >= _SERVER_ERROR:
            return TryLater(f"HTTP {status}{said}", retry_after(headers.get("retry-after")))
        return Unusable(f"HTTP {status} at {path}{said}: check the URL and the model's name")

    def _explanation(self, content: bytes) -> str:
        """What the server says of an error, in JSON as OpenAI and Ollama have it."""
        try:
            given = json.loads(content)
        except (ValueError, RecursionError):
            return ""
        error = given.get("error") if isinstance(given, dict) else None
        message = error.get("message") if isinstance(error, dict) else error
        return f" ({self._clean(message)})" if isinstance(message, str) and message else ""

    def without_key(self, text: str) -> str:
        """What a server says without the key, which it may repeat."""
        return self._key.hidden_in(text) if self._key else text

    def _clean(self, text: str) -> str:
        return safe(self.without_key(text))[:_SAID].strip()


_NAME_A_KEY = 'name the environment variable of its key in a TOML file: key = "VARIABLE"'


def retry_after(value: str | None, now: datetime | None = None) -> float | None:
    """The seconds that a `Retry-After` header asks to wait. Returns None if it says nothing.

    Args:
        value: seconds, or an HTTP date (RFC 9110, 10.2.3).
        now: the present moment, for dates.
    """
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())

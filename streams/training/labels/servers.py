"""Language models behind HTTP: OpenAI's chat and completions, and Ollama's own API.

An answer is held to a JSON schema where the server can. Servers say so differently, and older ones
not at all: what a server does not take is left out, once, and what it took last is what it gets.
An answer that was cut off is asked for once more, with more room.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from streams.training.labels.endpoint import Endpoint, Kind
from streams.training.labels.labeller import Labeller, Question, Refused, Reply, TryLater
from streams.training.labels.prompt import Prompt
from streams.training.labels.reading import read
from streams.training.labels.tasks import Task
from streams.training.labels.web import Web

Object = Mapping[str, Any]

MORE_ROOM = 8
"""Times the tokens that the second answer may have."""

_CUT = "length"
"""Why an answer ended, in all three APIs, if it was not at its end."""

_FILTERED = "content_filter"

_BEGUN = ("{", "```")
"""How the text of an answer begins; one that is cut off anywhere else would be none if whole."""


class OpenAiChat:
    """A server of OpenAI's `/v1/chat/completions`: OpenAI, llama.cpp, vLLM, LM Studio and others.

    It is asked for a `json_schema`, then for a `json_object` with a schema (llama-cpp-python), then
    for a plain answer.
    """

    def __init__(self, endpoint: Endpoint, web: Web, task: Task, prompt: Prompt) -> None:
        self._endpoint = endpoint
        self._web = web
        self._task = task
        self._prompt = prompt
        self._forms = _forms(task) if endpoint.use_schema else [{}]
        self._form = 0
        self._is_form_sure = not endpoint.use_schema

    def answer(self, questions: Sequence[Question]) -> Sequence[Reply]:
        """The replies to questions, in order; raises as `Labeller` says."""
        return [self._reply(question) for question in questions]

    def close(self) -> None:
        """Closes the connections."""
        self._web.close()

    def _reply(self, question: Question) -> Reply:
        form = self._form
        while True:
            try:
                reply = self._asked(question, self._forms[form])
            except Refused:
                if self._is_form_sure or form + 1 == len(self._forms):
                    raise
                form += 1
                continue
            # Threads may find out at a time; the simplest form that one needed is right for all.
            self._form = max(self._form, form)
            self._is_form_sure = True
            return reply

    def _asked(self, question: Question, form: Object) -> Reply:
        text = self._prompt.ask(question, as_word=not form)
        body = {"messages": [{"role": "user", "content": text}], **_sampling(self._endpoint)}

        def ask(tokens: int) -> Reply:
            wanted = {**body, **form, "max_tokens": tokens}
            given = self._web.post("/v1/chat/completions", wanted)
            choice = _choice(given)
            message = choice.get("message")
            content = message.get("content") if isinstance(message, dict) else None
            if not content and isinstance(message, dict) and message.get("refusal"):
                raise Refused("the model refuses the name")
            return _reply(self._web, content, choice, is_part=_is_part(given, text))

        return _with_room(self._endpoint, self._task, question, ask)


class OpenAiCompletions:
    """A server of OpenAI's older `/v1/completions`, which goes on with a text."""

    def __init__(self, endpoint: Endpoint, web: Web, task: Task, prompt: Prompt) -> None:
        self._endpoint = endpoint
        self._web = web
        self._task = task
        self._prompt = prompt

    def answer(self, questions: Sequence[Question]) -> Sequence[Reply]:
        """The replies to questions, in order; raises as `Labeller` says."""
        return [self._reply(question) for question in questions]

    def close(self) -> None:
        """Closes the connections."""
        self._web.close()

    def _reply(self, question: Question) -> Reply:
        text = self._prompt.ask(question, as_word=True)
        body = _sampling(self._endpoint) | {"prompt": text, "stop": ["\n"]}

        def ask(tokens: int) -> Reply:
            given = self._web.post("/v1/completions", body | {"max_tokens": tokens})
            choice = _choice(given)
            return _reply(self._web, choice.get("text"), choice, is_part=_is_part(given, text))

        return _with_room(self._endpoint, self._task, question, ask)


class Ollama:
    """Ollama's own `/api/generate`: the one that heeds how many tokens it is to keep."""

    def __init__(self, endpoint: Endpoint, web: Web, task: Task, prompt: Prompt) -> None:
        self._endpoint = endpoint
        self._web = web
        self._task = task
        self._prompt = prompt

    def answer(self, questions: Sequence[Question]) -> Sequence[Reply]:
        """The replies to questions, in order; raises as `Labeller` says."""
        return [self._reply(question) for question in questions]

    def close(self) -> None:
        """Closes the connections."""
        self._web.close()

    def _reply(self, question: Question) -> Reply:
        endpoint = self._endpoint
        body: dict[str, Any] = {
            "model": endpoint.model,
            "prompt": self._prompt.ask(question, as_word=not endpoint.use_schema),
            "stream": False,
        }
        if endpoint.use_schema:
            body["format"] = self._task.schema
        options = {
            "temperature": endpoint.temperature,
            "seed": endpoint.seed,
            "num_ctx": endpoint.context,
        }

        def ask(tokens: int) -> Reply:
            wanted = body | {"options": options | {"num_predict": tokens}}
            given = self._web.post("/api/generate", wanted)
            count = given.get("prompt_eval_count")
            # It cuts a prompt to the context without a word, and then has read all of the context.
            is_part = isinstance(count, int) and count >= endpoint.context - 1
            return _reply(self._web, given.get("response"), given, is_part=is_part)

        return _with_room(endpoint, self._task, question, ask)


def make(endpoint: Endpoint, task: Task, prompt: Prompt) -> Labeller:
    """A labeller for a server whose kind and model are known.

    Raises:
        Unusable: its key is missing.
    """
    assert endpoint.url is not None
    web = Web(endpoint, endpoint.url)
    if endpoint.kind is Kind.OLLAMA:
        return Ollama(endpoint, web, task, prompt)
    if endpoint.kind is Kind.COMPLETIONS:
        return OpenAiCompletions(endpoint, web, task, prompt)
    return OpenAiChat(endpoint, web, task, prompt)


def _forms(task: Task) -> list[dict[str, Any]]:
    """How a chat server may be asked to hold its answer to the schema, the strictest first."""
    schema = task.schema
    strict = {"name": "answer", "strict": True, "schema": schema}
    return [
        {"response_format": {"type": "json_schema", "json_schema": strict}},
        {"response_format": {"type": "json_object", "schema": schema}},
        {},
    ]


def _sampling(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "model": endpoint.model,
        "temperature": endpoint.temperature,
        "seed": endpoint.seed,
        "stream": False,
    }


def _choice(given: Object) -> Object:
    """The first choice of an answer in OpenAI's form.

    Raises:
        TryLater: it has another form.
    """
    choices = given.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        raise TryLater("its answer has no choices")
    return choices[0]


def _is_part(given: Object, text: str) -> bool:
    """Whether the server read fewer tokens than the question has words."""
    usage = given.get("usage")
    read = usage.get("prompt_tokens") if isinstance(usage, dict) else None
    return isinstance(read, int) and 0 < read < len(text.split())


def _reply(web: Web, content: Any, ended: Object, *, is_part: bool) -> Reply:
    """An answer; `ended` says why it ended, `is_part` that only a part of the question was read.

    Raises:
        Refused: a filter of the server holds the answer back.
        TryLater: it is no text.
    """
    reason = ended.get("finish_reason", ended.get("done_reason"))
    if reason == _FILTERED:
        raise Refused("the server's filter holds the answer back")
    if content is None:
        content = ""
    if not isinstance(content, str):
        raise TryLater("its answer has no text")
    return Reply(web.without_key(content), truncated=is_part, is_cut=reason == _CUT)


def _with_room(
    endpoint: Endpoint, task: Task, question: Question, ask: Callable[[int], Reply]
) -> Reply:
    """A reply; one that was cut off before it said anything is asked for once more."""
    tokens = endpoint.tokens or task.answer_tokens
    reply = ask(tokens)
    text = reply.text.strip()
    is_begun = not text or text.startswith(_BEGUN)
    if not (reply.is_cut and is_begun and read(task, text, question.name) is None):
        return reply
    try:
        return ask(tokens * MORE_ROOM)
    except Refused:  # it has not that much room, which says nothing about the name
        return reply

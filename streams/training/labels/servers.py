"""Language models behind HTTP: OpenAI's chat and completions, and Ollama's own API.

An answer is held to a JSON schema where the server can. Servers say so differently, and older ones
not at all: what a server does not take is left out, once, and what it took last is what it gets.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from streams.training.labels.endpoint import Endpoint, Kind
from streams.training.labels.labeller import Labeller, Question, Refused, Reply, TryLater
from streams.training.labels.prompt import Prompt
from streams.training.labels.tasks import Task
from streams.training.labels.web import Web

Object = Mapping[str, Any]


class OpenAiChat:
    """A server of OpenAI's `/v1/chat/completions`: OpenAI, llama.cpp, vLLM, LM Studio and others.

    It is asked for a `json_schema`, then for a `json_object` with a schema (llama-cpp-python), then
    for a plain answer.
    """

    def __init__(self, endpoint: Endpoint, web: Web, task: Task, prompt: Prompt) -> None:
        self._endpoint = endpoint
        self._web = web
        self._prompt = prompt
        self._tokens = task.answer_tokens
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
        body = _sampling(self._endpoint) | {
            "messages": [{"role": "user", "content": text}],
            "max_tokens": self._tokens,
        }
        given = self._web.post("/v1/chat/completions", {**body, **form})
        message = _choice(given).get("message")
        content = message.get("content") if isinstance(message, dict) else None
        return _reply(self._web, content, _is_cut(given, text))


class OpenAiCompletions:
    """A server of OpenAI's older `/v1/completions`, which goes on with a text."""

    def __init__(self, endpoint: Endpoint, web: Web, task: Task, prompt: Prompt) -> None:
        self._endpoint = endpoint
        self._web = web
        self._prompt = prompt
        self._tokens = task.answer_tokens

    def answer(self, questions: Sequence[Question]) -> Sequence[Reply]:
        """The replies to questions, in order; raises as `Labeller` says."""
        return [self._reply(question) for question in questions]

    def close(self) -> None:
        """Closes the connections."""
        self._web.close()

    def _reply(self, question: Question) -> Reply:
        text = self._prompt.ask(question, as_word=True)
        body = _sampling(self._endpoint) | {
            "prompt": text,
            "max_tokens": self._tokens,
            "stop": ["\n"],
        }
        given = self._web.post("/v1/completions", body)
        return _reply(self._web, _choice(given).get("text"), _is_cut(given, text))


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
            "options": {
                "temperature": endpoint.temperature,
                "seed": endpoint.seed,
                "num_ctx": endpoint.context,
                "num_predict": self._task.answer_tokens,
            },
        }
        if endpoint.use_schema:
            body["format"] = self._task.schema
        given = self._web.post("/api/generate", body)
        read = given.get("prompt_eval_count")
        # It cuts a prompt to the context without a word, and then has read all of the context.
        is_cut = isinstance(read, int) and read >= endpoint.context - 1
        return _reply(self._web, given.get("response"), is_cut)


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


def _is_cut(given: Object, text: str) -> bool:
    """Whether the server read fewer tokens than the question has words."""
    usage = given.get("usage")
    read = usage.get("prompt_tokens") if isinstance(usage, dict) else None
    return isinstance(read, int) and 0 < read < len(text.split())


def _reply(web: Web, content: Any, is_cut: bool) -> Reply:
    if content is None:
        content = ""
    if not isinstance(content, str):
        raise TryLater("its answer has no text")
    return Reply(web.without_key(content), truncated=is_cut)

"""One GGUF worker: `python -m streams.llm`. One process, one model, one thread; start as many as
there are cores.

Answers are looked up before work is done: in memory, then in Postgres with one query a batch. What
was asked once at a model's revision is never asked again.
"""

import asyncio
import sys
import time
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import asyncpg

from infra.logging import configure, get_logger
from infra.postgres.connect import pool
from infra.settings import LlmMode, Settings, settings
from models.extract.extractor import Extracted
from models.extract.llm.complete import LlmExtractor
from schemas import Extraction, LlmAnswer, LlmRequest, LlmState, Method, uniform
from schemas.topics import EXTRACTED, LLM_REQUESTS
from streams.kafka.consumer import BatchConsumer
from streams.kafka.delivery import Decoded, Record, dead_letter, decode
from streams.kafka.publisher import Message, Publisher, Sink, dead_letter_message, message
from streams.kafka.retry import with_retry
from streams.operate.health import Monitor
from streams.operate.metrics import LLM_ANSWERS, LLM_COMPARED, RESULTS, Stage, Stages
from streams.operate.process import finish, parser, until_signalled
from streams.pipeline.stages import extraction_of, subject_of

log = get_logger(__name__)

REMEMBERED = 50_000
"""Answers kept in memory: under 20 MB, and more than a worker makes in an hour."""

_LOOK_UP = "SELECT prompt_hash, answer FROM llm_answers WHERE prompt_hash = ANY($1::bytea[])"

_EXAMPLES = """examples:
  python -m streams.llm                          answer requests until stopped
  python -m streams.llm --limit 200              answer 200 names, then stop; the rest stays queued
  python -m streams.llm --idle-exit 10           stop when nothing came for 10 seconds
"""


class Answers:
    """What was answered before: a bounded memory over the `llm_answers` table."""

    def __init__(self, connections: asyncpg.Pool) -> None:
        self._pool = connections
        self._memory: OrderedDict[str, str] = OrderedDict()

    async def known(self, hashes: Sequence[str]) -> dict[str, str]:
        """The answers there are for these prompt hashes."""
        found = {name: self._memory[name] for name in hashes if name in self._memory}
        if unknown := sorted({bytes.fromhex(name) for name in hashes if name not in found}):
            for row in await self._pool.fetch(_LOOK_UP, unknown):
                found[row["prompt_hash"].hex()] = row["answer"]
        return found

    def remember(self, name: str, text: str) -> None:
        self._memory[name] = text
        self._memory.move_to_end(name)
        if len(self._memory) > REMEMBERED:
            self._memory.popitem(last=False)


@dataclass
class Tally:
    """What a worker did since it started."""

    asked: int = 0
    looked_up: int = 0
    dead_letters: int = 0

    @property
    def done(self) -> int:
        return self.asked + self.looked_up + self.dead_letters


class LlmWorker:
    """Turns requests into extractions: look-up, generation in one thread, evidence guard, publish."""

    def __init__(
        self, extractor: LlmExtractor, answers: Answers, sink: Sink, stage: Stage, current: Settings
    ) -> None:
        self._extractor = extractor
        self._answers = answers
        self._sink = sink
        self._stage = stage
        self._settings = current
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="gguf")
        self.tally = Tally()

    async def process(self, records: Sequence[Record]) -> None:
        """Answer a batch and publish it; when it returns the offsets may be committed.

        Raises:
            a failure of the infrastructure that outlasted its retries.
        """
        started = time.monotonic()
        good, bad = decode(records, LlmRequest, self._stage.name)
        texts = await self._texts(good)
        messages: list[Message] = []
        for one, (prompt_hash, text) in zip(good, texts, strict=True):
            try:
                result = self._result(one.item, prompt_hash, text)
                if self._settings.llm_mode is LlmMode.SHADOW:
                    compare(one.item.extraction, result)
                else:
                    messages.append(message(EXTRACTED, result.infohash, result, source="llm"))
            except ValueError as error:
                bad.append(
                    dead_letter(
                        one.record,
                        self._stage.name,
                        "handler_error",
                        f"{type(error).__name__}: {error}",
                    )
                )
        messages += [dead_letter_message(letter) for letter in bad]
        self.tally.dead_letters += len(bad)
        await with_retry(self._settings, "llm: publish", lambda: self._sink.publish(messages))
        self._stage.batch_done(records, time.monotonic() - started)

    async def _texts(self, good: Sequence[Decoded[LlmRequest]]) -> list[tuple[str, str]]:
        """(prompt hash, answer) of each request; only what nobody answered yet is asked, and each
        prompt once.
        """
        subjects = [subject_of(one.item.request) for one in good]
        hashes = [self._extractor.prompt_hash(subject) for subject in subjects]
        known = await with_retry(
            self._settings, "llm: look-up", lambda: self._answers.known(hashes)
        )
        open_ones = {
            name: subject
            for name, subject in zip(hashes, subjects, strict=True)
            if name not in known
        }
        if open_ones:
            loop = asyncio.get_running_loop()
            fresh = await loop.run_in_executor(
                self._executor, self._extractor.answer, list(open_ones.values())
            )
            known |= dict(zip(open_ones, fresh, strict=True))
        for name in hashes:
            self._answers.remember(name, known[name])
        self.tally.asked += len(open_ones)
        self.tally.looked_up += len(hashes) - len(open_ones)
        LLM_ANSWERS.labels("asked").inc(len(open_ones))
        LLM_ANSWERS.labels("looked_up").inc(len(hashes) - len(open_ones))
        return [(name, known[name]) for name in hashes]

    def _result(self, ask: LlmRequest, prompt_hash: str, text: str) -> Extraction:
        cheap = ask.extraction
        before = Extracted(
            metadata=cheap.metadata,
            technical=cheap.technical,
            evidence=dict(cheap.evidence),
            confidence=0.0,
        )
        found, parsed = self._extractor.complete(subject_of(ask.request), before, text)
        result = extraction_of(
            ask.request,
            found,
            revision=self._extractor.revision,
            model=self._extractor.model,
            method=Method.LLM,
            llm=LlmState.REQUESTED,
        ).model_copy(
            update={"answer": LlmAnswer(prompt_hash=prompt_hash, text=text, parsed=parsed)}
        )
        RESULTS.labels("llm", "parsed" if parsed else "unparsed", "").inc()
        return result


def compare(before: Extraction, after: Extraction) -> None:
    """Count, field by field, what a model's answer would have changed (shadow mode)."""
    cheap, asked = uniform(before.metadata), uniform(after.metadata)
    for name in ("title", "creator", "year"):
        old, new = getattr(cheap, name), getattr(asked, name)
        outcome = "same" if old == new else "filled" if old is None else "changed"
        LLM_COMPARED.labels(name, outcome).inc()


def load_extractor(current: Settings) -> LlmExtractor:
    """Load the GGUF model that the settings name.

    Raises: registry.WeightsError: it is not on this machine or not the right file; run `python -m
        models fetch`.
    """
    from models.extract.llm.gguf import load

    return load(
        current.weights_dir,
        base=current.llm_base,
        batch_size=current.llm_batch_size,
        threads=current.llm_threads,
    )


async def work(current: Settings, *, limit: int | None, idle_exit: float | None) -> None:
    """Run one worker until it is told to stop, has done `limit` requests, or was idle for
    `idle_exit` seconds.
    """
    stop = until_signalled()
    stages = Stages(current.stall_after)
    stage = stages.add("llm")
    monitor = Monitor(current, stages)
    extractor = await asyncio.get_running_loop().run_in_executor(None, load_extractor, current)
    consumer = BatchConsumer(
        current,
        [LLM_REQUESTS],
        group=f"{current.group}-llm",
        stage=stage,
        batch_size=current.llm_batch_size,
    )
    connections = await pool(current)
    async with Publisher(current) as publisher:
        worker = LlmWorker(extractor, Answers(connections), publisher, stage, current)
        await consumer.start()
        await monitor.start()
        log.info("GGUF worker ready", model=extractor.model, batch=current.llm_batch_size)
        try:
            await _loop(worker, consumer, stop, limit=limit, idle_exit=idle_exit)
        finally:
            await monitor.stop()
            await consumer.stop()
            await connections.close()
    log.info("GGUF worker done", **vars(worker.tally))


async def _loop(
    worker: LlmWorker,
    consumer: BatchConsumer,
    stop: asyncio.Event,
    *,
    limit: int | None,
    idle_exit: float | None,
) -> None:
    began = busy_at = told_at = time.monotonic()
    while not stop.is_set() and (limit is None or worker.tally.done < limit):
        records = await consumer.take(within=0.5)
        now = time.monotonic()
        if records:
            await worker.process(records)
            await consumer.commit(records)
            busy_at = time.monotonic()
        elif idle_exit is not None and now - busy_at > idle_exit:
            return
        if now - told_at > 30:
            told_at = now
            log.info(
                "answered",
                **vars(worker.tally),
                per_second=round(worker.tally.done / (now - began), 2),
            )


def main(arguments: list[str] | None = None) -> int:
    arguments_parser = parser(
        "python -m streams.llm", "One GGUF worker: completes what the rules left open.", _EXAMPLES
    )
    arguments_parser.add_argument(
        "--limit", type=int, metavar="N", help="stop after about N requests (whole batches)"
    )
    arguments_parser.add_argument(
        "--idle-exit", type=float, metavar="SECONDS", help="stop when idle for so long"
    )
    chosen = arguments_parser.parse_args(arguments)
    configure(settings())
    return finish(work(settings(), limit=chosen.limit, idle_exit=chosen.idle_exit))


if __name__ == "__main__":
    sys.exit(main())

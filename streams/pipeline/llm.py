"""One GGUF worker: `python -m streams.llm`. Start as many as there are cores.

One process is one model and one thread.
"""

import asyncio
import sys
import time
from dataclasses import dataclass

from infra.logging import configure, get_logger
from infra.postgres.access import Access
from infra.postgres.connect import pool
from infra.settings import Settings, settings
from models.extract.llm.complete import LlmExtractor
from schemas import LlmRequest, Offer
from schemas.topics import LLM_REQUESTS
from streams.kafka.consumer import BatchConsumer
from streams.kafka.dead_letters import Gate
from streams.kafka.delivery import Engine
from streams.kafka.publisher import Publisher
from streams.operate.capabilities.announcer import Announced, Announcer
from streams.operate.health import Monitor
from streams.operate.metrics import ProgressBoard, Reads
from streams.operate.process import finish, parser, until_signalled
from streams.pipeline.answering import Answered, Answering, Answers
from streams.pipeline.bans import load_bans

log = get_logger(__name__)

_TELL_SECONDS = 30
"""Between two lines that say how many names were answered."""

_EXAMPLES = """examples:
  python -m streams.llm                          answer requests until stopped
  python -m streams.llm --limit 200              answer 200 names, then stop; the rest stays queued
  python -m streams.llm --idle-exit 10           stop when nothing came for 10 seconds
"""


@dataclass(frozen=True, slots=True)
class Until:
    """When a worker stops by itself: after so many names, or so many seconds without one."""

    limit: int | None = None
    idle_exit: float | None = None


def load_extractor(current: Settings) -> LlmExtractor:
    """Loads the GGUF model that the settings name, or that is active.

    Raises:
        registry.WeightsError: the model is not on this machine, not the right file, or cannot be
            loaded; the message says what to do.
    """
    from models.active import Stage
    from models.loading import llm
    from streams.pipeline.chosen import chosen_weights

    return llm(
        chosen_weights(current, Stage.LLM),
        batch_size=current.llm_batch_size,
        threads=current.llm_threads,
    )


async def work(current: Settings, until: Until) -> None:
    """Runs one worker until it is told to stop, or `until` says so."""
    stop = until_signalled()
    bans = load_bans(current)
    board = ProgressBoard(current.stall_after)
    progress = board.add("llm")
    monitor = Monitor(current, board, "llm")
    extractor = await asyncio.get_running_loop().run_in_executor(None, load_extractor, current)
    consumer = BatchConsumer(
        current, [LLM_REQUESTS], group=current.llm_group, batch_size=current.llm_batch_size
    )
    progress.reads = Reads(consumer.group, consumer.assignment)
    connections = await pool(current, Access.READER)
    answering = Answering(extractor, Answers(connections), current.llm_mode)
    announcer = Announcer(current, Announced("llm", lambda: [_offer(extractor)], board))
    async with Publisher(current) as publisher:
        engine = Engine(answering, publisher, Gate(bans, progress), progress, current)
        await consumer.start()
        await monitor.start()
        announcer.start()
        log.info("GGUF worker ready", model=extractor.model, batch=current.llm_batch_size)
        worker = Worker(engine, answering, consumer)
        try:
            await worker.run(stop, until)
        finally:
            await announcer.stop()
            await monitor.stop()
            await consumer.stop()
            await connections.close()
    log.info("GGUF worker done", **worker.tally)


def _offer(extractor: LlmExtractor) -> Offer:
    return Offer(stage="llm", model=extractor.model, revision=extractor.revision)


class Worker:
    """Takes batches of questions and delivers them, one after the other."""

    def __init__(
        self, engine: Engine[LlmRequest, Answered], answering: Answering, consumer: BatchConsumer
    ) -> None:
        self._engine = engine
        self._answering = answering
        self._consumer = consumer
        self._dead_letters = 0

    @property
    def tally(self) -> dict[str, int]:
        """What was done since the start."""
        return {
            "asked": self._answering.asked,
            "looked_up": self._answering.looked_up,
            "dead_letters": self._dead_letters,
        }

    async def run(self, stop: asyncio.Event, until: Until) -> None:
        """Runs until `stop` is set, or `until` says so."""
        began = busy_at = told_at = time.monotonic()
        while not stop.is_set() and (until.limit is None or self._done < until.limit):
            records = await self._consumer.take(within=0.5)
            if records:
                self._dead_letters += await self._engine.deliver(records, self._consumer.commit)
                busy_at = time.monotonic()
            now = time.monotonic()
            if until.idle_exit is not None and now - busy_at > until.idle_exit:
                return
            if now - told_at > _TELL_SECONDS:
                told_at = now
                rate = round(self._done / (now - began), 2)
                log.info("answered", **self.tally, per_second=rate)

    @property
    def _done(self) -> int:
        return sum(self.tally.values())


def main(arguments: list[str] | None = None) -> int:
    """Runs the command line and returns its exit code."""
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
    return finish(work(settings(), Until(chosen.limit, chosen.idle_exit)))


if __name__ == "__main__":
    sys.exit(main())

"""The way to a collector: OTLP over HTTP, in a thread of its own, never waited for.

Spans wait in a bounded queue. Where the collector is away, slow or refuses them they are dropped,
which is said once a minute; nothing else comes of it.
"""

import atexit
import logging
import os
import threading
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExportResult
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import Tracer

from infra.logging import get_logger

log = get_logger(__name__)

_PATH = "/v1/traces"
"""Where OTLP over HTTP has traces, unless the address says another path."""
_QUEUE = 4096
"""Spans that wait; about 2 KB each."""
_AT_ONCE = 512
_EVERY_MS = 1_000
_SECONDS = 2.0
"""For a request, with its repetitions. Its thread may wait so long; nobody waits for the thread."""
_END_SECONDS = 3.0
"""For what is left when the process ends."""
_TOLD_SECONDS = 60.0

# Its own lines come for each span that is dropped and each request that fails.
logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)


def tracer_to(url: str) -> Tracer:
    """A tracer whose spans go to a collector.

    Args:
        url: its address; the path is `/v1/traces` where it has none.
    """
    endpoint = url if urlsplit(url).path.strip("/") else url.rstrip("/") + _PATH
    name = os.environ.get("OTEL_SERVICE_NAME", "mimmo-streams")
    provider = TracerProvider(
        sampler=ALWAYS_ON,  # whoever begins a trace has chosen
        resource=Resource.create({"service.name": name, "process.pid": os.getpid()}),
        shutdown_on_exit=False,  # it would wait half a minute for a collector that hangs
    )
    provider.add_span_processor(
        BatchSpanProcessor(
            Sending(endpoint),
            max_queue_size=_QUEUE,
            max_export_batch_size=_AT_ONCE,
            schedule_delay_millis=_EVERY_MS,
        )
    )
    _end_with_the_process(provider)
    return provider.get_tracer("mimmo-streams")


class Sending(OTLPSpanExporter):
    """Sends spans once; says seldom that it cannot."""

    def __init__(self, endpoint: str) -> None:
        super().__init__(endpoint, timeout=_SECONDS)
        self._dropped = 0
        self._told_at = -_TOLD_SECONDS

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Sends spans; those that cannot be sent are gone."""
        result = super().export(spans)
        if result is not SpanExportResult.SUCCESS:
            self._dropped += len(spans)
            if time.monotonic() - self._told_at >= _TOLD_SECONDS:
                self._told_at = time.monotonic()
                log.warning(
                    "the collector of traces does not take spans; they are dropped, all else"
                    " goes on",
                    collector=self._endpoint,
                    dropped=self._dropped,
                )
        return result


def _end_with_the_process(provider: TracerProvider) -> None:
    """Sends what is left when the process ends, and is not waited for longer than `_END_SECONDS`.

    The thread is begun now, since Python begins none at its end.
    """
    is_over = threading.Event()

    def end() -> None:
        is_over.wait()
        provider.shutdown()

    thread = threading.Thread(target=end, name="traces-end", daemon=True)
    thread.start()

    def ask() -> None:
        is_over.set()
        thread.join(_END_SECONDS)

    atexit.register(ask)

"""Logging: structlog through the standard library.

Faust takes stdout and configures `logging` itself, so our lines take the same way as its own.
"""

import logging.config
import time
from typing import Any

import structlog

from infra.settings import Settings

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]


_SELDOM_SECONDS = 60


class KafkaSeldom(logging.Filter):
    """Lets aiokafka say each thing once a minute, and not at all what a command says itself.

    With Kafka away it complains several times a second, from every connection. What became of it is
    in our own lines: a call that is tried again, and the one with which the process ends.
    """

    def __init__(self) -> None:
        super().__init__()
        self._told: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a line is written."""
        if not record.name.startswith("aiokafka"):
            return True
        text = str(record.msg)
        if text.startswith('Unable connect to "'):  # `KafkaUnreachable` says it, and what to do
            return False
        now = time.monotonic()
        if now - self._told.get((record.name, text), -_SELDOM_SECONDS) < _SELDOM_SECONDS:
            return False
        self._told[record.name, text] = now
        return True


def logging_config(settings: Settings) -> dict[str, Any]:
    """The `logging.config.dictConfig` of this process.

    Every line, ours and the libraries', is written in one format to stderr.
    """
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if settings.log_format == "json"
        # A trace with local variables would write keys, cookies and passwords into the log.
        else structlog.dev.ConsoleRenderer(
            colors=False, pad_event_to=40, exception_formatter=structlog.dev.plain_traceback
        )
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structlog": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    renderer,
                ],
                "foreign_pre_chain": _SHARED,
            }
        },
        "filters": {"kafka": {"()": KafkaSeldom}},
        "handlers": {
            "default": {
                "class": "logging.StreamHandler",
                "formatter": "structlog",
                "filters": ["kafka"],
                "stream": "ext://sys.__stderr__",
            }
        },
        "root": {"handlers": ["default"], "level": settings.log_level.upper()},
        "loggers": {
            # Logs every reconnect and group step at info; the worker says what matters of it.
            "aiokafka": {"level": "WARNING"},
            "aiokafka.conn": {"level": "ERROR"},
            "aiohttp.access": {"level": "WARNING"},
            # Shows a traceback each time that Postgres refuses a connection; we say it once a try.
            "asyncpg.pool": {"level": "ERROR"},
        },
    }


def configure(settings: Settings) -> None:
    """Set up logging for a command that is not a Faust worker.

    Faust takes `logging_config` itself.
    """
    configure_structlog()
    logging.config.dictConfig(logging_config(settings))


def configure_structlog() -> None:
    """Make structlog's loggers write through the standard library."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger.

    Values are passed as keywords, never formatted into the text: a torrent name may hold `%s` or
    `{}`.
    """
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger

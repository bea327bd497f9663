"""Logging: structlog through the standard library.

Faust takes stdout and configures `logging` itself, so our lines take the same way as its own.
"""

import logging.config
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


def logging_config(settings: Settings) -> dict[str, Any]:
    """The `logging.config.dictConfig` of this process.

    Every line, ours and the libraries', is written in one format to stderr.
    """
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=False, pad_event_to=40)
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
        "handlers": {
            "default": {
                "class": "logging.StreamHandler",
                "formatter": "structlog",
                "stream": "ext://sys.__stderr__",
            }
        },
        "root": {"handlers": ["default"], "level": settings.log_level.upper()},
        "loggers": {
            # Logs every reconnect and group step at info; the worker says what matters of it.
            "aiokafka": {"level": "WARNING"},
            "aiokafka.conn": {"level": "ERROR"},
            "aiohttp.access": {"level": "WARNING"},
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

"""Corrections: what people say of results, from a click to Kafka, and back out as labelled rows."""

from streams.corrections.publisher import CorrectionPublisher

__all__ = ["CorrectionPublisher"]

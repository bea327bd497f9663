"""Reads the results of Mimmo Streams: a JSON line for each that is newer than the last."""

import asyncio
import json
import os
import signal
import ssl
import sys
from datetime import datetime
from pathlib import Path

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

SHOWN = {
    "torrents.classified.v1": "verdict",
    "torrents.extracted.v1": "metadata",
    "torrents.linked.v1": "match",
}
METHODS = ["rules", "tagger", "llm"]  # of one input and revision the later one knows more

# Kept in memory for the sake of a short example. Keep it beside what you make of the events, and
# write both in one transaction: after a restart older records may come again.
newest: dict[tuple[str, str], tuple] = {}


def env(name: str, default: str = "") -> str:
    return os.environ.get(f"STREAMS_KAFKA_{name}") or default


def options() -> dict:
    """How Kafka is reached, from the variables that Mimmo Streams itself has."""
    security = env("SECURITY", "PLAINTEXT")
    chosen = {
        "bootstrap_servers": env("BOOTSTRAP", "localhost:9092"),
        "security_protocol": security,
    }
    if security.endswith("SSL"):
        context = ssl.create_default_context(cafile=env("CA") or None)
        if env("CERT"):
            context.load_cert_chain(env("CERT"), env("KEY"))
        chosen["ssl_context"] = context
    if security.startswith("SASL_"):
        file = env("PASSWORD_FILE")
        chosen["sasl_mechanism"] = env("SASL_MECHANISM", "SCRAM-SHA-512")
        chosen["sasl_plain_username"] = env("USERNAME")
        chosen["sasl_plain_password"] = (
            Path(file).read_text().rstrip("\r\n") if file else env("PASSWORD")
        )
    return chosen


def rank(event: dict) -> tuple:
    """Of two results of one torrent the higher one stands: see docs/delivery.md."""
    seen = datetime.fromisoformat(event["observed_at"])
    method = METHODS.index(event["method"])
    return seen, event.get("reference_date", ""), event["revision"], method


def line(record: ConsumerRecord) -> dict | None:
    """What to print of a record; None where a newer result, or this one, was seen before."""
    infohash = record.key.decode()
    place = (record.topic, infohash)
    if record.value is None:  # a tombstone: the torrent was dropped
        newest.pop(place, None)
        return {"topic": record.topic, "infohash": infohash, "gone": True}
    event = json.loads(record.value)
    here = rank(event)
    if place in newest and here <= newest[place]:
        return None
    newest[place] = here
    shown = {"topic": record.topic, "infohash": infohash, "result": event.get(SHOWN[record.topic])}
    if "torrent" in event:
        shown["name"] = event["torrent"]["name"]
    return shown


def work(batches: dict[TopicPartition, list[ConsumerRecord]]) -> None:
    for records in batches.values():
        for record in records:
            try:
                shown = line(record)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                at = f"{record.topic}/{record.partition}@{record.offset}"
                print(f"skipped {at}: {type(error).__name__}", file=sys.stderr, flush=True)
                continue
            if shown:
                # JSON escapes control characters: a name is a stranger's text on your terminal.
                print(json.dumps(shown), flush=True)


async def main() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    consumer = AIOKafkaConsumer(
        *SHOWN,
        **options(),
        group_id=os.environ.get("GROUP", "example-python"),
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    try:
        await consumer.start()
        while not stop.is_set():
            batches = await consumer.getmany(timeout_ms=500, max_records=500)
            if batches:
                work(batches)
                await consumer.commit()  # only now: what is lost in a crash comes again
    finally:
        await consumer.stop()  # leaves the group, so that others go on at once


if __name__ == "__main__":
    asyncio.run(main())

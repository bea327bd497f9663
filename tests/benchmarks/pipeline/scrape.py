"""What the processes of the pipeline say of themselves at `/metrics`."""

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from prometheus_client.parser import text_string_to_metric_families

_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/metrics")
_SECONDS = 10
PROCESS = "process"
"""Stage under which the CPU of a whole process is noted."""

Key = tuple[str, str, str]
"""Metric, stage and step; the step is empty where there is none."""

_WANTED = {
    "process_cpu_seconds_total": "cpu",
    "mimmo_cpu_seconds_total": "cpu",
    "mimmo_step_seconds_total": "seconds",
    "mimmo_records_total": "records",
    "mimmo_dead_letters_total": "dead letters",
}


def addresses(logs: list[Path]) -> list[str]:
    """Where the processes that wrote these logs serve their metrics."""
    texts = (log.read_text(errors="replace") for log in logs if log.exists())
    return sorted({address for text in texts for address in _ADDRESS.findall(text)})


def scraped(address: str) -> Counter[Key]:
    """The counters of one process that the benchmark is about."""
    with urlopen(address, timeout=_SECONDS) as answer:
        text = answer.read().decode()
    counts: Counter[Key] = Counter()
    for metric in text_string_to_metric_families(text):
        for sample in metric.samples:
            if kind := _WANTED.get(sample.name):
                stage = sample.labels.get("stage", PROCESS)
                counts[kind, stage, sample.labels.get("step", "")] += sample.value
    return counts


@dataclass
class Scraper:
    """Notes what each process has counted when it is first seen, and later the difference."""

    logs: list[Path]
    first: dict[str, Counter[Key]] = field(default_factory=dict)

    def look(self) -> None:
        """Notes the processes that are new: what they spent up to now was their start."""
        for address in addresses(self.logs):
            if address not in self.first:
                try:
                    self.first[address] = scraped(address)
                except (URLError, OSError):
                    continue  # it just ended, or is not quite there; the next look sees it

    def since(self) -> dict[str, Counter[Key]]:
        """What was counted since, by process; one that has ended is left out."""
        found = {}
        for address, before in self.first.items():
            try:
                now = scraped(address)
            except (URLError, OSError):
                continue
            found[address] = Counter({key: now[key] - before[key] for key in now})
        return found

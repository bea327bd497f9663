"""The panels of the dashboard: what each shows, and what it asks Prometheus."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Panel:
    """One plot. `queries` are PromQL by legend; `unit` is one of Grafana's."""

    title: str
    about: str
    unit: str
    queries: dict[str, str]


def _rate(metric: str, by: str) -> str:
    return f"sum by ({by}) (rate({metric}[$__rate_interval]))"


def _age(share: float) -> str:
    buckets = _rate("mimmo_age_seconds_bucket", "stage, le")
    return f"histogram_quantile({share}, {buckets})"


_PIPELINE = (
    Panel(
        "Lag",
        "Records that wait, by stage. It falls while workers keep up.",
        "short",
        {"{{stage}}": "sum by (stage) (mimmo_lag)"},
    ),
    Panel(
        "Records a second",
        "Acknowledged records; those of store are rows.",
        "cps",
        {"{{stage}}": _rate("mimmo_records_total", "stage")},
    ),
    Panel(
        "Age at the end",
        "Age of a batch's oldest record when a stage was done with it, since Kafka was given it."
        " From seen to row it is the sum of classify and store, and of extract where there is one.",
        "s",
        {"{{stage}} p50": _age(0.5), "{{stage}} p99": _age(0.99)},
    ),
)

_WORK = (
    Panel(
        "CPU by process",
        "Cores in use; a worker uses one at most, most of the time.",
        "short",
        {"{{process}}": _rate("process_cpu_seconds_total", "process")},
    ),
    Panel(
        "CPU by step",
        "Cores that the stages' own work takes, by step.",
        "short",
        {"{{stage}} {{step}}": _rate("mimmo_cpu_seconds_total", "stage, step")},
    ),
    Panel(
        "Memory",
        "Resident bytes of a process.",
        "bytes",
        {"{{process}} {{instance}}": "process_resident_memory_bytes"},
    ),
)

_RESULTS = (
    Panel(
        "Results by source",
        "What decided: rules, models, corrections.",
        "cps",
        {"{{stage}} {{source}}": _rate("mimmo_results_total", "stage, source")},
    ),
    Panel(
        "Dead letters a second",
        "Records that could not be handled, by reason; and what the ban list dropped.",
        "cps",
        {
            "{{stage}} {{reason}}": _rate("mimmo_dead_letters_total", "stage, reason"),
            "banned {{rule}}": _rate("mimmo_banned_total", "rule"),
        },
    ),
    Panel(
        "GGUF answers a second",
        "Names that GGUF workers answered; in shadow mode what their answers would change.",
        "cps",
        {
            "{{origin}}": _rate("mimmo_llm_answers_total", "origin"),
            "{{field}} {{outcome}}": _rate("mimmo_llm_compared_total", "field, outcome"),
        },
    ),
)

_MODELS = (
    Panel(
        "Confidence",
        "Mean confidence of the results of the last seven days, by model.",
        "percentunit",
        {"{{stage}} {{model}}": "max by (stage, model) (mimmo_model_confidence_mean)"},
    ),
    Panel(
        "Drift",
        "Population stability index of the last week; above 0.25 names are not what they were.",
        "short",
        {"{{stage}} {{model}} {{of}}": "max by (stage, model, of) (mimmo_model_drift_psi)"},
    ),
    Panel(
        "Disagreement",
        "Share of the last seven days' results that contradict an earlier one of the same input.",
        "percentunit",
        {
            "{{stage}} {{model}}": "max by (stage, model) (mimmo_model_contradicted"
            " / (mimmo_model_pairs > 0))"
        },
    ),
)

_REUSE = (
    Panel(
        "Reuse: questions a second",
        "Asked of what other nodes told; `agreed` were answered by it and cost no model.",
        "cps",
        {"{{stage}} {{reason}}": _rate("mimmo_reuse_total", "stage, reason")},
    ),
    Panel(
        "Reuse: answers that were checked",
        "Some are made here, too. Where they differ a trusted node tells wrong things.",
        "cps",
        {"{{stage}} {{outcome}}": _rate("mimmo_reuse_checked_total", "stage, outcome")},
    ),
    Panel(
        "Reuse: bundles and results a second",
        "What came from others, with the fault of those that were refused, and what was told.",
        "cps",
        {
            "bundles {{outcome}}": _rate("mimmo_reuse_bundles_total", "outcome"),
            "results {{outcome}}": _rate("mimmo_reuse_results_total", "outcome"),
        },
    ),
)

_CRAWL = (
    Panel(
        "Crawl: packets and bytes a second",
        "What the crawl asks of others. The profile's limit holds for packets.",
        "short",
        {"{{direction}}": "sum by (direction) (rate(mimmo_crawl_traffic[$__rate_interval]))"},
    ),
    Panel(
        "Crawl: outcomes a second",
        "Nodes sampled, infohashes, peers and records. Many failures say that others refuse.",
        "cps",
        {"{{stage}} {{outcome}}": _rate("mimmo_crawl_events_total", "stage, outcome")},
    ),
    Panel(
        "Crawl: bounded parts",
        "How full they are.",
        "short",
        {"{{part}}": "sum by (part) (mimmo_crawl_depth)"},
    ),
)

_DISK = (
    Panel(
        "Postgres size",
        "The database, and each table with its indexes.",
        "bytes",
        {
            "database": "max(mimmo_postgres_bytes)",
            "{{table}}": "topk(10, max by (table) (mimmo_postgres_table_bytes))",
        },
    ),
    Panel(
        "Dead rows and vacuum",
        "Rows that a vacuum has not cleared away, and hours since the last one.",
        "short",
        {
            "{{table}} dead": "topk(10, max by (table) (mimmo_postgres_dead_rows))",
            "{{table}} hours": "max by (table)"
            " ((time() - mimmo_postgres_vacuumed_timestamp_seconds) / 3600)",
        },
    ),
    Panel(
        "Free disk",
        "Of the disk that STREAMS_HOME is on.",
        "bytes",
        {"{{folder}}": "min by (folder) (mimmo_disk_free_bytes)"},
    ),
)

ROWS = {
    "Pipeline": _PIPELINE,
    "Processes": _WORK,
    "Results": _RESULTS,
    "Models": _MODELS,
    "Reuse": _REUSE,
    "Crawl": _CRAWL,
    "Disk": _DISK,
}
"""The rows of the dashboard, by their titles."""

"""Settings of traces: where spans are sent, and of how many records."""

from pydantic import Field
from pydantic_settings import BaseSettings

OFF = "off"


class TraceSettings(BaseSettings):
    """The part of the settings that says what is traced."""

    # Without `user:password@`: settings are shown. OTEL_EXPORTER_OTLP_HEADERS is for secrets.
    traces: str = Field(
        OFF,
        pattern=r"^(off|https?://[^\s@/]+(/[^\s@]*)?)$",
        description="Where traces are sent (OTLP over HTTP: http://127.0.0.1:4318), or off.",
    )
    trace_share: float = Field(
        0.01, ge=0, le=1, description="Share of the records of replay and crawl that are traced."
    )

"""Values of jsonb columns."""

import json
from typing import Any


def loaded(value: object) -> Any:
    """jsonb, which asyncpg gives as text unless a codec is set."""
    return json.loads(value) if isinstance(value, str) else value

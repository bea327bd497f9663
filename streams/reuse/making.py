"""Results as signed bundles: once each, in pieces that Kafka and whoever reads them can bear."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from infra.logging import get_logger
from models.reuse.signing import Signer
from models.version import PACKAGE, version
from schemas import Bundle, SignedBundle
from schemas.bundle import MAX_PAYLOAD_BYTES, SharedResult

log = get_logger(__name__)

RESULTS = 500
"""Of one bundle: a signature costs what ten results do, and of so many it is not seen."""

_BYTES = MAX_PAYLOAD_BYTES // 4
"""From so many on a bundle is full. An album with two thousand tracks has a quarter."""


def bundles(results: Iterable[SharedResult], signer: Signer) -> Iterator[SignedBundle]:
    """Signed bundles of results, in their order; of one result that comes again, the first."""
    waiting: dict[str, SharedResult] = {}
    size = 0
    for result in results:
        text = result.to_json()
        if len(text) > MAX_PAYLOAD_BYTES // 2:
            log.warning("a result is too large to be told", bytes=len(text))
            continue
        if waiting and (len(waiting) == RESULTS or size + len(text) > _BYTES):
            yield _signed(waiting.values(), signer)
            waiting, size = {}, 0
        name = getattr(result, "id", None) or text.decode()
        if name not in waiting:
            waiting[name] = result
            size += len(text)
    if waiting:
        yield _signed(waiting.values(), signer)


def _signed(results: Iterable[SharedResult], signer: Signer) -> SignedBundle:
    bundle = Bundle(
        node=signer.node,
        made_at=datetime.now(UTC),
        program=f"{PACKAGE}@{version()}",
        results=tuple(results),
    )
    return signer.signed(bundle)

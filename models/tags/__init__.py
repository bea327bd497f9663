"""What results say, as tags that carry their origin."""

from models.tags.aggregate import Scored, aggregated
from models.tags.builds import Builds
from models.tags.emitted import tags_of

__all__ = ["Builds", "Scored", "aggregated", "tags_of"]

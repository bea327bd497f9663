"""A pipeline without a crawl around it."""

from infra.settings import Settings
from streams.crawl.frontier import Frontier
from streams.crawl.limits import Limits
from streams.crawl.node import Node
from streams.crawl.pipeline import Pipeline
from streams.crawl.profile import Profile
from streams.crawl.seen import Seen
from streams.crawl.state import State


def pipeline_of(settings: Settings, profile: Profile) -> Pipeline:
    """Its parts on disk, its node without a socket."""
    state = State(settings.crawl_dir)
    node = Node(b"n" * 20, Limits(profile.rate, profile.per_ip, profile.burst), profile, lab=True)
    return Pipeline(
        settings,
        profile,
        node,
        Frontier(state, profile),
        state,
        Seen(settings.crawl_dir, profile),
        lab=True,
    )

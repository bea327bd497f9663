"""The Faust app behind `faust -A streams worker`: one agent a stage, the store beside them.

Start it as often as there are cores: all workers are one group, and the partitions are shared.
"""

import faust
from mode import Service

from infra.logging import configure_structlog, get_logger, logging_config
from infra.settings import Role, Settings, settings
from models.ban.ban_list import BanRulesInvalid
from streams.operate.health import free_port
from streams.operate.process import ending_the_process
from streams.pipeline.agents import AGENTS, Agent, Parts, build
from streams.pipeline.store import Store

log = get_logger(__name__)


class MimmoApp(faust.App):
    """Faust's app that starts our parts before it consumes: topics, models, publisher, monitor."""

    parts: Parts

    async def on_start(self) -> None:
        """Starts our parts first."""
        await self.parts.start()
        await super().on_start()

    async def on_shutdown(self) -> None:
        """Stops our parts last."""
        await super().on_shutdown()
        await self.parts.stop()


def create_app(current: Settings | None = None) -> faust.App:
    """Makes the app for the roles in the settings.

    Raises:
        SystemExit: the roles leave no agent (a Faust worker without one cannot run), or a ban list
            that the settings name cannot be read.
    """
    current = current or settings()
    agents = _agents(current)
    configure_structlog()
    app = _app(current)
    try:
        app.parts = Parts(current, agents)
    except BanRulesInvalid as error:
        raise SystemExit(str(error)) from error
    for agent in agents:
        build(app, app.parts, agent)
    if Role.STORE in current.roles:
        _add_store(app)
    return app


def _agents(current: Settings) -> list[Agent]:
    """The agents of the settings' roles; match only where there is an index."""
    agents = [agent for agent in AGENTS if agent.role in current.roles]
    if not agents:
        raise SystemExit(
            "STREAMS_ROLES names no agent; run the store alone with `python -m streams.store`"
        )
    if Role.MATCH in current.roles and not (current.index_dir / "current").exists():
        log.warning(
            "no MusicBrainz index: match is off, its events wait",
            hint="python -m streams.musicbrainz import",
        )
        agents = [agent for agent in agents if agent.role is not Role.MATCH]
        if not agents:
            raise SystemExit(
                "no MusicBrainz index; run"
                " `python -m streams.musicbrainz import ARTISTS RELEASE_GROUPS`"
            )
    return agents


def _app(current: Settings) -> MimmoApp:
    datadir = current.home / "faust"  # Faust makes the last folder only
    datadir.mkdir(parents=True, exist_ok=True)
    servers = (server.strip() for server in current.kafka_bootstrap.split(","))
    return MimmoApp(
        current.group,
        broker=";".join(f"kafka://{server}" for server in servers),
        store="memory://",
        datadir=str(datadir),
        processing_guarantee="at_least_once",
        stream_wait_empty=True,
        topic_allow_declare=False,
        topic_disable_leader=True,
        broker_commit_interval=1.0,
        # Two batches in the buffer keep an agent busy; much more would only age there and be
        # delivered again on a crash.
        stream_buffer_maxsize=2 * current.batch_size,
        broker_max_poll_records=2 * current.batch_size,
        broker_max_poll_interval=600.0,
        # How long a killed worker's partitions wait for a new owner. Heartbeats have a thread of
        # their own, so that even a loop that is busy for seconds is not taken for dead.
        broker_session_timeout=15.0,
        broker_heartbeat_interval=3.0,
        consumer_auto_offset_reset="earliest",
        logging_config=logging_config(current),
        # Faust's own web server insists on a port; a free one lets a second worker start beside the
        # first.
        web_bind="127.0.0.1",
        web_host="127.0.0.1",
        web_port=free_port(),
    )


def _add_store(app: MimmoApp) -> None:
    class StoreService(Service):
        """The store hosted by the worker.

        An exception in it stops the worker, and the process ends with a non-zero code.
        """

        async def on_start(self) -> None:
            parts = app.parts
            self.store = Store(
                parts.settings, parts.board.add("store"), parts.publisher, parts.bans
            )
            await self.store.start()

        async def on_stop(self) -> None:
            await self.store.stop()

        @Service.task
        async def _run(self) -> None:
            with ending_the_process("store"):
                await self.store.run(lambda: self.should_stop)

    app.service(StoreService)

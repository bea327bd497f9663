"""The Faust app behind `faust -A streams worker`: one agent a stage, the store beside them.

Start it as often as there are cores: all workers are one group, and the partitions are shared.
"""

import faust
from faust.app.base import BootStrategy
from mode import Service

from infra.logging import configure_structlog, get_logger, logging_config
from infra.roles import Role
from infra.settings import Settings, settings
from models.ban.ban_list import BanRulesInvalid
from streams.kafka.client import NOT_ALLOWED, KafkaUnreachable, broker_credentials, not_allowed
from streams.operate.process import KNOWN, ending_the_process
from streams.pipeline.agents import AGENTS, Agent, Parts, build
from streams.pipeline.store import Store

log = get_logger(__name__)


class MimmoBoot(BootStrategy):
    """What of Faust is started: its agents. They have their batches from our own consumers."""

    enable_kafka = False
    enable_web = False
    enable_sensors = False


class MimmoApp(faust.App):
    """Faust's app that starts our parts before its agents: topics, models, publisher, monitor."""

    BootStrategy = MimmoBoot
    parts: Parts

    async def on_start(self) -> None:
        """Starts our parts first; what an operator can mend ends the worker with one line."""
        try:
            await self.parts.start()
        except KNOWN as error:
            # Faust shows a traceback of whatever else is raised here.
            raise SystemExit(str(error)) from error
        except NOT_ALLOWED as error:
            raise SystemExit(not_allowed(error)) from error
        await super().on_start()

    async def on_started(self) -> None:
        """Says that all of it runs."""
        await super().on_started()
        log.info("Worker ready", roles=",".join(self.parts.settings.roles))

    async def on_stop(self) -> None:
        """Lets every agent finish its batch before Faust cancels it."""
        await self.parts.finish()
        await super().on_stop()

    async def on_shutdown(self) -> None:
        """Stops our parts last."""
        await super().on_shutdown()
        await self.parts.stop()


def create_app(current: Settings | None = None) -> MimmoApp:
    """Makes the app for the roles in the settings.

    Raises:
        SystemExit: the roles leave no agent (a Faust worker without one cannot run), or a ban list
            or a file of Kafka's that the settings name cannot be read.
    """
    current = current or settings()
    agents = _agents(current)
    configure_structlog()
    try:
        app = _app(current)
        app.parts = Parts(current, agents)
    except (BanRulesInvalid, KafkaUnreachable) as error:
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
    return MimmoApp(
        current.group,
        # Our own consumers read; these are for whoever adds a topic of Faust's to the app.
        broker=[f"kafka://{server.strip()}" for server in current.kafka_bootstrap.split(",")],
        broker_credentials=broker_credentials(current),
        store="memory://",
        datadir=str(datadir),
        web_enabled=False,
        logging_config=logging_config(current),
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

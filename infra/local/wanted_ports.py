"""On which ports the servers of a stack start: those of before, those asked for, or free ones."""

from collections.abc import Mapping, Sequence

from infra.local.errors import PortTakenError
from infra.local.kafka import Kafka
from infra.local.ports import is_free, pick
from infra.local.postgres import Postgres


def ports_for(
    brokers: Sequence[Kafka],
    postgres: Postgres,
    before: Mapping[str, int],
    wanted: Mapping[str, int | None],
) -> dict[str, int]:
    """The ports for this start, by name.

    Those of running servers come first, then those asked for, those of last time, and free ones.

    Args:
        brokers: all brokers of the stack.
        postgres: its database server.
        before: the ports of last time, by name.
        wanted: ports that were asked for.

    Raises:
        PortTakenError: a port that was asked for, or that running brokers wait for, is not to be
            had.
    """
    servers: list[Kafka | Postgres] = [*brokers, postgres]
    running = {
        name: server.daemon.process() is not None
        for server in servers
        for name in server.port_names
    }
    of_brokers = {name for broker in brokers for name in broker.port_names}
    # Brokers that run look for the others where they were when they started.
    awaited = of_brokers if any(running[name] for name in of_brokers) else set()
    ports: dict[str, int] = {}
    for name in running:
        port, ask = before.get(name), wanted.get(name)
        if port is not None and running[name]:
            ports[name] = _the_same(name, port, ask)
        elif port is not None and name in awaited:
            ports[name] = _awaited(name, port, ask)
        elif ask is not None:
            if ask in ports.values() or not is_free(ask):
                raise PortTakenError(
                    f"port {ask}, asked for {name}, is taken by another program;"
                    " name another, or none to get a free one"
                )
            ports[name] = ask
        else:
            ports[name] = pick(port, taken={*ports.values(), *(p for p in wanted.values() if p)})
    return ports


def _the_same(name: str, port: int, ask: int | None) -> int:
    if ask not in (None, port):
        raise PortTakenError(
            f"{name} already runs on port {port}; to move it: python -m infra.local down, then up"
        )
    return port


def _awaited(name: str, port: int, ask: int | None) -> int:
    if ask not in (None, port):
        reason = f"{ask} was asked for"
    elif not is_free(port):
        reason = "another program has it"
    else:
        return port
    raise PortTakenError(
        f"the brokers that run look for {name} on port {port}, and {reason};"
        " to move it: python -m infra.local down, then up"
    )

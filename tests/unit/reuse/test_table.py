"""The table of what was told, keys and trust, and what stages make of them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from infra.connections import Connections
from infra.settings import Settings
from models.reuse.answers import Answered, Asked
from models.reuse.deciding import Told
from schemas import Method, Reason, Stage
from streams.operate.process import StartError
from streams.pipeline.reuse import Asking, Peers, Settled, count_reuse, settled
from streams.reuse.following import group_of, peers_of
from streams.reuse.keyring import TrustList, folder_of, home_secret, make_key, own_node, signer
from streams.reuse.table import FILE, ToldBefore, ToldNow

NOW = datetime(2026, 1, 2, tzinfo=UTC)
NODE, OTHER = "a" * 64, "b" * 64


def question(name: str) -> Asked:
    return Asked(Stage.CLASSIFY, name.encode().hex().zfill(32), "classify@1", 1, Method.RULES)


def answer(name: str, text: str = "album", confidence: float = 0.9) -> Answered:
    return Answered(question(name), text.encode(), confidence)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, reuse=True, reuse_checked=0)


@pytest.fixture
def table(settings: Settings) -> ToldNow:
    return ToldNow(folder_of(settings), 1_000)


def told(
    settings: Settings, *names: str, nodes: Sequence[str] = (NODE,)
) -> dict[bytes, list[Told]]:
    asked = [question(name).name for name in names]
    return ToldBefore(folder_of(settings)).of(asked, nodes)


def test_what_was_told_is_looked_up_by_its_question(settings: Settings, table: ToldNow) -> None:
    table.keep(NODE, NOW, [answer("x"), answer("y", "movie", 0.5)])
    assert told(settings, "x", "y", "z") == {
        question("x").name: [Told(NODE, b"album", 0.9)],
        question("y").name: [Told(NODE, b"movie", 0.5)],
    }
    assert told(settings, "x", nodes=[OTHER]) == {}, "nobody trusts who told it"


def test_a_node_that_tells_again_is_believed_what_it_told_last(
    settings: Settings, table: ToldNow
) -> None:
    table.keep(NODE, NOW, [answer("x")])
    table.keep(NODE, NOW - timedelta(days=1), [answer("x", "replayed")])
    assert told(settings, "x")[question("x").name] == [Told(NODE, b"album", 0.9)]
    table.keep(NODE, NOW + timedelta(days=1), [answer("x", "movie")])
    assert told(settings, "x")[question("x").name] == [Told(NODE, b"movie", 0.9)]
    assert table.counts() == {(NODE, "classify"): 1}


def test_the_oldest_answers_go_where_there_are_too_many(settings: Settings) -> None:
    table = ToldNow(folder_of(settings), 10)
    for number in range(25):
        table.keep(NODE, NOW, [answer(str(number))])
    assert table.counts() == {(NODE, "classify"): 10}
    assert told(settings, "24")
    assert not told(settings, "0")


def test_bundles_that_are_replayed_drive_nothing_out(settings: Settings) -> None:
    table = ToldNow(folder_of(settings), 10)
    names = [str(number) for number in range(10)]
    for _ in range(30):
        table.keep(NODE, NOW, map(answer, names))
    assert len(told(settings, *names)) == 10


def test_a_node_that_tells_very_much_drives_out_its_own_answers_alone(settings: Settings) -> None:
    table = ToldNow(folder_of(settings), 10)
    table.keep(NODE, NOW - timedelta(days=9), map(answer, "abc"))
    for number in range(40):
        table.keep(OTHER, NOW, [answer(str(number)), answer(f"again {number}")])
    assert table.counts() == {(NODE, "classify"): 3, (OTHER, "classify"): 7}
    assert ToldNow(folder_of(settings), 4).keep(NODE, NOW, []) is None
    assert table.counts() == {(NODE, "classify"): 2, (OTHER, "classify"): 2}


def test_a_table_that_cannot_be_written_ends_with_a_line(
    settings: Settings, table: ToldNow
) -> None:
    table.close()
    with pytest.raises(StartError, match=FILE):
        table.keep(NODE, NOW, [answer("x")])


def test_more_questions_than_sqlite_takes_at_once_are_answered(
    settings: Settings, table: ToldNow
) -> None:
    names = [str(number) for number in range(1_700)]
    ToldNow(folder_of(settings), 10_000).keep(NODE, NOW, map(answer, names))
    assert len(told(settings, *names)) == 1_700


def test_a_node_that_is_forgotten_told_nothing(settings: Settings, table: ToldNow) -> None:
    table.keep(NODE, NOW, [answer("x"), answer("y")])
    table.keep(OTHER, NOW, [answer("x")])
    assert table.forget(NODE) == 2
    assert told(settings, "x", nodes=[NODE, OTHER])[question("x").name][0].node == OTHER


def test_a_key_is_made_once_and_for_this_user_alone(settings: Settings) -> None:
    assert own_node(settings) is None
    with pytest.raises(StartError, match="--make"):
        signer(settings)
    node = make_key(settings).node
    assert make_key(settings).node == node == own_node(settings)
    assert (folder_of(settings) / "key.pem").stat().st_mode & 0o077 == 0


def test_each_home_and_each_new_table_is_read_for_by_a_group_of_its_own(
    settings: Settings, table: ToldNow, tmp_path: Path
) -> None:
    elsewhere = Settings(home=tmp_path / "elsewhere")
    group = group_of(settings, table)
    again = ToldNow(folder_of(settings), 10)
    assert group == group_of(settings, again)
    assert group.startswith("mimmo-reuse-take-")
    assert group != group_of(elsewhere, table)
    again.start_anew()
    assert group != group_of(settings, table)
    assert home_secret(settings) != home_secret(elsewhere)
    assert (folder_of(settings) / "home.secret").stat().st_mode & 0o077 == 0


def test_peers_are_told_neither_user_nor_certificate_of_ours(tmp_path: Path) -> None:
    files = {name: tmp_path / name for name in ("kafka_ca", "kafka_cert", "kafka_key")}
    ours = Settings(
        kafka_security="SASL_SSL", kafka_username="mimmo", kafka_password="secret", **files
    )
    assert peers_of(ours) == [ours]
    (peer,) = peers_of(ours.model_copy(update={"reuse_peers": "kafka.example.org:9092"}))
    Settings(**peer.model_dump(include=set(Connections.model_fields)))
    assert (peer.kafka_bootstrap, peer.kafka_security) == ("kafka.example.org:9092", "SSL")
    assert not (peer.kafka_username or peer.kafka_password or peer.kafka_cert or peer.kafka_key)
    assert peer.kafka_ca == ours.kafka_ca


def test_whom_we_trust_is_read_again_when_the_file_changed(settings: Settings) -> None:
    trusted, elsewhere = TrustList(settings), TrustList(settings)
    assert not trusted.nodes
    trusted.add(NODE, "library")
    assert dict(elsewhere.nodes) == {NODE: "library"}
    assert trusted.remove(NODE) and not trusted.remove(NODE)
    assert not elsewhere.nodes
    for line in ("nonsense", f"{NODE}x", "A" * 64):
        with pytest.raises(StartError):
            trusted.add(line, "")
    for name in ("two\nlines", "a\x1b[2J", "a\u2028b", f"a\x85{OTHER}"):
        with pytest.raises(StartError):
            trusted.add(NODE, name)
    trusted.path.write_text("nonsense\n")
    with pytest.raises(StartError, match="line 1"):
        _ = elsewhere.nodes


ASKED: list[str] = []


def own(items: list[str]) -> list[str]:
    ASKED.extend(items)
    return [f"own {item}" for item in items]


ASKING: Asking[str, str] = Asking(
    question=question, read=lambda _, text: text.decode() if text != b"unfit" else None, own=own
)


def answers(peers: Peers | None, *items: str) -> list[Settled[str]]:
    ASKED.clear()
    return settled(peers, items, ASKING)


def test_without_reuse_only_the_own_models_are_asked(settings: Settings) -> None:
    off = settings.model_copy(update={"reuse": False})
    assert Peers.of(off) is None
    assert answers(None, "x", "y") == [Settled("own x"), Settled("own y")]


def test_only_what_nobody_told_well_enough_is_asked_of_the_own_models_in_order(
    settings: Settings, table: ToldNow
) -> None:
    TrustList(settings).add(NODE, "library")
    table.keep(NODE, NOW, [answer("x"), answer("z", "unfit"), answer("w", "movie", 0.2)])
    peers = Peers(settings.model_copy(update={"reuse_confidence": 0.5}))
    outcomes = answers(peers, "w", "x", "y", "z", "x")
    said = [outcome.answer for outcome in outcomes]
    assert said == ["own w", "album", "own y", "own z", "album"]
    assert ASKED == ["w", "y", "z"]
    reasons = [outcome.reuse and outcome.reuse.reason for outcome in outcomes]
    assert reasons == [Reason.UNSURE, Reason.AGREED, None, Reason.UNFIT, Reason.AGREED]


def test_a_share_is_made_anew_and_compared(settings: Settings, table: ToldNow) -> None:
    TrustList(settings).add(NODE, "library")
    table.keep(NODE, NOW, [answer("x", "own x"), answer("y", "false")])
    peers = Peers(settings.model_copy(update={"reuse_checked": 1.0}))
    outcomes = answers(peers, "x", "y")
    assert [outcome.answer for outcome in outcomes] == ["own x", "own y"]
    assert [outcome.is_same for outcome in outcomes] == [True, False]

    def count(outcome: str) -> float:
        labels = {"stage": "test", "outcome": outcome}
        return REGISTRY.get_sample_value("mimmo_reuse_checked_total", labels) or 0

    count_reuse("test", [*outcomes, None])
    assert (count("same"), count("different")) == (1, 1)


def test_a_node_that_is_no_longer_trusted_is_not_asked(settings: Settings, table: ToldNow) -> None:
    TrustList(settings).add(NODE, "library")
    table.keep(NODE, NOW, [answer("x")])
    peers = Peers(settings)
    assert answers(peers, "x")[0].answer == "album"
    TrustList(settings).remove(NODE)
    assert answers(peers, "x")[0] == Settled("own x")


def test_a_table_that_is_damaged_or_not_there_leaves_the_work_to_the_own_models(
    settings: Settings,
) -> None:
    TrustList(settings).add(NODE, "library")
    peers = Peers(settings)
    assert answers(peers, "x") == [Settled("own x")], "there is no table yet"
    (folder_of(settings) / FILE).write_bytes(b"no database at all" * 100)
    assert answers(peers, "x") == [Settled("own x")]
    (folder_of(settings) / FILE).unlink()
    ToldNow(folder_of(settings), 10).keep(NODE, NOW, [answer("x")])
    assert answers(peers, "x")[0].answer == "album", "mended while we run"

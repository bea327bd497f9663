"""The reservoir holds what a sort of everything would choose, in whatever order rows come."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from streams.training.sample.reservoir import Kept, Reservoir, level, quotas
from streams.training.sample.strata import Weights

STRATA = ("latin/bare/video", "cyrillic/bare/unknown", "thai/files/audio", "latin/files/audio")
WEIGHTS = Weights()

rows = st.lists(
    st.tuples(st.sampled_from(STRATA), st.integers(0, 400), st.integers(0, 9)), max_size=400
)
counts = st.dictionaries(st.sampled_from(STRATA), st.integers(0, 500))


def filled(listed: list[tuple[str, int, int]], room: int) -> Reservoir:
    reservoir = Reservoir(room, WEIGHTS)
    for stratum, key, rank in listed:
        if reservoir.admits(stratum, key, rank):
            reservoir.add(stratum, key, Kept(rank, f"{stratum} {key} {rank}".encode()))
    return reservoir


@given(rows, st.integers(1, 60), st.randoms())
def test_the_order_of_rows_changes_nothing(listed, room, random) -> None:  # type: ignore[no-untyped-def]
    before = filled(listed, room)
    shuffled = random.sample(listed, len(listed))
    after = filled(shuffled, room)
    assert before.rows() == after.rows()
    assert before.seen == after.seen


@given(rows, st.integers(1, 60))
def test_it_holds_the_smallest_keys_of_each_stratum(
    listed: list[tuple[str, int, int]], room: int
) -> None:
    keys = {stratum: sorted({k for s, k, _ in listed if s == stratum}) for stratum in STRATA}
    keys = {stratum: known for stratum, known in keys.items() if known}
    height = level({stratum: len(known) for stratum, known in keys.items()}, WEIGHTS, room)
    taken: set[int] = set()
    expected = {}
    held = {
        stratum: known if height is None else known[: -(-height * WEIGHTS(stratum) // 1)]
        for stratum, known in keys.items()
    }
    for stratum in sorted(held, key=lambda stratum: (len(held[stratum]), stratum)):
        expected[stratum] = [key for key in held[stratum] if key not in taken]
        taken |= set(held[stratum])
    rows_held = filled(listed, room).rows()
    assert {stratum: list(known) for stratum, known in rows_held.items()} == expected


@given(rows, st.integers(1, 60))
def test_of_rows_with_one_key_the_lowest_rank_is_kept(
    listed: list[tuple[str, int, int]], room: int
) -> None:
    for stratum, held in filled(listed, room).rows().items():
        for key, row in held.items():
            assert row.rank == min(r for s, k, r in listed if (s, k) == (stratum, key))


def test_it_never_holds_much_more_than_its_room() -> None:
    reservoir = Reservoir(100, WEIGHTS)
    for number in range(20_000):
        key = number * 7919 % 20_011
        stratum = STRATA[number % 4]
        if reservoir.admits(stratum, key, 0):
            reservoir.add(stratum, key, Kept(0, b""))
        assert sum(len(held.rows) for held in reservoir._strata.values()) <= 121


def test_refusals_are_those_that_would_have_been_held() -> None:
    reservoir = Reservoir(10, WEIGHTS)
    for key in [*range(0, 2_000, 2), *range(1, 2_000, 2)]:
        if reservoir.admits(STRATA[0], key, 0):
            if key % 2:
                reservoir.refuse(STRATA[0], key, 0, "adult")
            else:
                reservoir.add(STRATA[0], key, Kept(0, b""))
    assert list(reservoir.rows()[STRATA[0]]) == list(range(0, 20, 2))
    assert reservoir.refusals() == {"adult": 9}


@given(counts, st.integers(1, 1_500))
def test_quotas_fill_the_sample_and_no_stratum_beyond_what_it_has(
    known: dict[str, int], total: int
) -> None:
    drawn = quotas(known, WEIGHTS, total)
    assert sum(drawn.values()) == min(total, sum(known.values()))
    assert all(0 <= drawn[stratum] <= known[stratum] for stratum in known)


@given(counts, st.integers(1, 1_500))
def test_strata_that_are_not_used_up_share_by_weight(known: dict[str, int], total: int) -> None:
    drawn = quotas(known, WEIGHTS, total)
    cut = [stratum for stratum in known if drawn[stratum] < known[stratum]]
    shares = [Fraction(drawn[stratum]) / WEIGHTS(stratum) for stratum in cut]
    for share, stratum in zip(shares, cut, strict=True):
        assert abs(share - shares[0]) * WEIGHTS(stratum) < 1 + WEIGHTS(stratum)


@given(rows, st.integers(1, 60), st.randoms())
def test_refusals_do_not_depend_on_the_order_of_rows(listed, room, random) -> None:  # type: ignore[no-untyped-def]
    assert refusals(listed, room) == refusals(random.sample(listed, len(listed)), room)


def refusals(listed: list[tuple[str, int, int]], room: int) -> dict[str, int]:
    reservoir = Reservoir(room, WEIGHTS)
    for stratum, key, rank in listed:
        if reservoir.admits(stratum, key, rank):
            if rank < 4:
                reservoir.refuse(stratum, key, rank, f"reason {rank}")
            else:
                reservoir.add(stratum, key, Kept(rank, b""))
    return dict(reservoir.refusals())

"""The corpus of `mma`: what is said is what is played, twins are parted, figures have intervals."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from models.embed.audio import Sound
from models.embed.store import Store
from models.training.music_text import score
from tests.benchmarks.music_text import __main__ as corpus_command
from tests.benchmarks.music_text import grooves, judging, report, words
from tests.benchmarks.music_text.corpus import JUDGED, LEARNT, side, write
from tests.benchmarks.music_text.grooves import Groove, MissingPrograms
from tests.benchmarks.music_text.hearing import LAYERS, frames
from tests.benchmarks.music_text.takes import SECONDS, Take, takes

BOSSA = Groove(
    name="BossaNova2Sus",
    style="stdlib/bossanova",
    description="Basic Bossa with descending string pattern.",
    voices={
        "BASS": ("JazzGuitar",),
        "BASS-SUS": ("Strings",),
        "CHORD": ("Piano1",),
        "DRUM": ("Cabasa",),
        "DRUM-KICK": ("KickDrum2",),
    },
    beats=4,
    metre="4/4",
)


def styles(count: int) -> list[Groove]:
    names = [(f"lib/style{n // 5}", f"Groove{n}") for n in range(count)]
    return [BOSSA.model_copy(update={"style": style, "name": name}) for style, name in names]


def test_a_caption_says_style_pace_metre_mode_and_instruments() -> None:
    (take,) = takes([BOSSA], 0)
    assert len(take.texts) == 3
    for text in take.texts:
        for part in (
            "bossa nova",
            take.facts["tempo"],
            take.facts["mode"],
            "4/4",
            "jazz guitar, strings, piano, drums, cabasa",
            "Basic Bossa with descending string pattern",
        ):
            assert part in text, (part, text)
    assert take.facts["genre"] == "bossa nova"
    assert not take.voices


def test_another_take_has_another_instrument_that_the_description_does_not_deny() -> None:
    told = [take for turn in range(1, 9) for take in takes([BOSSA], turn)]
    assert {track for take in told for track in take.voices} == {"CHORD"}
    for take in told:
        (instrument,) = words.instruments(take.voices.values())
        assert all(instrument in text for text in take.texts)
    piano = BOSSA.model_copy(update={"description": "Straight piano chords."})
    assert not any(take.voices for turn in range(1, 9) for take in takes([piano], turn))


@pytest.mark.parametrize(
    ("stem", "said"),
    [
        ("fastjazzwaltz", "fast jazz waltz"),
        ("60srock", "60s rock"),
        ("16shuffle1", "16 shuffle"),
        ("r+b", "rhythm and blues"),
        ("boggiewoggie", "boogie woogie"),
        ("68swing", "68 swing"),
    ],
)
def test_a_style_is_said_in_words(stem: str, said: str) -> None:
    assert words.style_words(BOSSA.model_copy(update={"style": f"lib/{stem}"})) == said


def test_whole_styles_and_single_grooves_are_held_out() -> None:
    told = list(takes(styles(1000), 0))
    sides = {name: [take for take in told if side(take) == name] for name in (LEARNT, *JUDGED)}
    seen = {take.style for take in sides[LEARNT]}
    assert not seen & {take.style for take in sides["styles"]}
    assert {take.style for take in sides["grooves"]} <= seen
    assert 0.08 < len(sides["styles"]) / 1000 < 0.22
    assert 0.08 < len(sides["grooves"]) / 1000 < 0.2
    again = {(take.style, take.groove): side(take) for take in takes(styles(1000), 3)}
    assert all(again[take.style, take.groove] == side(take) for take in told)


def test_stores_have_the_enriched_layers_of_what_was_heard(tmp_path: Path) -> None:
    told = list(takes(styles(60), 0))
    rng = np.random.default_rng(2)
    (tmp_path / "heard").mkdir()
    for take in told:
        rows = rng.random((3, sum(LAYERS.values()))).astype(np.float32)
        np.save(tmp_path / "heard" / f"{take.id}.npy", rows)
    write(told, tmp_path / "heard", tmp_path / "stores", "musicnn", "musicnn of a test")
    stores = {name: Store(tmp_path / "stores" / name) for name in (LEARNT, *JUDGED)}
    assert sum(map(len, stores.values())) == 60
    first = stores[LEARNT].entries[0]
    take = next(take for take in told if take.id == first.id)
    penultimate = frames(take, tmp_path / "heard", ("penultimate",))
    assert penultimate.shape == (3, 200)
    assert np.argmax(stores[LEARNT].rows([0])[0][:200]) == np.argmax(penultimate.mean(0))


class Planted:
    """A text network that knows pace and mode, as the planted sounds do."""

    def __init__(self, folder: Path) -> None:
        del folder

    def require(self, store: Store) -> None:
        """It fits."""

    def embed(self, texts: list[str]) -> np.ndarray:
        vectors = np.zeros((len(texts), 600), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            row[:200] = sum(direction(word) for word in WORDS if word in text) + 1e-3
        return vectors


WORDS = ("slow", "moderate", "fast", "major", "minor")


def direction(word: str) -> np.ndarray:
    return np.random.default_rng(WORDS.index(word)).standard_normal(200)


@pytest.mark.usefixtures("torch_needed")
def test_a_report_tells_both_sides_the_rivals_and_the_classes(
    tmp_path: Path,
    bert: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = {take.id: take for take in takes(styles(300), 0)}
    (tmp_path / "heard").mkdir()
    rng = np.random.default_rng(2)
    for take in told.values():
        middle = direction(take.facts["tempo"]) + direction(take.facts["mode"])
        rows = np.zeros((3, sum(LAYERS.values())), np.float32)
        rows[:, :200] = middle + rng.standard_normal((3, 200))
        np.save(tmp_path / "heard" / f"{take.id}.npy", rows)
    write(list(told.values()), tmp_path / "heard", tmp_path, "musicnn", "musicnn of a test")
    monkeypatch.setattr(report, "TextNetwork", Planted)
    settings = [f"tower.base={bert}", "tower.longest=32"]
    recipe = report.recipe_of(corpus_command.RECIPE, settings)
    measured = report.judge(tmp_path, tmp_path, told, recipe)
    for side_name in JUDGED:
        figures = measured[side_name]
        assert figures["filled_pool"] > figures["pool"] > 20
        # Pace and mode part the sounds into six: a sixth of the pool lies before the right one.
        middle, low, high = figures["trained"]["text_to_music"]["recall_at_10"]
        assert low <= middle <= high
        assert middle > 2 * figures["chance"]["recall_at_10"]
        for rival in ("words", "untuned"):
            assert figures[rival]["filled"]["music_to_text"]["mrr"][0] > 0
            assert len(figures[f"trained_by_{rival}"]) == 3
        assert set(figures["parts"]) == {"mean", "mean and sigma"}
        assert figures["zero_shot"]["tempo"]["trained"]["balanced"][0] > 80
        assert figures["zero_shot"]["mode"]["trained"]["chance"] == 50.0
    report.show(measured)
    assert "unseen styles" in capsys.readouterr().out


def test_intervals_are_those_of_works_and_not_of_their_twins() -> None:
    rng = np.random.default_rng(4)
    of_works = rng.random(20) < 0.5
    values = {"recall_at_10": 100.0 * np.repeat(of_works, 30)}
    twins = [str(n // 30) for n in range(600)]
    middle, low, high = judging.intervals(values, twins)["recall_at_10"]
    assert low < middle < high
    assert high - low > 30  # of 20 coins; of 600 it would be 8
    alone = judging.intervals(values, [str(n) for n in range(600)])["recall_at_10"]
    assert alone[2] - alone[1] < 10
    assert judging.ratio(values["recall_at_10"], values["recall_at_10"], twins) == [1.0, 1.0, 1.0]


def test_texts_and_sounds_that_know_nothing_of_each_other_find_what_chance_finds() -> None:
    rng = np.random.default_rng(5)
    texts, sounds = rng.standard_normal((2, 400, 32)).astype(np.float32)
    works = [str(n) for n in range(400)]
    told = judging.found(texts, sounds, np.arange(400), works)
    chance = score.chance(400)
    for way in told.values():
        _, low, high = way["recall_at_10"]
        assert low <= chance["recall_at_10"] <= high
    right = judging.found(sounds, sounds, np.arange(400), works)
    assert right["text_to_music"]["recall_at_1"] == [100.0, 100.0, 100.0]


def test_classes_count_the_same_however_many_sounds_they_have() -> None:
    prompts = np.eye(2, dtype=np.float32)
    sounds = np.repeat(prompts[:1], 10, axis=0)
    right = np.array([0] * 9 + [1])
    told = judging.zero_shot(prompts, sounds, right, [str(n) for n in range(10)])
    assert told["balanced"][0] == 50.0
    assert told["chance"] == 50.0


def test_without_the_programs_the_command_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(MissingPrograms, match="mma, fluidsynth"):
        grooves.require_programs()
    assert corpus_command.main(["--work", str(tmp_path)]) == 1
    assert "apt-get install --no-install-recommends mma fluidsynth" in capsys.readouterr().err


@pytest.fixture
def played() -> None:
    """The test plays."""
    try:
        grooves.require_programs()
    except MissingPrograms as error:
        pytest.skip(str(error))
    pytest.importorskip("soundfile")


@pytest.mark.usefixtures("played")
def test_a_take_is_played_as_long_and_as_loud_as_all_others(tmp_path: Path) -> None:
    from tests.benchmarks.music_text.render import RATE, render

    path = grooves.STYLES / "stdlib" / "waltz.mma"
    known = [groove for groove in grooves._of(path, tmp_path) if groove.name == "WaltzSus"]
    assert [groove.metre for groove in known] == ["3/4"]
    own, other = (render(take) for turn in (0, 1) for take in takes(known, turn))
    for sound in (own, other):
        assert isinstance(sound, Sound)
        assert sound.samples.shape == (1, round(SECONDS * RATE))
        assert np.abs(sound.samples).max() <= 0.96
        assert 0.02 < float(np.sqrt(np.square(sound.samples).mean())) <= 0.081
    assert not np.allclose(own.samples, other.samples, atol=1e-2)


def test_what_is_said_of_a_take_is_kept_as_it_is() -> None:
    (take,) = takes([BOSSA], 2)
    assert Take.model_validate_json(take.model_dump_json()) == take

"""Judges what was trained, once, and writes what was found: report.json, and a picture."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from models.embed.enrich import PARTS
from models.embed.finding import TextNetwork
from models.embed.store import Store
from models.training.experiment.recipe import load_recipe
from models.training.music_text import score
from models.training.music_text.pairs import Pairs, gather
from models.training.music_text.settings import MusicTextRecipe
from tests.benchmarks.music_text import judging, rivals
from tests.benchmarks.music_text.corpus import JUDGED, LEARNT
from tests.benchmarks.music_text.takes import Take

Floats = NDArray[np.float32]
Embed = Callable[[Sequence[str]], Floats]

POOL = 1000
"""Sounds of the filled pool at most: all others are there, too, and stand in the way."""

PROMPTS = {
    "genre": "{} music",
    "tempo": "music at a {} pace",
    "metre": "music in {} time",
    "mode": "music in a {} key",
}
"""Fact -> what is asked for each of its values. No caption says it like this."""


@dataclass(frozen=True, slots=True)
class Finder:
    """Something that brings texts to sounds."""

    embed: Embed
    middle: Floats | float = 0.0
    """What is taken off all sounds before."""

    def sounds(self, vectors: Floats) -> Floats:
        """Sounds as they are compared."""
        return np.asarray(vectors - self.middle, np.float32)


def judge(
    model: Path, stores: Path, takes: Mapping[str, Take], recipe: MusicTextRecipe
) -> dict[str, Any]:
    """All figures: for each side what finds how much, parts left out, and zero-shot classes.

    Args:
        model: folder of the experiment.
        stores: folder of the stores.
        takes: by their ids.
        recipe: of the training.
    """
    pairs = gather(stores / LEARNT, recipe)
    finders, told = _finders(model, pairs, recipe)
    report: dict[str, Any] = {
        "target": recipe.target,
        "learnt": _counted(pairs.store, pairs.learnt),
        "choosing": _counted(pairs.store, pairs.choosing),
        **told,
    }
    judged = {name: Store(stores / name) for name in JUDGED}
    for name, store in judged.items():
        others = [pairs.store, *(other for key, other in judged.items() if key != name)]
        report[name] = _of_side(store, others, finders)
        report[name]["zero_shot"] = _zero_shot(store, takes, finders)
    return report


def judge_recordings(
    model: Path, stores: Path, store: Store, recipe: MusicTextRecipe
) -> dict[str, Any]:
    """The figures of recordings, of which only titles are known.

    Args:
        model: folder of the experiment.
        stores: folder of its stores.
        store: of the recordings.
        recipe: of the training.
    """
    finders, _ = _finders(model, gather(stores / LEARNT, recipe), recipe)
    return _of_side(store, [], finders)


def _finders(
    model: Path, pairs: Pairs, recipe: MusicTextRecipe
) -> tuple[dict[str, Finder], dict[str, Any]]:
    network = TextNetwork(model)
    network.require(pairs.store)
    texts, _ = pairs.texts(pairs.learnt)
    middle = pairs.store.rows(pairs.learnt).mean(0)
    words, strong_words = rivals.ridge(rivals.Words(texts), pairs)
    untuned, strong_untuned = rivals.ridge(rivals.Untuned(recipe), pairs)
    finders = {
        "trained": Finder(network.embed),
        "words": Finder(words, middle),
        "untuned": Finder(untuned, middle),
    }
    return finders, {"ridge": {"words": strong_words, "untuned": strong_untuned}}


def _of_side(
    store: Store, others: Sequence[Store], finders: Mapping[str, Finder]
) -> dict[str, Any]:
    entries = store.entries
    texts = [text for entry in entries for text in entry.texts]
    sound_of = np.repeat(np.arange(len(entries)), [len(entry.texts) for entry in entries])
    works = [entry.work for entry in entries]
    sounds = store.rows(range(len(store)))
    around = [other.rows(range(len(other))) for other in others]
    strangers = np.concatenate([sounds[:0], *around])[: max(0, POOL - len(store))]
    told: dict[str, Any] = {
        **_counted(store, range(len(store))),
        "pool": len(store),
        "filled_pool": len(store) + len(strangers),
        "chance": score.chance(len(store)),
        "chance_of_filled": score.chance(len(store) + len(strangers)),
    }
    tens = {}
    asked = [works[place] for place in sound_of]
    for name, finder in finders.items():
        vectors = finder.embed(texts)
        here, all_here = finder.sounds(sounds), finder.sounds(np.concatenate((sounds, strangers)))
        told[name] = judging.found(vectors, here, sound_of, works)
        told[name]["filled"] = judging.found(vectors, all_here, sound_of, works)
        forward, _ = score.ranks(vectors, all_here, sound_of)
        tens[name] = judging.measures(forward)["recall_at_10"]
        if name == "trained":
            told["parts"] = _parts(vectors, all_here, sound_of, works)
    for name in ("words", "untuned"):
        told[f"trained_by_{name}"] = judging.ratio(tens["trained"], tens[name], asked)
    return told


def _parts(
    texts: Floats, sounds: Floats, sound_of: NDArray[np.int64], works: Sequence[str]
) -> dict[str, Any]:
    """Text to music with parts of the vectors left out, of the same network."""
    width = sounds.shape[1] // PARTS
    kept = {"mean": width, "mean and sigma": 2 * width}
    return {
        name: judging.found(texts[:, :end], sounds[:, :end], sound_of, works)["text_to_music"]
        for name, end in kept.items()
    }


def _zero_shot(
    store: Store, takes: Mapping[str, Take], finders: Mapping[str, Finder]
) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for fact, prompt in PROMPTS.items():
        rows = [row for row, entry in enumerate(store.entries) if fact in takes[entry.id].facts]
        values = [takes[store.entries[row].id].facts[fact] for row in rows]
        classes = sorted(set(values))
        if len(classes) < 2:
            continue
        right = np.array([classes.index(value) for value in values], np.int64)
        works = [store.entries[row].work for row in rows]
        told[fact] = {
            name: judging.zero_shot(
                finder.embed([prompt.format(value) for value in classes]),
                finder.sounds(store.rows(rows)),
                right,
                works,
            )
            for name, finder in finders.items()
        }
        told[fact]["classes"] = classes
    return told


def _counted(store: Store, rows: Sequence[int] | NDArray[np.int64]) -> dict[str, int]:
    return {"clips": len(rows), "styles": len({store.entries[row].work for row in rows})}


def recipe_of(path: Path, settings: Sequence[str]) -> MusicTextRecipe:
    """The recipe of the training, as the command line changes it."""
    return load_recipe(MusicTextRecipe, path, settings)


def show(report: Mapping[str, Any]) -> None:
    """Print the figures."""
    console = Console(emoji=False)
    for side in JUDGED:
        show_side(console, f"unseen {side}", report[side])
    for side in JUDGED:
        for fact, rows in report[side]["zero_shot"].items():
            trained = rows["trained"]
            console.print(
                f"{side}, {fact}: {_cell(trained['balanced'])} % balanced, chance"
                f" {trained['chance']:g} %, {trained['sounds']} sounds"
            )


def show_side(console: Console, name: str, told: Mapping[str, Any]) -> None:
    """Print what finds how much of some sounds."""
    title = f"{name}: {told['clips']} clips of {told['styles']} styles"
    table = Table("", "recall@1", "recall@5", "recall@10", "MRR", title=title)
    pools = [("pool", "chance"), ("filled_pool", "chance_of_filled")]
    if told["pool"] == told["filled_pool"]:
        pools.pop()
    for pool, key in pools:
        for finder in ("trained", "untuned", "words"):
            ways = told[finder] if pool == "pool" else told[finder]["filled"]
            # Of texts there are no others.
            for way in ("text_to_music", "music_to_text")[: 2 if pool == "pool" else 1]:
                cells = map(_cell, ways[way].values())
                asked = "text" if way == "text_to_music" else "sound"
                table.add_row(f"{finder}, by {asked}, of {told[pool]}", *cells)
        table.add_row(f"chance, of {told[pool]}", *(f"{x:g}" for x in told[key].values()))
    console.print(table)
    for rival in ("words", "untuned"):
        console.print(f"recall@10 by that of {rival}: {_cell(told[f'trained_by_{rival}'])}")


def _cell(numbers: Sequence[float]) -> str:
    middle, low, high = (float(f"{number:.3g}") for number in numbers)
    return f"{middle:g} ({low:g}-{high:g})"


def draw(model: Path, stores: Path, takes: Mapping[str, Take], path: Path) -> bool:
    """A map of unseen sounds and their texts by t-SNE; False where scikit-learn is not there."""
    try:
        from matplotlib import colormaps
        from matplotlib.figure import Figure
        from sklearn.manifold import TSNE
    except ImportError:
        return False
    store = Store(stores / JUDGED[1])
    genres = [takes[entry.id].facts.get("genre") for entry in store.entries]
    rows = [row for row, genre in enumerate(genres) if genre]
    sounds = store.rows(rows)
    texts = TextNetwork(model).embed([store.entries[row].texts[0] for row in rows])
    # Texts and sounds lie around means of their own, far from each other.
    both = np.concatenate((sounds - sounds.mean(0), texts - texts.mean(0)))
    both /= np.maximum(np.linalg.norm(both, axis=1, keepdims=True), 1e-9)
    near = min(20, len(rows) // 3)
    places = TSNE(perplexity=near, metric="cosine", init="random", random_state=1)
    points = places.fit_transform(both)
    figure = Figure(figsize=(9, 7), layout="constrained")
    axes = figure.subplots()
    for number, genre in enumerate(sorted({genre for genre in genres if genre})):
        chosen = np.array([genres[row] == genre for row in rows])
        colour = colormaps["tab20"](number % 20)
        axes.scatter(*points[: len(rows)][chosen].T, s=22, color=colour, label=genre)
        axes.scatter(*points[len(rows) :][chosen].T, s=30, color=colour, marker="x")
    axes.set_title("Unseen styles: sounds (dots) and their captions (crosses), t-SNE")
    axes.legend(fontsize=7, ncols=2)
    axes.set_xticks([])
    axes.set_yticks([])
    figure.savefig(path, dpi=110)
    return True

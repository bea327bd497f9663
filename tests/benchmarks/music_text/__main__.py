"""`python -m tests.benchmarks.music_text --work DIR`: corpus, stores, training, report."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from rich.console import Console

from models.embed.embedders.musicnn import Musicnn, fetched
from models.embed.hearing import Ear
from models.embed.store import Store
from models.home import WEIGHTS
from models.oneshot.options import make_parser
from models.training.experiment.progress import Meter
from models.training.music_text import command
from tests.benchmarks.music_text import recordings, report
from tests.benchmarks.music_text.corpus import is_wanted, side, write
from tests.benchmarks.music_text.grooves import Groove, MissingPrograms, grooves
from tests.benchmarks.music_text.hearing import hear
from tests.benchmarks.music_text.takes import Take, takes

RECIPE = Path(__file__).with_name("recipe.toml")
REPORT = "report.json"

Told = dict[str, Any]
"""A report, as it is written."""

_TURNS = 8
"""Variations of each groove that there are at most."""

_ABOUT = """Does a text find music that nobody told it of? Plays the grooves of `mma` (a package of
Debian, as `fluidsynth` and `timgm6mb-soundfont` are), lets musicnn hear them, trains a text network
on some, and judges it on the others"""

_EXAMPLES = """examples:
  python -m tests.benchmarks.music_text --work CORPUS --takes 1950
  python -m tests.benchmarks.music_text --work CORPUS --takes 500 --until train
      trains, and judges by what chooses alone
  python -m tests.benchmarks.music_text --work CORPUS --takes 500 --set clips.rate=2e-4
  python -m tests.benchmarks.music_text --work CORPUS --takes 500 --target musicnn-mean
  python -m tests.benchmarks.music_text --work CORPUS --takes 1950 --recordings MUSIC
      MUSIC/PACKAGE/… are recordings, such as `dpkg -x` unpacks of a package of music

Each step goes on where it was stopped; another --set trains anew in a folder of its own. What is
judged is judged once: a report that is there is shown, and made again with --again alone.

exit codes: 0 done; 1 a program is missing, or the training failed; 2 wrong options; 130 stopped
"""


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    parser = make_parser("python -m tests.benchmarks.music_text", _ABOUT, _EXAMPLES)
    add = parser.add_argument
    add("--work", type=Path, required=True, metavar="DIR", help="folder, made if need be")
    add("--takes", type=int, default=1950, metavar="N", help="clips (default: %(default)s)")
    add("--target", default="musicnn", choices=["musicnn", "musicnn-mean", "musicnn-pools"])
    add("--set", action="append", default=[], metavar="KEY=VALUE", help="a setting of the recipe")
    add("--recordings", type=Path, metavar="DIR", help="a folder of music a package, judged, too")
    add("--until", choices=["hear", "train", "judge"], default="judge", help="last step")
    add("--again", action="store_true", help="judge again")
    add("--weights", type=Path, default=WEIGHTS, metavar="DIR", help="folder of musicnn's weights")
    chosen = parser.parse_args(arguments)
    try:
        known = grooves(chosen.work)
        fetched(chosen.weights, lambda text: print(text, file=sys.stderr))
        network = Musicnn(chosen.weights, chosen.target)
        heard = _heard(known, chosen.work, chosen.takes, network)
    except MissingPrograms as error:
        print(error, file=sys.stderr)
        return 1
    counts = {name: sum(side(take) == name for take in heard) for name in map(side, heard)}
    print(f"{len(heard)} clips: {counts}", file=sys.stderr)
    if chosen.until == "hear":
        return 0
    stores = chosen.work / f"stores-{chosen.target}-{len(heard)}"
    write(heard, chosen.work / "heard", stores, chosen.target, network.version)
    settings = [f"target={chosen.target}", *chosen.set]
    model = chosen.work / "-".join(["model", stores.name, *chosen.set]).replace("/", "_")
    options = [word for setting in settings for word in ("--set", setting)]
    data = ["--recipe", str(RECIPE), "--data", str(stores), "--out", str(model)]
    if code := command.run([*data, *options]):
        return code
    if chosen.until == "train":
        return 0
    code = _judge(model, stores, heard, settings, again=chosen.again)
    if code or chosen.recordings is None:
        return code
    return _judge_recordings(model, stores, chosen.recordings, network, settings, chosen.again)


def _heard(known: list[Groove], work: Path, count: int, network: Musicnn) -> list[Take]:
    """The first so many takes that can be played."""
    wanted = (take for turn in range(_TURNS) for take in takes(known, turn) if is_wanted(take))
    heard = []
    begun = time.monotonic()
    with Meter("heard", count) as meter:
        for take in _first(hear(wanted, work / "heard", network), count):
            heard.append(take)
            meter.show(len(heard), f"{(time.monotonic() - begun) / len(heard):.2f} s a clip")
    return heard


def _first(heard: Iterator[Take], count: int) -> Iterator[Take]:
    for number, take in enumerate(heard, 1):
        yield take
        if number == count:
            return


def _judge(
    model: Path, stores: Path, heard: list[Take], settings: list[str], *, again: bool
) -> int:
    by_id = {take.id: take for take in heard}

    def judged() -> Told:
        told = report.judge(model, stores, by_id, report.recipe_of(RECIPE, settings))
        if not report.draw(model, stores, by_id, model / "map.png"):
            print("no picture: scikit-learn or matplotlib is not installed", file=sys.stderr)
        return told

    report.show(_kept(model / REPORT, judged, again))
    return 0


def _judge_recordings(
    model: Path, stores: Path, folder: Path, network: Musicnn, settings: list[str], again: bool
) -> int:
    try:
        clips = recordings.clips(folder)
    except recordings.NoRecordings as error:
        print(error, file=sys.stderr)
        return 1
    name = f"recordings-{recordings.digest_of(clips)}"

    def judged() -> Told:
        ear = Ear(network, lambda name, why: print(f"left out: {name}: {why}", file=sys.stderr))
        with Meter("recordings heard", len(clips)) as meter:
            for count in ear.hear(clips, stores / name):
                meter.show(count)
        recipe = report.recipe_of(RECIPE, settings)
        return report.judge_recordings(model, stores, Store(stores / name), recipe)

    told = _kept(model / f"{name}.json", judged, again)
    report.show_side(Console(emoji=False), "recordings", told)
    return 0


def _kept(path: Path, judged: Callable[[], Told], again: bool) -> Told:
    """What was judged before; what is judged now if that was never done, or is wanted `again`."""
    if again or not path.is_file():
        path.write_text(json.dumps(judged(), indent=1) + "\n", encoding="utf-8")
    kept: Told = json.loads(path.read_text(encoding="utf-8"))
    return kept


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("interrupted: the same command goes on", file=sys.stderr)
        sys.exit(130)

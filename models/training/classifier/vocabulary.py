"""The pruned vocabulary: torrent names use a third of BERT's 30,522 English pieces.

Two thirds of MiniLM's weights are its vocabulary, and 10 MB is what a repository should carry.
Every character that occurs keeps a piece of its own, alone and inside a word, so that no known
script turns into [UNK].
"""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
MIN_CHARACTER = 2
"""A character seen once in the labelled names cannot be learnt."""


def base_tokenizer(model_dir: Path) -> Tokenizer:
    """The tokenizer of the pretrained start, without padding or truncation."""
    tokenizer = Tokenizer.from_file(str(model_dir / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def choose(base: Tokenizer, texts: Iterable[tuple[str, int]], size: int) -> list[str]:
    """The pieces to keep, special ones first, then by weighted use.

    Args:
        base: the full tokenizer.
        texts: (text, weight); labelled names weigh more than the wider ones.
        size: pieces to keep.

    Returns:
        At most `size` pieces. Characters outside the base vocabulary that occur are new pieces.
    """
    pieces: Counter[str] = Counter()
    characters: Counter[str] = Counter()
    for text, weight in texts:
        # Dicts, not sets: ties are kept in order of appearance, so that two runs choose the same
        # pieces.
        pieces.update(dict.fromkeys(base.encode(text, add_special_tokens=False).tokens, weight))
        characters.update(
            dict.fromkeys("".join(base.normalizer.normalize_str(text).split()), weight)
        )
    chosen = dict.fromkeys(SPECIAL)
    for c, count in characters.most_common(size // 4):
        if count >= MIN_CHARACTER:
            chosen[c] = chosen["##" + c] = None
    for piece, _ in pieces.most_common():
        if len(chosen) >= size:
            break
        chosen.setdefault(piece)
    return list(chosen)


def build(pieces: list[str]) -> Tokenizer:
    """A WordPiece tokenizer over `pieces`, with BERT's uncased normaliser."""
    unknown = SPECIAL[1]
    ids = {piece: index for index, piece in enumerate(pieces)}
    tokenizer = Tokenizer(models.WordPiece(ids, unk_token=unknown, max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer


def vocabulary_of(tokenizer: Tokenizer) -> dict[str, int]:
    """Piece to id of any tokenizer."""
    vocabulary: dict[str, Any] = json.loads(tokenizer.to_str())["model"]["vocab"]
    return vocabulary

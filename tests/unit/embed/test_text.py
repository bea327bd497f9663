"""Texts become pieces of words, whatever is in them."""

import pytest

from models.embed.text import tokens_of


@pytest.mark.parametrize("text", ["piano \udcff", "\x00piano\x1b"])
def test_a_text_of_bytes_that_are_none_is_read_without_them(text: str) -> None:
    tokenizers = pytest.importorskip("tokenizers")
    pieces = {"[CLS]": 0, "[SEP]": 1, "[UNK]": 2, "piano": 3}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordPiece(pieces, unk_token="[UNK]"))
    ids, mask = tokens_of(tokenizer, [text], 8)
    assert ids.tolist() == [[0, 3, 1]]
    assert mask.tolist() == [[1, 1, 1]]

"""The terms that a text could spell, against a plain statement of what they are."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from models.ban.disguise import MIN_JOINED, MIN_TERM, keys_of, term_key, undisguised

WORD = re.compile(r"[^\W_]+")
SPELLED = re.compile(r"(?<![^\W_])(?:[^\W_][\W_]){3,}[^\W_](?![^\W_])")
LEET = str.maketrans("013456789l", "oieasgtbgi")
SYMBOLS = str.maketrans("@$!|€+", "asiiet")


def letters(word: str) -> str:
    return word if word.isdecimal() else word.translate(LEET)


def stated(text: str) -> set[str]:
    """What `keys_of` says, told word by word."""
    terms = set()
    for read in {text, text.translate(SYMBOLS)}:
        words = WORD.findall(read)
        spelled = ["".join(WORD.findall(word)) for word in SPELLED.findall(read)]
        for word in words + spelled:
            bare = word.strip("0123456789")
            terms |= {letters(form) for form in (word, bare) if len(form) >= MIN_TERM}
        for count in (2, 3):
            for first in range(len(words) - count + 1):
                joined = "".join(letters(word) for word in words[first : first + count])
                terms |= {joined} if len(joined) >= MIN_JOINED else set()
    return terms


DRESSED = st.lists(
    st.one_of(
        st.sampled_from(
            ["m", "i", "mimmo", "b4nn3d", "pl@ce", "2024", "٣٤٥٦", "l1", "x265", "été"]
        ),
        st.sampled_from([" ", ".", "_", "-", "", "$", "+", "\u200b", "\t", "\x1c"]),
        st.text(max_size=3),
    ),
    max_size=14,
).map("".join)


@given(st.one_of(DRESSED, st.text(st.characters(codec=None), max_size=60)))
@settings(max_examples=500)
def test_every_term_that_a_text_could_spell_is_a_key(text: str) -> None:
    plain = undisguised(text)
    assert keys_of(plain) == stated(plain)


@given(st.text("abcxyz01234567890l", min_size=MIN_JOINED, max_size=20))
def test_a_term_is_a_key_of_itself(term: str) -> None:
    assert term_key(term) in keys_of(undisguised(f"see {term} here"))

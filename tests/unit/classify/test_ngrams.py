"""The n-grams of characters that the linear member reads."""

from hypothesis import given
from hypothesis import strategies as st

from models.classify import ngrams
from models.classify.ensemble import Ensemble

anything = st.text(st.characters(codec=None), max_size=120)


@given(st.lists(anything, min_size=1, max_size=6))
def test_ngrams_of_any_names_do_not_depend_on_their_company(names: list[str]) -> None:
    texts = [ngrams.text_of(name) for name in names]
    flat, starts = ngrams.hashed(texts)
    for index, text in enumerate(texts):
        alone, _ = ngrams.hashed([text])
        assert (flat[starts[index] : starts[index + 1]] == alone).all()


def test_ngrams_stay_inside_words() -> None:
    apart, _ = ngrams.hashed([ngrams.text_of("paper harbour")])
    swapped, _ = ngrams.hashed([ngrams.text_of("harbour paper")])
    assert sorted(apart) == sorted(swapped)


@given(st.lists(st.one_of(anything, st.just("")), min_size=1, max_size=6))
def test_outputs_do_not_depend_on_the_company(learnt: Ensemble, names: list[str]) -> None:
    together = learnt.linear([(name, ()) for name in names])
    for name, row in zip(names, together, strict=True):
        assert (learnt.linear([(name, ())])[0] == row).all()

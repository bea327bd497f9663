"""About which names the tagger is asked, and what is counted for it."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from models import registry
from models.evaluation.metrics import Share
from models.extract.asking import NO_TITLE, asked, ground
from models.extract.evidence.trust import FILE, Trust, trust
from models.extract.extractor import Extractor, ExtractSubject, reading_of
from models.extract.tagger.encode import Belief
from models.extract.tagger.run import Tagger
from models.training.tagger.asking import figures, with_figures
from schemas import Method, Subcategory, TorrentFile

ALBUM, EPISODE, MOVIE = Subcategory.ALBUM, Subcategory.EPISODE, Subcategory.MOVIE

SURE = "Quiet.Harbour.2011.1080p.BluRay.x264-GRP"
OPEN = "Aurora Vale Paper Lanterns FLAC"


class Listening(Tagger):
    """The tagger that ships; it notes what it is asked."""

    asked: list[str]

    def tag(self, names: Sequence[str], beliefs: Sequence[Belief | None]):  # type: ignore[no-untyped-def]
        self.asked = [*getattr(self, "asked", []), *names]
        return super().tag(names, beliefs)


def grounds(name: str, subcategory: Subcategory) -> str:
    return ground(reading_of(ExtractSubject(name, None, subcategory)))


@pytest.mark.parametrize(
    ("name", "subcategory", "expected"),
    [
        (SURE, MOVIE, "before-year"),
        ("Quiet Harbour - Low Tide (2011) 1080p", MOVIE, "before-year-dashed"),
        (OPEN, ALBUM, NO_TITLE),
        ("Aurora Vale - Paper Lanterns (2011) [FLAC]", ALBUM, "artist-title+year-behind"),
        ("Aurora Vale - Paper Lanterns [FLAC] (2011)", ALBUM, "artist-title"),
        ("Lantern.Street.S01E02.720p.HDTV-GRP", EPISODE, "before-numbering"),
        ("Lantern.Street.S01E02.The.Long.Night", EPISODE, "before-numbering+words-behind"),
        ("Lantern.Street.S01E02.20.Nights", EPISODE, "before-numbering+words-behind"),
        (
            "Lantern.Street.S01E02.The.Long.Night.720p.HDTV-GRP",
            EPISODE,
            "before-numbering",
        ),
        ("Lantern Street 1998-2004 S01E02 720p", EPISODE, "before-numbering+unread-year"),
    ],
)
def test_the_ground_is_what_the_answer_of_the_rules_rests_on(
    name: str, subcategory: Subcategory, expected: str
) -> None:
    assert grounds(name, subcategory) == expected


def test_an_uncounted_ground_is_asked_about_and_a_counted_one_by_its_figure() -> None:
    reading = reading_of(ExtractSubject(SURE, None, MOVIE))
    assert asked([reading], trust()) == []
    assert asked([reading, reading], replace(trust(), changed={})) == [0, 1]
    assert asked([reading], replace(trust(), changed={"before-year": 0.2})) == [0]


def test_only_names_that_are_asked_about_reach_the_tagger_and_say_so() -> None:
    tagger = Listening.load()
    extractor = Extractor(registry.load("extract"), tagger)
    subjects = [ExtractSubject(SURE, None, MOVIE), ExtractSubject(OPEN, None, ALBUM)]
    sure, asked = extractor.extract(subjects)
    assert tagger.asked == [OPEN]
    assert (sure.method, asked.method) == (Method.RULES, Method.TAGGER)
    assert all("tagger" not in proof.source for proof in sure.evidence.values())
    assert extractor.extract(subjects[::-1]) == [asked, sure]


def test_a_record_that_a_file_completed_says_that_the_tagger_was_asked() -> None:
    files = [TorrentFile(path=f"01 {OPEN}.flac", size=1)]
    record = Extractor.load().extract([ExtractSubject("0x0", files, ALBUM)])[0]
    assert record.method is Method.TAGGER


def test_without_a_tagger_every_record_is_of_rules() -> None:
    records = Extractor.load(tagger=False).extract([ExtractSubject(OPEN, None, ALBUM)])
    assert records[0].method is Method.RULES


def test_no_name_is_spared_the_tagger_that_a_gguf_model_would_be_asked_about() -> None:
    """The tagger may lower a confidence by contradiction: not below the gate on these grounds."""
    shipped = trust()
    spared = [name for name, share in shipped.changed.items() if share <= shipped.most_changed]
    assert spared
    for name in spared:
        figures_of_roles = shipped.rules[name.partition("+")[0]].values()
        for role in figures_of_roles:
            assert role.precision is not None
            assert role.precision * shipped.disputed >= shipped.gate


def test_figures_are_upper_ends_of_intervals_and_rare_grounds_are_none() -> None:
    counted = figures({"often": Share(990, 1000), "rare": Share(5, 5)})
    assert counted == {"often": round(1 - Share(990, 1000).lower, 4)}
    assert counted["often"] > 0.01


def test_counting_again_rewrites_the_figures_and_nothing_else() -> None:
    before = FILE.read_text(encoding="utf-8")
    after = with_figures(before, {"before-year": 0.123, "artist-title+year-behind": 0.2})
    old, new = Trust.of(before), Trust.of(after)
    assert new.changed == {"before-year": 0.123, "artist-title+year-behind": 0.2}
    assert new == replace(old, changed=new.changed)
    assert with_figures(after, old.changed) == before

"""Books in Chinese, Japanese and Korean: who wrote what, and whole words."""

import pytest

from models.extract.extractor import Extractor, ExtractSubject
from models.extract.rules.books.tags import believable
from models.extract.rules.books.unspaced import Likeness, is_first_author, likeness
from models.extract.tagger.decode import Tagged
from schemas import BookMetadata, Subcategory

BOTH = Extractor.load()


def read(name: str, subcategory: Subcategory = Subcategory.EBOOK) -> BookMetadata:
    """The record of a name, by rules and tagger."""
    metadata = BOTH.extract([ExtractSubject(name, None, subcategory)])[0].metadata
    assert isinstance(metadata, BookMetadata)
    return metadata


@pytest.mark.parametrize(
    ("author", "title"),
    [
        ("芥川龍之介", "羅生門"),
        ("太宰治", "走れメロス"),
        ("夏目漱石", "坊っちゃん"),
        ("吴承恩", "西游记"),
        ("鲁迅", "阿Q正传"),
        ("김유정", "동백꽃 필 무렵"),
        ("이상", "날개와 거울 이야기"),
    ],
)
def test_a_surname_tells_the_author_in_either_order(author: str, title: str) -> None:
    for name in (f"{author} - {title}.epub", f"{title} - {author}.epub"):
        record = read(name)
        assert (record.author, record.title) == (author, title)


@pytest.mark.parametrize(
    "name", ["《呐喊》鲁迅.epub", "鲁迅《呐喊》.epub", "《呐喊》作者：鲁迅.txt"]
)
def test_a_title_in_its_own_brackets_has_its_author_beside_it(name: str) -> None:
    record = read(name)
    assert (record.author, record.title) == ("鲁迅", "呐喊")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("雪国", Likeness.NONE),
        ("羅生門", Likeness.ONE_LETTER),
        ("走れメロス", Likeness.NONE),
        ("夏目漱石", Likeness.SURNAME),
        ("目漱石", Likeness.NONE),
        ("司马迁", Likeness.SURNAME),
        ("鲁迅", Likeness.ONE_LETTER),
        ("김유정", Likeness.ONE_LETTER),
        ("고양이들의 밤", Likeness.NONE),
        ("Dracula", Likeness.NONE),
    ],
)
def test_a_name_is_a_surname_and_a_few_letters(text: str, expected: Likeness) -> None:
    assert likeness(text) is expected


def test_two_names_or_none_do_not_tell_the_author() -> None:
    assert is_first_author("鲁迅", "孔乙己") is None
    assert is_first_author("港の灯", "冬の港") is None


def test_a_title_alone_is_no_author() -> None:
    assert read("白い港.epub").author is None


def test_the_tagger_cuts_no_run_of_letters() -> None:
    name = "冬の港の灯台守は眠る"
    seen = believable(name, {"title": Tagged(0, 6, 0.9), "creator": Tagged(7, 10, 0.9)}, {})
    assert seen == {"title": Tagged(0, len(name), 0.9)}


@pytest.mark.parametrize(
    ("name", "title", "issue", "date"),
    [
        ("週刊みなと 2023年12号", "週刊みなと", "12", None),
        ("月刊みなと 2021年5月号", "月刊みなと", None, "2021-05"),
        ("港湾周刊 2021年第7期", "港湾周刊", "7", None),
        ("月刊みなと 2021年5月12日", "月刊みなと", None, "2021-05-12"),
    ],
)
def test_numbers_and_dates_of_magazines(
    name: str, title: str, issue: str | None, date: str | None
) -> None:
    record = read(name, Subcategory.MAGAZINE)
    assert (record.title, record.issue, record.issue_date) == (title, issue, date)

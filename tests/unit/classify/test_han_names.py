"""When books with Chinese names are flagged as adult. The names are of classics, or invented."""

import pytest

from models.classify.cascade import Classifier
from models.classify.draft import Draft, FlagThresholds
from models.classify.ensemble import Answer
from models.classify.han_names import is_plainly_chinese, tells_a_book
from models.content.subject import NamedSubject
from schemas import Medium, Subcategory, TorrentFile

THRESHOLDS = FlagThresholds(usual=0.2, unlikely=0.9)


def answer(nsfw: float, *, book: float) -> Answer:
    media = dict.fromkeys(Medium, 0.0) | {Medium.VIDEO: 1 - book, Medium.BOOK: book}
    return Answer(media, dict.fromkeys(Subcategory, 0.05), nsfw, "bert")


@pytest.mark.parametrize(
    "name",
    [
        "红楼梦 曹雪芹 人民文学出版社",
        "西游记 吴承恩 人民文学出版社",
        "老残游记 刘鹗 人民文学出版社",
        "红楼梦 曹雪芹 著 高鹗 续",
        "史记 司马迁 中华书局",
        "镜花缘 李汝珍 TXT",
        "古文观止 精校版",
        "四大名著 全集 电子书合集",
        "[古籍] 四库全书 史部",
        "红楼梦人物图鉴",
        "紅樓夢 曹雪芹 三民書局",
        "呐喊 鲁迅 全集",
    ],
)
def test_classics_in_chinese_are_not_flagged(classifier: Classifier, name: str) -> None:
    assert not classifier.classify([NamedSubject(name)])[0].nsfw


def test_a_likely_book_in_chinese_needs_more_to_be_flagged() -> None:
    draft = Draft("浮生六记 沈复", [])
    assert not draft.is_adult(answer(0.7, book=0.6), THRESHOLDS)
    assert draft.is_adult(answer(0.85, book=0.6), THRESHOLDS)
    assert draft.is_adult(answer(0.7, book=0.1), THRESHOLDS)


def test_a_publisher_makes_a_book_of_what_the_models_take_for_a_film() -> None:
    assert not Draft("史记 司马迁 中华书局", []).is_adult(answer(0.7, book=0.1), THRESHOLDS)


@pytest.mark.parametrize("medium", [Medium.VIDEO, Medium.SOFTWARE, Medium.OTHER])
def test_what_is_known_to_be_no_book_keeps_the_usual_probability(medium: Medium) -> None:
    draft = Draft("红楼梦 人民文学出版社", [], medium=medium)
    assert draft.is_adult(answer(0.3, book=0.9), THRESHOLDS)


def test_files_of_a_film_leave_no_book(classifier: Classifier) -> None:
    files = (TorrentFile(path="红楼梦 人民文学出版社/红楼梦.mp4", size=1 << 30),)
    draft = classifier._draft(NamedSubject("红楼梦 人民文学出版社", 1 << 30, files))
    assert draft.medium is Medium.VIDEO
    assert draft.is_adult(answer(0.3, book=0.9), THRESHOLDS)


@pytest.mark.parametrize(
    "name",
    [
        "[Lantern (Harbour)] 红楼梦 [中国翻訳]",
        "(C90) [Lantern] 红楼梦",
        "[灯台汉化组] 红楼梦 第3话",
        "灯台同人 红楼梦",
        "灯台 写真 全集 pdf",
        "成人小说 全集 TXT",
        "灯台 情色小说 电子书",
        "灯台 R18 小说 epub",
        "とうだい物語 全集",
        "Red Lantern Publishing PDF",
        "",
    ],
)
def test_kinds_that_are_often_adult_keep_the_usual_probability(name: str) -> None:
    assert not is_plainly_chinese(name)
    assert Draft(name, []).is_adult(answer(0.3, book=0.9), THRESHOLDS) is (name != "")


@pytest.mark.parametrize(
    ("name", "tells"),
    [
        ("西游记 吴承恩 岳麓书社 epub", True),
        ("论语译注", True),
        ("高等数学 第六版", True),
        ("史记 全十册", True),
        ("中国历史 主编", True),
        ("红楼梦", False),
        ("红楼梦 第36集", False),
        ("著名 导演 红楼梦", False),
        ("红楼梦 1987 电视剧 全36集", False),
        ("西游记 txtures", False),
    ],
)
def test_words_of_books_are_told_from_others(name: str, tells: bool) -> None:
    assert tells_a_book(name) is tells


def test_a_hostile_name_is_read_in_one_pass() -> None:
    assert is_plainly_chinese("[红" * 20_000)
    assert not tells_a_book("第一" * 20_000)

"""Names of books in Chinese, which the learnt models take for adult works too often.

Few clean Chinese names were there to learn from (48 labelled ones beside 65 of adult works, next to
no book among them), so the script alone looks adult to the models: of 431 names of e-books in
Chinese from a tracker's category they flagged 211. So a flag needs more where such a name is likely
a book or says that it is one, and is not of a kind that is often adult: comics that artists publish
themselves, sets of photos, and names that say that the work is for adults.
"""

import re

LIKELY = 0.35
"""The probability that a work is a book from which its Chinese name is read as that of a book.

To the models a bare Chinese title may as well be a film. A linear model that had not read them
(three folds by release family) flagged 47 of 52 adult names that `is_plainly_chinese` holds for,
and still does with this rule; from 0.3 on it lost one of them, from 0.25 on seven.
"""

FLAGGED_FROM = 0.8
"""The probability of an adult work from which such a name is flagged.

Of the half of those e-books whose names nobody looked at 107 of 223 were flagged, and 30 are. Of
131 labelled adult names with Chinese characters 129 were flagged, and 129 are.
"""

_HAN = re.compile(r"[㐀-䶿一-鿿]")

_BOOK_WORDS = re.compile(
    # Publishers and bookshops, authors and editors, series and collected works.
    r"出版社|出版公司|[书書][局店]|\s著(?!\w)|[编編译譯]著|主[编編]|[译譯]注|[丛叢藏][书書]"
    r"|文[集库庫]|[选選]集"
    # Kinds of books, editions, volumes.
    r"|[电電]子[书書]|精校|[扫掃]描版|[杂雜][志誌]|古籍|教[程材]|[词詞字]典|[书書]籍|期刊|[图圖][鉴鑑谱譜]|插[图圖]"
    r"|第[一二三四五六七八九十\d]{1,3}版|[全上中下\d十][册冊]"
    # Formats of books.
    r"|(?<![a-z0-9])(?:pdf|epub|mobi|azw3?|txt|chm|djvu|isbn)(?![a-z0-9])",
    re.IGNORECASE,
)
"""Words of a Chinese name that say that it is of a book.

They are in half of those names of e-books, and in none of the 52 labelled adult names that
`is_plainly_chinese` holds for.
"""

_OTHER_KINDS = re.compile(
    # Japanese, so no Chinese book.
    r"[\u3040-\u30ff]"
    # `[Circle (Artist)] Title`, `(C90) [Circle] Title`: comics that their artists publish.
    r"|\[[^\[\]()]{1,80}\([^()]{0,80}\)\]|^\([^()]{2,20}\) ?\["
    # Translated by fans, self-published, sold as a download.
    r"|[汉漢]化|翻[訳譯译]|同人|DL版"
    # Sets of photos.
    r"|[写寫]真|套[图圖]|私[房拍]"
    # Adult, erotic, lewd: the models know few of these words, and flag the script.
    r"|成人|色情|情色|情[欲慾]|激情|淫|乱伦|亂倫|肉文|(?<![a-z])h(?=[书書文漫小])"
    r"|(?<!\d)(?:r-?18|18禁|18\+)",
    re.IGNORECASE,
)


def is_plainly_chinese(name: str) -> bool:
    """Whether a name is written in Chinese and tells no kind of work that is often adult.

    >>> is_plainly_chinese("史记 司马迁 中华书局"), is_plainly_chinese("[Lantern (Harbour)] 史记")
    (True, False)
    """
    return not name.isascii() and bool(_HAN.search(name)) and not _OTHER_KINDS.search(name)


def tells_a_book(name: str) -> bool:
    """Whether a Chinese name has a word that only names of books have: its publisher, its format.

    >>> tells_a_book("史记 司马迁 中华书局"), tells_a_book("史记 司马迁")
    (True, False)
    """
    return bool(_BOOK_WORDS.search(name))

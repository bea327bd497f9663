"""Names of a form that adult works seldom have: a program and its version, a title and its year.

The learnt models see little in so short a name and flag some by their letters alone. So a flag
needs more where the name has such a form, and nothing but the name speaks.
"""

import re
from dataclasses import dataclass

_LONGEST = 80
"""Characters of the longest name that is looked at."""


@dataclass(frozen=True, slots=True)
class _Form:
    """One form of a name."""

    name: re.Pattern[str]

    flagged_from: float
    """The probability from which such a work is flagged."""


_FORMS = (
    # A program, its version, perhaps an edition. The date of a site has three parts of two digits.
    _Form(
        re.compile(
            r"(?!.*\b\d\d\.\d\d\.(?:\d\d){1,2}\b)[^\W\d_][\w+#&'-]*(?: [^\W\d_][\w+#&'-]*){0,3}"
            r" v?\d{1,3}(?:\.\d{1,4}){1,3}(?: [A-Za-z]{1,12}){0,2}"
        ),
        0.9,
    ),
    # A program of one word, and a version of two digits. With one digit it may be a sequel.
    _Form(re.compile(r"[A-Za-z]{3,} v?\d\d(?: [A-Z]{2,3})?"), 0.7),
    # A title of at most six words, and its year.
    _Form(
        re.compile(
            r"[^\W\d_](?:[^\W\d_]|['’])*(?: (?:[^\W\d_]|['’])+){0,5} [\[(](?:19|20)\d\d[\])]"
        ),
        0.6,
    ),
    # Volumes of a manga.
    _Form(re.compile(r"[^\[\](){}【】]{2,60}[第全] ?\d{1,3} ?[巻卷](?:\.\w{3,4})?"), 0.9),
    # What designers use, and scans.
    _Form(
        re.compile(
            r"(?=.*\b(?:textures?|posters?|brush(?:es)?|fonts?|icons?|clip ?arts?|vectors?"
            r"|blueprints?|maps)\b).*",
            re.IGNORECASE,
        ),
        0.7,
    ),
    # Images told by their format, as the lists of designers and photographers are.
    _Form(re.compile(r"[\w &'-]{4,60} (?:PNG|JPE?G|TIFF?|SVG)(?: pack)?", re.IGNORECASE), 0.7),
)


def flagged_from(name: str) -> float:
    """The probability from which a name is flagged, by its form alone; 0 if the form says nothing.

    >>> flagged_from("Lantern Paint 2.10"), flagged_from("Lantern Paint Evenings")
    (0.9, 0.0)
    """
    text = name.strip()
    if len(text) > _LONGEST:
        return 0.0
    return max((form.flagged_from for form in _FORMS if form.name.fullmatch(text)), default=0.0)


_SPAN = re.compile(r"[^\[\](){}]{2,60} \((?P<first>(?:19|20)\d\d) ?[-–] ?(?P<last>(?:19|20)\d\d)\)")
_OF_SEVERAL = re.compile(
    r"\b(?:collections?|anthology|(?:tri|quadri|penta|hexa|tetra|duo)log(?:y|ie|ia)|saga|films?"
    r"|movies|box ?set|filmograph\w+|videos|трилогия|коллекция|фильмы|collezione|intégrale)\b",
    re.IGNORECASE,
)


def runs_for_years(name: str) -> bool:
    """Whether a title is followed by the years of its first and last broadcast, and no more.

    A collection of films has such years as well, and says so.

    >>> runs_for_years("Lantern Street (1994-2004)"), runs_for_years("Harbour Trilogy (1994-2004)")
    (True, False)
    """
    span = _SPAN.fullmatch(name.strip()) if name.rstrip().endswith(")") else None
    return span is not None and span["first"] < span["last"] and not _OF_SEVERAL.search(name)

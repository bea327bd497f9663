"""How often the encoding of a name is guessed: `python -m tests.benchmarks.encodings --data DATA`.

Real names are encoded in the code pages that their scripts were written in, and read again without
knowing which. Only names that are no UTF-8 afterwards count.
"""

import argparse
import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from models.content.metainfo.encodings import decoded

FILES = ("p2p_labelled", "p2p_by_category")
CYRILLIC = "(?:.*[а-яё]){3}"
IDEOGRAPHS = "(?!.*[ぁ-ヿ])(?:.*[一-鿿]){3}"
SCRIPTS = {
    "cp1251": CYRILLIC,
    "koi8-r": CYRILLIC,
    "cp866": CYRILLIC,
    "cp932": "(?:.*[ぁ-ヿ]){3}",
    "gb18030": IDEOGRAPHS,
    "big5": IDEOGRAPHS,
    "cp949": "(?:.*[가-힣]){3}",
    "cp1252": "[\x00-\u024f]*$",
    "cp1250": ".*[ąęłśźżćńřšěůčžďťňőű]",
}
"""What names look like that were written in each code page."""


def names(data: Path) -> Iterator[str]:
    """Every name that is not plain ASCII, once."""
    seen = set()
    for file in FILES:
        with gzip.open(data / "names" / f"{file}.jsonl.gz", "rt", encoding="utf-8") as stream:
            seen |= {json.loads(line).get("name") or "" for line in stream}
    return (name for name in sorted(seen) if not name.isascii())


def main() -> None:
    """Print the share of names that are read as they were written, by code page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for name in names(parser.parse_args().data):
        for codec, script in SCRIPTS.items():
            if not re.match(script, name, re.IGNORECASE):
                continue
            try:
                raw = name.encode(codec)
            except UnicodeEncodeError:
                continue
            text, is_odd = decoded(raw)
            total[codec] += is_odd
            right[codec] += is_odd and text == name
    table = Table("code page", "names", "read as written")
    for codec, count in total.items():
        table.add_row(codec, f"{count:,}", f"{right[codec] / count:.1%}")
    Console().print(table)


if __name__ == "__main__":
    main()

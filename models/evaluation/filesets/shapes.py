"""All shapes, which of them are held out, and the torrents that they make."""

import hashlib
from collections.abc import Iterator, Mapping

from models.evaluation.filesets import (
    book_shapes,
    film_shapes,
    hard_shapes,
    hard_sounds,
    music_shapes,
    other_shapes,
    series_shapes,
    software_shapes,
    spoken_shapes,
)
from models.evaluation.filesets.draw import Draw
from models.evaluation.filesets.fileset import FileSet, Shape, with_junk

SHAPES: Mapping[str, Shape] = {
    **series_shapes.SHAPES,
    **film_shapes.SHAPES,
    **music_shapes.SHAPES,
    **spoken_shapes.SHAPES,
    **book_shapes.SHAPES,
    **software_shapes.SHAPES,
    **other_shapes.SHAPES,
    **hard_shapes.SHAPES,
    **hard_sounds.SHAPES,
}

_HALF = 2**31


def is_held_out(shape: str) -> bool:
    """Whether rules may not be written by looking at torrents of a shape.

    Fixed by a hash of the shape's name, so that a new shape moves no other.
    """
    digest = hashlib.sha256(f"fileset:{shape}".encode()).digest()
    return int.from_bytes(digest[:4], "big") < _HALF


def torrents(count: int) -> Iterator[tuple[str, FileSet]]:
    """So many torrents with the names of their shapes, evenly over all shapes.

    The same count gives the same torrents; a smaller one gives the first of each shape.
    """
    names = list(SHAPES)
    for index in range(count):
        shape = names[index % len(names)]
        draw = Draw(f"{shape}:{index // len(names)}")
        yield shape, with_junk(draw, SHAPES[shape](draw))

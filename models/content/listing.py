"""The output of `tree`, `find`, `ls -R`, `du -a`, `unzip -l`, or a plain list, as a subject."""

from models.content.content import Content, SourceKind, Unreadable
from models.content.inventory import Inventory


def from_listing(text: str, name: str = "listing") -> Content:
    """Read a list of files, however it is written.

    Args:
        text: the listing; how it is written is told by its lines.
        name: what the subject is called if the listing does not name its root.

    Raises:
        Unreadable: it lists nothing.
    """
    paths = [line.strip() for line in text.splitlines() if line.strip()]
    if not paths:
        raise Unreadable("the listing is empty")
    inventory = Inventory()
    for path in paths:
        inventory.add(path, None)
    return inventory.content(name, SourceKind.LISTING)

"""XML of hostile texts: what XML cannot hold goes, what means something in it is written out."""

import html

from streams.web.feed import xml_text

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def safe(value: object) -> str:
    """A value as text of an element, or between the quotes of an attribute."""
    text = str(value).encode("utf-8", "replace").decode()
    return html.escape(xml_text(text), quote=True)


def element(name: str, text: object = None, /, **attributes: object) -> str:
    """An element; an attribute that is None is left out. Names are ours, values need not be."""
    said = "".join(
        f' {attribute}="{safe(value)}"'
        for attribute, value in attributes.items()
        if value is not None
    )
    return f"<{name}{said}/>" if text is None else f"<{name}{said}>{safe(text)}</{name}>"

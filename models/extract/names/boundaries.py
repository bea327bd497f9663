"""Where words begin and end in a name: at separators, brackets, other scripts and its ends."""

_BETWEEN = r"\s._\-\[\](){},+&/|~@￡●・·【】（）\u2e80-\u9fff"

START = rf"(?<![^{_BETWEEN}])"
"""Begins a word, in a pattern."""

END = rf"(?![^{_BETWEEN}])"
"""Ends a word, in a pattern."""

GAP = r"[\s._\-\[\](){},+&/|~@【】（）]*"
"""What may stand between two words of one description, in a pattern."""

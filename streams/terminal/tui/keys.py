"""The keys of the application, and what is told of them."""

from textual.binding import Binding, BindingType

KEYS: list[BindingType] = [
    Binding("ctrl+c,ctrl+q", "quit", "quit", show=False, priority=True),
    Binding("q", "quit", "quit", show=False),
    Binding("slash", "search", "search", show=False),
    Binding("escape", "list", "back", show=False),
    Binding("f", "facets", "facets", show=False),
    Binding("x", "clear", "clear", show=False),
    Binding("s", "sort", "sort", show=False),
    Binding("m", "magnet", "magnet", show=False),
    Binding("w", "wrong", "wrong?", show=False),
    Binding("L", "live", "live", show=False),
    Binding("p", "pipeline", "pipeline", show=False),
    Binding("question_mark", "help", "help", show=False),
]
"""Letters reach them only while nothing is typed: the line of words takes them first."""

HELP = """\
Type to search: words, "a phrase", or, -without.
The last word may go on.

/          type             Enter, Esc   to the list
j k ↓ ↑    line             Space, PgDn  page
g G        first, last      Enter        read the detail
f          facets           x            forget the facets
s          next sort        m            copy the magnet link
w          wrong?           L            classified now
p          the pipeline     q, Ctrl-C    quit

Evidence is underlined in the name, in its field's colour.
A class with * was corrected by a person.
m needs a terminal that takes OSC 52
(in tmux: set -g set-clipboard on).
"""

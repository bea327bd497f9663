"""Published sets of music with texts, read in the layout in which they are published.

`sets` names them, `cleaning` tidies texts, `checking` counts and verifies, and `fetching` brings
files of a list of addresses. Nothing of a set lies in this repository.
"""

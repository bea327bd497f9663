"""`mimmo tui`: search and look as you type, on the whole terminal."""

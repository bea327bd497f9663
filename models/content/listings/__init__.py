"""Lists of files as programs and people write them."""

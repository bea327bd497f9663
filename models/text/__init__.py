"""What the brains share about text: folding, what the encoders read, and the names that are known.

* `folding`: words as the known names are looked up, lower case and without accents.
* `encoder_input`: a name and its files as the tokenizer sees them, and how long an input may be.
* `literals`: which of many expressions can match a text at all.
* `known_names`: films, series, games, books, programs and artists, as checksums.
"""

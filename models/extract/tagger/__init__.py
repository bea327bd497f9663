"""The tagger: a small BERT over word pieces; encode, run, decode."""

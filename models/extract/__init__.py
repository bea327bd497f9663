"""What a name and its files say, with evidence for every field.

Rules come first, then the tagger, then a GGUF model for what is left.
"""

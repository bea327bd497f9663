"""What a name and its files say: rules first, a GGUF model for what is left, evidence for every
field.
"""

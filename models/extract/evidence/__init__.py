"""Evidence and belief: where a field stands in the input, and whom to believe when witnesses
differ.
"""

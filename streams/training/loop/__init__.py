"""The loop: what people corrected and models doubted becomes labels, and labels better weights.

`python -m models.training loop --recipe FILE --home DIR`
"""

"""The set that `python -m models evaluate compare` is measured on: how it is made from real names.

`python -m tests.benchmarks.comparing OUT --data DATA` writes the same pairs every time.
"""

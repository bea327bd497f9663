"""Trains the classifier's small BERT and its linear member.

`python -m models.training classifier --help` has recipes and examples.
"""

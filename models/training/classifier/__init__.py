"""Trains the classifier's small BERT and its linear member.

`python -m models.training.classifier --data DATA --out models/weights/classify`
"""

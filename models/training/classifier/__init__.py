"""Trains the classifier's small BERT.

`python -m models.training.classifier --data ../shared/data --out models/weights/classify`
"""

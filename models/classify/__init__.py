"""The classifier: a cascade of extensions, pattern rules and a small BERT.
`models.classify.cascade.Classifier` runs it.

Nothing is imported here, so that training, which shares only `text`, needs no ONNX Runtime.
"""

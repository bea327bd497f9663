"""The classifier: a cascade of extensions, pattern rules and what was learnt.

`models.classify.cascade.Classifier` runs it.

Nothing is imported here, so that training, which shares only `models.text`, needs no ONNX Runtime.
"""

"""Scripts that make the weights from data, evaluate them and write the manifest.

They need the extra `train`.
"""

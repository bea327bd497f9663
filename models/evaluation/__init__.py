"""Measures the models on labelled cases and prints the figures."""

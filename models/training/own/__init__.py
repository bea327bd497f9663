"""Classes of the user's own, learnt from examples: what ships stays as it is."""

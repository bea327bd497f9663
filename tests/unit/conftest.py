"""Hypothesis without a deadline: on a shared machine the clock measures the neighbours."""

import hypothesis

hypothesis.settings.register_profile("shared", deadline=None)
hypothesis.settings.load_profile("shared")

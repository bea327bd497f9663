"""Two revisions side by side on held-out cases, and the gate that refuses what is worse.

`comparing.compare` counts by slice, `gate.judge` says whether a candidate may become weights,
`command` is `python -m models.training compare`.
"""

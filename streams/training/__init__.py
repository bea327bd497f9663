"""From a dump to labelled rows, and round again: what training needs of dumps and of the network.

* `sample`: names drawn from dumps, stratified and without near-copies.
* `labels`: what several language models say of those names, put to the vote.
* `loop`: corrections and disagreements become labels, labels a model, if it is better.

Networks are trained in `models.training`, which knows neither.
"""

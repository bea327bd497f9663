"""The consensus labeller: names are asked of several models, their answers put to the vote.

* `endpoint`, `labeller`: who is asked, and what anything that answers looks like.
* `asking`: asks, in parallel, and goes on where it was stopped; `answers` keeps what was said.
* `ballot`, `dawid_skene`: pure rules of the vote.
* `export`, `statistics`: what becomes of the answers.
"""

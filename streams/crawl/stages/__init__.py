"""The stages of a crawl, one a module: sample, triage, again, peers, fetch, scrape, publish.

Each takes from one bounded queue and fills the next. A full queue makes whoever fills it wait, back
to the sampling: that is all the back-pressure there is.
"""

"""Kafka and Postgres on this machine, without Docker, Java, Postgres or root.

`python -m infra.local up` starts both.
`infra.local.stack.up(home)` is the same for programs. Linux and macOS.
"""

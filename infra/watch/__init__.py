"""What watches a running pipeline: a Grafana dashboard, Prometheus' rules and its settings.

`python -m infra.watch` writes `dashboard.json` again after a change of `panels.py`.
"""

"""Dashboard, alerts and targets, with the real Prometheus and Alertmanager of Debian."""

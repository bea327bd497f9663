"""Torznab: what Sonarr, Radarr, Lidarr, Readarr and Prowlarr ask, at `/torznab/api`."""

"""The ban list that the settings name. Every process has it: dead letters are asked of it, too."""

from functools import cache
from pathlib import Path

from infra.settings import Settings
from models.ban.ban_list import BanList


def load_bans(settings: Settings) -> BanList:
    """Returns the shipped rules with those of the settings; a process reads them once.

    Raises:
        BanRulesInvalid: a file of the settings is missing or has not the form of a ban list.
    """
    return _loaded(settings.ban_keywords, settings.ban_infohashes)


@cache
def _loaded(rules: Path | None, infohashes: Path | None) -> BanList:
    return BanList.load(rules=rules, infohashes=infohashes)

"""The ban list that the settings name. Every process has it: dead letters are asked of it, too."""

from infra.settings import Settings
from models.ban.ban_list import BanList


def load_bans(settings: Settings) -> BanList:
    """Loads the shipped rules and those of the settings.

    Raises:
        BanRulesInvalid: a file of the settings is missing or has not the form of a ban list.
    """
    return BanList.load(rules=settings.ban_keywords, infohashes=settings.ban_infohashes)

"""Newznab categories as conditions of SQL, from the same rules as the ids of a torrent."""

from collections.abc import Sequence

from infra.postgres.search.parameters import Parameters
from schemas.newznab import CATEGORIES, PARENTS, Category, Mark, Part, siblings


def in_categories(ids: Sequence[int], parameters: Parameters) -> str:
    """The condition that a torrent is in one of some categories; unknown ids are in none."""
    wanted = [category for category in CATEGORIES if category.id in ids or category.parent in ids]
    whole = {parent for parent in PARENTS if parent in ids}
    if not wanted:
        return "false"
    plain: dict[bool, set[str]] = {False: set(), True: set()}
    marked = []
    for category in wanted:
        if category.parent in whole and _is_alone(category):
            plain[category.is_adult] |= category.subcategories
        else:
            marked.append(category)
    said = [
        _of_class(sorted(names), is_adult, parameters) for is_adult, names in plain.items() if names
    ]
    said += [
        _condition(category, parameters)
        for category in marked
        if not category.subcategories <= plain[category.is_adult]
    ]
    return f"({' OR '.join(said)})"


def subcategories_of(ids: Sequence[int]) -> frozenset[str]:
    """The subcategories that torrents in some categories have."""
    return frozenset(
        str(subcategory)
        for category in CATEGORIES
        if category.id in ids or category.parent in ids
        for subcategory in category.subcategories
    )


def asks_for_adult(ids: Sequence[int]) -> bool:
    """Whether one of the categories holds adult works."""
    return any(
        category.is_adult and (category.id in ids or category.parent in ids)
        for category in CATEGORIES
    )


def _is_alone(category: Category) -> bool:
    """Whether all of the category's subcategories are below its parent and below no other."""
    parents = {
        other.parent
        for other in CATEGORIES
        if other.is_adult == category.is_adult and other.subcategories & category.subcategories
    }
    return parents == {category.parent}


def _of_class(names: Sequence[str], is_adult: bool, parameters: Parameters) -> str:
    adult = "c.nsfw" if is_adult else "NOT c.nsfw"
    return f"({adult} AND c.subcategory = ANY ({parameters.add(list(names))}::text[]))"


def _condition(category: Category, parameters: Parameters) -> str:
    names = sorted(map(str, category.subcategories))
    said = [_of_class(names, category.is_adult, parameters)]
    if category.marks:
        said.append(_any_of(category.marks, parameters))
    if category.is_rest:
        others = [_own(other, parameters) for other in siblings(category)]
        if others:
            said.append(f"NOT ({' OR '.join(others)})")
    return f"({' AND '.join(said)})"


def _own(category: Category, parameters: Parameters) -> str:
    """Whether a torrent is in a category, given that its works are adult or not as here."""
    names = parameters.add(sorted(map(str, category.subcategories)))
    said = [f"c.subcategory = ANY ({names}::text[])"]
    if category.marks:
        said.append(_any_of(category.marks, parameters))
    return f"({' AND '.join(said)})"


def _any_of(marks: Sequence[Mark], parameters: Parameters) -> str:
    return f"({' OR '.join(_mark(mark, parameters) for mark in marks)})"


def _mark(mark: Mark, parameters: Parameters) -> str:
    values = f"{parameters.add(sorted(mark.values))}::text[]"
    match mark.part:
        case Part.NAME:
            return f"left(t.name, 1) = ANY ({values})"
        case Part.TECHNICAL | Part.METADATA if mark.is_list:
            return f"coalesce(e.{mark.part}->'{mark.field}' ?| {values}, false)"
        case _:
            return f"coalesce(e.{mark.part}->>'{mark.field}' = ANY ({values}), false)"

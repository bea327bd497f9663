"""Recipes: what is wrong in one is said with what is allowed."""

import tomllib
from pathlib import Path

import pytest

from models.training.classifier.settings import ClassifierRecipe
from models.training.experiment.errors import RecipeError
from models.training.experiment.recipe import RECIPES, changes, load_recipe, shipped
from models.training.experiment.toml import to_toml

CLASSIFIERS = [name for name, task in shipped().items() if task == "classifier"]


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_a_recipe_that_ships_is_named_after_its_file_and_says_what_it_is_for(name: str) -> None:
    recipe = load_recipe(ClassifierRecipe, name)
    assert recipe.name == name
    assert recipe.about.endswith(".")


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_a_recipe_that_is_written_is_read_as_the_same(name: str, tmp_path: Path) -> None:
    recipe = load_recipe(ClassifierRecipe, name)
    path = tmp_path / "recipe.toml"
    path.write_text(to_toml(recipe.model_dump(mode="json")), encoding="utf-8")
    assert load_recipe(ClassifierRecipe, path) == recipe


def test_a_setting_is_changed_on_the_command_line() -> None:
    overrides = ["small.training.epochs=2", "teachers.bert=./mine", "rows.limit=7"]
    recipe = load_recipe(ClassifierRecipe, "classifier", overrides)
    assert (recipe.small.training.epochs, recipe.small.training.batch) == (2, 128)
    assert recipe.teachers.bert == "./mine"
    assert recipe.rows.limit == 7


@pytest.mark.parametrize(
    ("override", "told"),
    [
        (
            "small.layer=2",
            "small.layer is no setting; allowed here: start, kept, base, layers, width",
        ),
        ("small.training.epoch=2", "allowed here: epochs, batch, rate, decay"),
        ("smal.layers=2", "smal is no setting; allowed here: name, task"),
        ("small.training.epochs=0", "small.training.epochs: Input should be greater"),
        ("small.training.batch=many", "small.training.batch: Input should be a valid integer"),
        ("machine.precision=float8", "'auto', 'float32' or 'bfloat16'"),
        ("small.width=63", "width (63) is no multiple of heads (4)"),
        ("seed", "write section.key=value"),
        ("name.of=3", "name is no section"),
    ],
)
def test_what_is_wrong_with_a_setting_is_said(override: str, told: str) -> None:
    with pytest.raises(RecipeError) as error:
        load_recipe(ClassifierRecipe, "classifier", [override])
    assert told in str(error.value)


def test_a_misspelt_recipe_is_answered_with_the_near_one() -> None:
    with pytest.raises(RecipeError, match="did you mean classifier-tiny"):
        load_recipe(ClassifierRecipe, "classifier-tinny")


def test_a_recipe_of_ones_own_says_only_what_differs(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('base = "classifier"\nname = "mine"\n[rows]\ncopies = 9\n', encoding="utf-8")
    before, after = (load_recipe(ClassifierRecipe, name) for name in ("classifier", str(path)))
    told = changes(before.model_dump(), after.model_dump())
    assert told == ["name: 'classifier' is now 'mine'", "rows.copies: 2 is now 9"]


def test_recipes_that_stand_on_each_other_in_a_circle_are_refused(tmp_path: Path) -> None:
    for name, base in (("a.toml", "b.toml"), ("b.toml", "a.toml")):
        (tmp_path / name).write_text(f'base = "{base}"\n', encoding="utf-8")
    with pytest.raises(RecipeError, match="circle"):
        load_recipe(ClassifierRecipe, tmp_path / "a.toml")


def test_a_recipe_of_another_task_is_refused(tmp_path: Path) -> None:
    text = (RECIPES / "classifier.toml").read_text(encoding="utf-8")
    path = tmp_path / "other.toml"
    path.write_text(text.replace('task = "classifier"', 'task = "match"'), encoding="utf-8")
    with pytest.raises(RecipeError, match="of `match`, not of `classifier`"):
        load_recipe(ClassifierRecipe, path)


def test_a_file_that_is_no_toml_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_bytes(b"\xff\xfe seed")
    with pytest.raises(RecipeError, match="is no recipe"):
        load_recipe(ClassifierRecipe, path)


def test_a_measure_that_nothing_was_measured_on_is_left_out_of_toml() -> None:
    measured = {"accuracy": 0.5, "subcategory": float("nan"), "held_out": {"recall": None}}
    assert tomllib.loads(to_toml(measured)) == {"accuracy": 0.5, "held_out": {}}


def test_a_recipe_of_another_task_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="tagger-own is a recipe of `tagger`, not of `classif"):
        load_recipe(ClassifierRecipe, "tagger-own")
    with pytest.raises(RecipeError, match="is a folder: --recipe is a name"):
        load_recipe(ClassifierRecipe, tmp_path)
    with pytest.raises(RecipeError, match=r"^classifier is not there"):
        load_recipe(ClassifierRecipe, Path("classifier"))

"""The guided import of a model: step by step, and without JavaScript."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from infra.settings import Settings
from models import registry
from streams.web.context import context_of
from streams.web.models import catalogue, imports, intake, trying
from streams.web.models.imports import Expected, Import, ImportRefused, Imports, Kind, Received
from streams.web.models.installing import install
from streams.web.models.upload import received_file
from streams.web.pace import Operator
from streams.web.rendering import page
from streams.web.security import Person, reader

router = APIRouter(dependencies=[Depends(reader)])

Text = Annotated[str, Form(max_length=4_000)]

STEPS = ("licence", "files", "trial", "install", "done")
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_LINK = re.compile(r"https?://[^\s<>\"]{1,300}")
_MOST_NAMES = 20

_copying: dict[str, intake.Copying] = {}
"""Copies that run in this process, by the id of their import."""


def import_folder(settings: Settings) -> Path:
    """Where files lie that may be imported by their path."""
    return settings.home.resolve() / "import"


@router.get("/models/import", include_in_schema=False)
async def choose_page(request: Request) -> HTMLResponse:
    """What can be imported."""
    return _chooser(request)


class Order(BaseModel):
    """What the first form of the wizard says."""

    kind: Kind
    name: str = Field("", max_length=64)
    licence: str = Field("", max_length=100)
    licence_url: str = Field("", max_length=300)
    sha256: str = Field("", max_length=64)
    folder: str = Field("", max_length=300)


@router.post("/models/import", include_in_schema=False)
async def begin(request: Request, person: Operator, order: Annotated[Order, Form()]) -> Response:
    """Begin an import."""
    settings = context_of(request).settings
    try:
        told = _begun(settings, person, order)
        Imports(settings).begin(told)
    except (ImportRefused, registry.WeightsError) as error:
        return _chooser(request, str(error), 422)
    return RedirectResponse(f"/models/import/{told.id}", 303)


@router.get("/models/import/{number}", include_in_schema=False)
async def step_page(request: Request, number: str) -> HTMLResponse:
    """The step at which an import is."""
    return _step(request, _found(request, number))


@router.post("/models/import/{number}/licence", include_in_schema=False)
async def accept(request: Request, person: Operator, number: str, accepted: Text = "") -> Response:
    """Accept the licence."""
    told = _found(request, number)
    if accepted != "yes":
        return _step(request, told, "Tick the box if you accept the licence.", 422)
    Imports(context_of(request).settings).accept(told, person.name)
    return _again(told)


@router.post("/models/import/{number}/path", include_in_schema=False)
async def take_path(request: Request, person: Operator, number: str, path: Text = "") -> Response:
    """Take files from the folder for imports; the page shows how far the copy is."""
    told = _found(request, number)
    settings = context_of(request).settings
    if (running := _copying.get(told.id)) is not None and running.is_running:
        return _again(told)
    try:
        _require_accepted(told)
        sources = _sources(settings, told, path)
        _copying[told.id] = intake.start_copying(
            sources, Imports(settings).place(told), told.expected, _keeper(settings, told.id)
        )
    except ImportRefused as error:
        return _step(request, told, str(error), 422)
    thread = _copying[told.id].thread
    if thread is not None:
        await asyncio.to_thread(thread.join, 1.0)
    return _again(told)


@router.post("/models/import/{number}/file/{role}", include_in_schema=False)
async def take_file(request: Request, number: str, role: str) -> Response:
    """Take a file that a form sends."""
    told = _found(request, number)
    settings = context_of(request).settings
    try:
        if (expected := told.expected.get(role)) is None:
            raise HTTPException(404)
        _require_accepted(told)
        folder = Imports(settings).place(told)
        length = request.headers.get("content-length", "")
        if not length.isdecimal():
            raise HTTPException(411, "Say how long the file is.")
        # The form around the file is a few hundred bytes.
        size = max(0, int(length) - 2_000)
        intake.require_room(folder, size, expected)
        _, received = await received_file(request, lambda: intake.Writing(folder, role, expected))
        _keeper(settings, told.id)(role, received)
    except ImportRefused as error:
        return _step(request, told, str(error), 422)
    return _again(told)


@router.post("/models/import/{number}/trial", include_in_schema=False)
async def try_it(request: Request, person: Operator, number: str, names: Text = "") -> Response:
    """Let the model answer, apart from this process."""
    told = _found(request, number)
    context = context_of(request)
    if told.step not in ("trial", "install"):
        return _again(told)
    kept = Imports(context.settings)
    try:
        if told.kind is Kind.GGUF and (other := await _other_licence(told)) is not None:
            kept.save(other)
            return _step(request, other, other.problem, 409)
        more = [line.strip()[:1_024] for line in names.splitlines() if line.strip()]
        async with context.connection() as connection:
            tried = await trying.dry_run(told, connection, more[:_MOST_NAMES], context.unbanned)
    except ImportRefused as error:
        tried = imports.Tried(ok=False, message=str(error))
    kept.save(told.model_copy(update={"tried": tried}))
    return _again(told)


@router.post("/models/import/{number}/install", include_in_schema=False)
async def install_it(request: Request, person: Operator, number: str) -> Response:
    """Put the model beside the weights."""
    told = _found(request, number)
    settings = context_of(request).settings
    if told.step != "install":
        return _again(told)
    try:
        name = await asyncio.to_thread(install, told, settings)
    except ImportRefused as error:
        return _step(request, told, str(error), 409)
    Imports(settings).save(told.model_copy(update={"installed": name}))
    Imports.clear(told)
    return _again(told)


def _chooser(request: Request, problem: str = "", status: int = 200) -> HTMLResponse:
    settings = context_of(request).settings
    shipped = [registry.load(name) for name in registry.names()]
    brought = [
        manifest for manifest in shipped if any(file.wheel for file in manifest.files.values())
    ]
    return page(
        request,
        "models/import.html",
        status=status,
        problem=problem,
        brought=brought,
        folder=import_folder(settings),
    )


def _step(request: Request, told: Import, problem: str = "", status: int = 200) -> HTMLResponse:
    settings = context_of(request).settings
    copying = _copying.get(told.id)
    is_running = copying is not None and copying.is_running
    wheels = {}
    if told.kind is Kind.MANIFEST:
        files = registry.load(told.name).files
        wheels = {role: files[role] for role in told.expected}
    response = page(
        request,
        "models/step.html",
        status=status,
        told=told,
        problem=problem or told.problem or (copying.problem if copying else ""),
        copying=copying if is_running else None,
        steps=STEPS,
        wheels=wheels,
        weights=settings.weights_dir,
        folder=import_folder(settings),
        hears=told.manifest is not None and registry.is_audio(told.manifest),
        samples=trying.SAMPLES,
        stored=trying.STORED,
    )
    if is_running:
        response.headers["Refresh"] = "1"
    return response


def _found(request: Request, number: str) -> Import:
    told = Imports(context_of(request).settings).find(number)
    if told is None:
        raise HTTPException(404, "There is no such import.")
    return told


def _again(told: Import) -> Response:
    return RedirectResponse(f"/models/import/{told.id}", 303)


def _keeper(settings: Settings, number: str) -> Callable[[str, Received], None]:
    """Notes a file that came."""
    kept = Imports(settings)

    def keep(role: str, received: Received) -> None:
        told = kept.find(number)
        if told is not None:
            files = {**told.received, role: received}
            kept.save(told.model_copy(update={"received": files, "problem": "", "tried": None}))

    return keep


def _sources(settings: Settings, told: Import, path: str) -> dict[str, Path]:
    """Where the files are that are still missing."""
    missing = [role for role in told.expected if role not in told.received]
    if told.kind is Kind.FOLDER:
        return imports.sources_of(told, missing)
    if not missing:
        raise ImportRefused("nothing is missing")
    return {missing[0]: intake.inside(import_folder(settings), path)}


def _begun(settings: Settings, person: Person, order: Order) -> Import:
    match order.kind:
        case Kind.MANIFEST:
            manifest = registry.load(order.name)
            return imports.of_manifest(order.name, person.name, _url_of(manifest.licence))
        case Kind.GGUF:
            return _own_file(settings, person, order)
        case Kind.FOLDER:
            place = intake.inside(import_folder(settings), order.folder)
            manifest = trying.read_manifest(place / "manifest.toml")
            _require_name(settings, manifest.name)
            return imports.of_folder(place, manifest, person.name, _url_of(manifest.licence))


def _own_file(settings: Settings, person: Person, order: Order) -> Import:
    name, licence, url = order.name.strip(), order.licence.strip(), order.licence_url.strip()
    sha256 = order.sha256.strip().lower()
    _require_name(settings, name)
    if not licence:
        raise ImportRefused("name the licence of the model, Apache-2.0 for example")
    if url and not _LINK.fullmatch(url):
        raise ImportRefused("the address of the licence begins with https://")
    if sha256 and not _SHA256.fullmatch(sha256):
        raise ImportRefused("a SHA-256 has 64 hexadecimal digits")
    return Import(
        id=imports.new_id(),
        kind=Kind.GGUF,
        name=name,
        who=person.name,
        licence=licence,
        licence_url=url or _url_of(licence),
        expected={"base": Expected(name=f"{name}.gguf", sha256=sha256 or None)},
    )


def _require_name(settings: Settings, name: str) -> None:
    if not _NAME.fullmatch(name):
        raise ImportRefused("a name has a-z, 0-9, . _ and -, at most 64 of them")
    if name in registry.known_names() or (settings.weights_dir / f"{name}.toml").exists():
        raise ImportRefused(f"there is a model named {name}; give this one another name")


def _require_accepted(told: Import) -> None:
    if told.accepted is None:
        raise ImportRefused("accept the licence first")


async def _other_licence(told: Import) -> Import | None:
    """The import with the licence that its file names, where that is another than was accepted."""
    named = await asyncio.to_thread(trying.licence_of, told)
    if not named or _plain(named) == _plain(told.licence):
        return None
    problem = f"The file says that its licence is {named}, and {told.licence} was accepted."
    changes = {"licence": named[:100], "licence_url": _url_of(named), "accepted": None}
    return told.model_copy(update={**changes, "problem": problem})


def _plain(licence: str) -> str:
    return re.sub(r"[^a-z0-9.]", "", licence.lower())


def _url_of(licence: str) -> str:
    by_name = {_plain(name): url for name, url in catalogue.LICENCES.items()}
    return by_name.get(_plain(licence), "")

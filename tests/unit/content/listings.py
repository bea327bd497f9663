"""Made trees, and how programs print them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


@dataclass
class Folder:
    """A folder with its folders and files."""

    folders: dict[str, "Folder"] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)


def folder_of(files: dict[str, int]) -> Folder:
    """The folders of files by their paths."""
    root = Folder()
    for path, size in files.items():
        *above, name = path.split("/")
        folder = root
        for part in above:
            folder = folder.folders.setdefault(part, Folder())
        folder.files[name] = size
    return root


def _walk(folder: Folder, above: str) -> Iterator[tuple[str, Folder | int]]:
    """Every folder and file below, as `find` meets them."""
    for name, below in folder.folders.items():
        path = f"{above}/{name}"
        yield path, below
        yield from _walk(below, path)
    for name, size in folder.files.items():
        yield f"{above}/{name}", size


def find(root: str, folder: Folder) -> str:
    """`find ROOT`."""
    return "\n".join([root, *(path for path, _ in _walk(folder, root))])


def find_ls(root: str, folder: Folder) -> str:
    """`find ROOT -ls`."""
    rows = []
    for path, below in [(root, folder), *_walk(folder, root)]:
        mode = "-rw-r--r--" if isinstance(below, int) else "drwxr-xr-x"
        size = below if isinstance(below, int) else 4096
        shown = path.replace("\\", "\\\\").replace(" ", "\\ ")
        rows.append(
            f"  {123456:8} {-(-size // 1024):6} {mode}  1 ann  users {size:11} Jun  3  2021 {shown}"
        )
    return "\n".join(rows)


def ls(root: str, folder: Folder) -> str:
    """`ls -R ROOT`."""
    blocks = []
    for path, below in [(root, folder), *_walk(folder, root)]:
        if isinstance(below, Folder):
            blocks.append("\n".join([f"{path}:", *sorted([*below.folders, *below.files])]))
    return "\n\n".join(blocks)


def ls_long(root: str, folder: Folder) -> str:
    """`ls -lR ROOT`."""
    blocks = []
    for path, below in [(root, folder), *_walk(folder, root)]:
        if isinstance(below, int):
            continue
        lines = [f"{path}:", "total 1234"]
        lines += [f"drwxr-xr-x 2 ann users {4096:10} Jun  3 10:20 {name}" for name in below.folders]
        lines += [
            f"-rw-r--r-- 1 ann users {size:10} Dec 31  1999 {name}"
            for name, size in below.files.items()
        ]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def du(root: str, folder: Folder) -> str:
    """`du -ab ROOT`."""
    lines: list[str] = []

    def total(path: str, below: Folder) -> int:
        size = 4096
        for name, inner in below.folders.items():
            size += total(f"{path}/{name}", inner)
        for name, length in below.files.items():
            lines.append(f"{length}\t{path}/{name}")
            size += length
        lines.append(f"{size}\t{path}")
        return size

    total(root, folder)
    return "\n".join(lines)


def unzip(root: str, folder: Folder) -> str:
    """`unzip -l ARCHIVE`."""
    lines = [
        "Archive:  download.zip",
        "  Length      Date    Time    Name",
        "---------  ---------- -----   ----",
    ]
    files = [(path, below) for path, below in _walk(folder, root)]
    for path, below in files:
        size = below if isinstance(below, int) else 0
        slash = "" if isinstance(below, int) else "/"
        lines.append(f"{size:9}  2021-06-03 10:20   {path}{slash}")
    lines += [
        "---------                     -------",
        f"{12345:9}                     {len(files)} files",
    ]
    return "\n".join(lines)


def tar(root: str, folder: Folder) -> str:
    """`tar -tvf ARCHIVE`."""
    rows = [f"drwxr-xr-x ann/users         0 2021-06-03 10:20 {root}/"]
    for path, below in _walk(folder, root):
        is_file = isinstance(below, int)
        mode = "-rw-r--r--" if is_file else "drwxr-xr-x"
        rows.append(
            f"{mode} ann/users {below if is_file else 0:9} 2021-06-03 10:20 "
            f"{path}{'' if is_file else '/'}"
        )
    return "\n".join(rows)


def tree(root: str, folder: Folder, *, branches: str = "│├└─\xa0", sizes: bool = False) -> str:
    """`tree [-s] ROOT`, in any character set."""
    rule, middle, last, dash, space = tuple(branches)
    lines = [root]

    def draw(below: Folder, lead: str) -> None:
        entries: list[tuple[str, Folder | int]] = [*below.folders.items(), *below.files.items()]
        for place, (name, inner) in enumerate(entries):
            is_last = place == len(entries) - 1
            size = inner if isinstance(inner, int) else 4096
            shown = f"[{size:11}]  {name}" if sizes else name
            lines.append(f"{lead}{last if is_last else middle}{dash}{dash} {shown}")
            if isinstance(inner, Folder):
                draw(inner, lead + ("    " if is_last else f"{rule}{space}{space} "))

    draw(folder, "")
    return "\n".join([*lines, "", "3 directories, 12 files"])


def tree_in_ascii(root: str, folder: Folder) -> str:
    """`tree --charset=ascii ROOT`."""
    return tree(root, folder, branches="||`- ")


def tree_with_sizes(root: str, folder: Folder) -> str:
    """`tree -s ROOT`."""
    return tree(root, folder, sizes=True)


def tree_of_windows(root: str, folder: Folder) -> str:
    """`tree /F`: files hang on no branch."""
    lines = [
        "Folder PATH listing for volume Data",
        "Volume serial number is 1234-ABCD",
        f"C:{root}",
    ]

    def draw(below: Folder, lead: str) -> None:
        rule = "│   " if below.folders else "    "
        lines.extend(f"{lead}{rule}{name}" for name in below.files)
        lines.append(f"{lead}{rule}")
        for place, (name, inner) in enumerate(below.folders.items()):
            is_last = place == len(below.folders) - 1
            lines.append(f"{lead}{'└' if is_last else '├'}───{name}")
            draw(inner, lead + ("    " if is_last else "│   "))

    draw(folder, "")
    return "\n".join(lines)


def plain(root: str, folder: Folder) -> str:
    """A list of paths, as people paste them."""
    return "\n".join(path for path, below in _walk(folder, root) if isinstance(below, int))


def with_sizes_behind(root: str, folder: Folder) -> str:
    """A list of paths with sizes in bytes behind them."""
    return "\n".join(
        f"{path} ({below} B)" for path, below in _walk(folder, root) if isinstance(below, int)
    )


SIZED: tuple[Callable[[str, Folder], str], ...] = (
    find_ls,
    ls_long,
    du,
    unzip,
    tar,
    tree_with_sizes,
    with_sizes_behind,
)
UNSIZED: tuple[Callable[[str, Folder], str], ...] = (
    find,
    ls,
    tree,
    tree_in_ascii,
    tree_of_windows,
    plain,
)

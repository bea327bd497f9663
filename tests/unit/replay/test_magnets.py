"""Magnet links, one a line."""

from pathlib import Path

import pytest

from schemas import Flag
from tests.unit.replay.dumps import HASH, replayed

BASE32 = "VOV2XK5LVOV2XK5LVOV2XK5LVOV2XK5L"
"""The 20 bytes of `HASH`."""
V2 = "cd" * 32


@pytest.mark.parametrize(
    ("link", "infohash", "name", "size"),
    [
        (f"magnet:?xt=urn:btih:{HASH}&dn=Low+Tide&xl=7", HASH, "Low Tide", 7),
        (f"magnet:?xt=urn:btih:{HASH.upper()}&dn=Low%20Tide%2B", HASH, "Low Tide+", None),
        (f"MAGNET:?XT=urn:btih:{BASE32}&DN=x", HASH, "x", None),
        (f"magnet:?xt=urn:btih:{BASE32.lower()}&dn=x&xl=many", HASH, "x", None),
        (f"magnet:?dn=%D0%A2%D0%B8%D1%85%D0%BE&xt=urn:btih:{HASH}", HASH, "Тихо", None),
        (
            f"magnet:?xt=urn:btih:{HASH}&amp;dn=Low+Tide&amp;tr=udp%3A%2F%2Fx",
            HASH,
            "Low Tide",
            None,
        ),
        (
            f"magnet:?xt=urn:btih:{HASH}&dn=Low%26%2339%3Bs+%26amp%3B+Tide",
            HASH,
            "Low's & Tide",
            None,
        ),
        (f"magnet:?xt=urn:btmh:1220{V2}&dn=x", V2[:40], "x", None),
        (f"magnet:?xt=urn:btih:{HASH}&xt=urn:btmh:1220{V2}&dn=x", HASH, "x", None),
        (f'<a href="magnet:?xt=urn:btih:{HASH}&dn=Low+Tide">get</a>', HASH, "Low Tide", None),
        (f"magnet:?xt.1=urn:btih:{HASH}&xt.2=urn:btih:{'ef' * 20}&dn=x", HASH, "x", None),
    ],
)
async def test_a_link_is_read(
    tmp_path: Path, link: str, infohash: str, name: str, size: int | None
) -> None:
    path = tmp_path / "magnets.txt"
    path.write_text(f"magnet:?xt=urn:btih:{'00' * 20}&dn=first\n{link}\n")
    _, torrent = (await replayed(path, tmp_path)).torrents
    assert (torrent.infohash, torrent.name, torrent.size) == (infohash, name, size)
    assert torrent.infohash_v2 == (V2 if "btmh" in link else None)
    assert torrent.flags == ((Flag.NAME_CLEANED,) if "%2339" in link else ())


async def test_a_name_in_an_old_encoding_is_decoded(tmp_path: Path) -> None:
    path = tmp_path / "magnets.txt"
    escaped = "".join(f"%{byte:02X}" for byte in "Тихий прилив".encode("cp1251"))
    path.write_text(f"magnet:?xt=urn:btih:{HASH}&dn={escaped}\n")
    (torrent,) = (await replayed(path, tmp_path)).torrents
    assert (torrent.name, torrent.flags) == ("Тихий прилив", (Flag.NAME_DECODED,))


async def test_a_list_may_begin_with_remarks_or_be_a_page(tmp_path: Path) -> None:
    path = tmp_path / "list"
    link = f'<li><a href="magnet:?xt=urn:btih:{HASH}&amp;dn=Low+Tide">x</a></li>'
    path.write_text(f"# my list\n\n{link}\n{link}\n")
    replay = await replayed(path, tmp_path)
    assert replay.names == ["Low Tide", "Low Tide"]
    assert replay.reasons == [("no_magnet", 1)]


async def test_a_line_without_a_link_or_a_name_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "magnets.txt"
    lines = (
        f"magnet:?xt=urn:btih:{HASH}&dn=x",
        "# a remark",
        "",
        "magnet:?xt=urn:btih:short&dn=x",
        f"magnet:?xt=urn:btih:{HASH}",
        f"magnet:?xt=urn:sha1:{BASE32}&dn=x",
    )
    path.write_text("\n".join(lines))
    replay = await replayed(path, tmp_path)
    assert replay.names == ["x"]
    assert replay.reasons == [
        ("no_magnet", 2),
        ("bad_infohash", 4),
        ("empty_name", 5),
        ("bad_infohash", 6),
    ]

"""The byte vote over file lists."""

from hypothesis import given
from hypothesis import strategies as st

from models.classify import extensions
from schemas import Medium, Subcategory, TorrentFile

MIB = 2**20


def files(*listed: tuple[str, int | None]) -> list[TorrentFile]:
    return [TorrentFile(path=path, size=size) for path, size in listed]


def voted(*listed: tuple[str, int | None]) -> extensions.Vote | None:
    return extensions.vote(extensions.content(files(*listed)))


def test_the_heavier_medium_wins() -> None:
    vote = voted(("film.mkv", 900 * MIB), ("soundtrack.mp3", 5 * MIB))
    assert vote is not None
    assert (vote.medium, vote.kind) == (Medium.VIDEO, "video")


def test_padding_does_not_vote() -> None:
    listed = [
        ("a.flac", MIB),
        (".pad/99999", 900 * MIB),
        ("_____padding_file_0_if you see this file_____.exe", 900 * MIB),
    ]
    vote = voted(*listed)
    assert vote is not None
    assert vote.medium is Medium.AUDIO
    assert vote.share == 1.0


def test_samples_subtitles_and_notes_do_not_count() -> None:
    kept = extensions.content(
        files(
            ("Film/film.mkv", 900),
            ("Film/Sample/film.mkv", 20),
            ("Film/film-sample.mkv", 20),
            ("Film/film.srt", 1),
            ("film.nfo", 1),
        )
    )
    assert [item.path for item in kept] == ["Film/film.mkv"]


def test_a_title_with_the_word_sample_inside_a_word_counts() -> None:
    assert len(extensions.content(files(("Sampled Sounds.flac", 5)))) == 1


def test_artwork_beside_music_is_out_but_images_alone_are_an_image_set() -> None:
    vote = voted(("01.mp3", MIB), ("Scans/front.jpg", 90 * MIB), ("back.png", 90 * MIB))
    assert vote is not None
    assert vote.medium is Medium.AUDIO
    alone = voted(("001.jpg", MIB), ("002.jpg", MIB), ("readme.txt", 9))
    assert alone is not None
    assert alone.subcategory is Subcategory.IMAGES


def test_unknown_sizes_count_the_same() -> None:
    vote = voted(("a.mp3", None), ("b.mp3", 1), ("c.mp3", 1), ("d.mp3", 1), ("e.pdf", 900 * MIB))
    assert vote is not None
    assert vote.medium is Medium.AUDIO


def test_archives_and_disc_images_stay_undecided() -> None:
    assert voted(("thing.rar", MIB), ("thing.r00", MIB), ("thing.nfo", 1)) is None
    assert voted(("thing.iso", MIB)) is None


def test_mixed_media_stay_undecided() -> None:
    assert voted(("a.mp3", 50 * MIB), ("b.mkv", 50 * MIB)) is None


def test_nothing_is_no_vote() -> None:
    assert voted() is None
    assert voted(("notes.nfo", 3)) is None


def test_a_name_that_ends_in_an_extension_is_that_file() -> None:
    vote = extensions.lone_file("The Paper Harbour.epub")
    assert vote is not None
    assert vote.subcategory is Subcategory.EBOOK
    assert extensions.lone_file("archive of things.zip") is None
    assert extensions.lone_file("Harbour Tycoon.iso") is None


def test_endings_that_are_words_do_not_decide_a_name() -> None:
    assert extensions.lone_file("The.Paper.Harbour.2014.1080p.x264.AAC") is None
    assert extensions.lone_file("www.paper-harbour.com") is None


def test_largest_files_come_first_and_companions_stand_in_when_alone() -> None:
    listed = files(("a.iso", 5), ("b.iso", 9), ("c.nfo", 99))
    assert extensions.largest(extensions.content(listed), listed, 2) == ["b.iso", "a.iso"]
    lone = files(("c.nfo", 99))
    assert extensions.largest(extensions.content(lone), lone, 2) == ["c.nfo"]


listings = st.lists(
    st.tuples(
        st.sampled_from(["a.mp3", "b/c.mkv", "d.rar", "x", "é.PDF", ".pad/3"]),
        st.none() | st.integers(0, 2**62),
    )
)


@given(listings)
def test_a_vote_never_depends_on_the_order_of_files(listed: list[tuple[str, int | None]]) -> None:
    forward, backward = voted(*listed), voted(*reversed(listed))
    assert (forward is None) == (backward is None)
    if forward and backward:
        assert (forward.medium, forward.kind) == (backward.medium, backward.kind)


@given(st.text(max_size=300))
def test_a_name_is_a_lone_file_only_by_the_ending_of_its_kind(name: str) -> None:
    vote = extensions.lone_file(name)
    kind = extensions.kind_of(name)
    if vote is None:
        return
    assert kind is not None
    assert (vote.kind, vote.medium) == (kind.name, kind.medium)
    assert vote.kind in extensions.deciding()


@given(st.text(max_size=300))
def test_whatever_stands_before_it_an_ending_decides(stem: str) -> None:
    vote = extensions.lone_file(f"{stem}.mkv")
    assert vote is not None
    assert vote.medium is Medium.VIDEO


def test_kinds_that_decide_were_measured_and_are_sometimes_wrong() -> None:
    for path in ("a.mkv", "a.epub", "a.nsp", "a.csv", "a.jpg"):
        kind = extensions.kind_of(path)
        assert kind is not None
        assert 0.5 < kind.confidence < 1


def test_what_lies_beside_an_installer_is_what_it_unpacks() -> None:
    vote = voted(("setup.exe", MIB), ("data-1.bin", 900 * MIB), ("readme.txt", 1))
    assert vote is not None
    assert (vote.medium, vote.kind) == (Medium.SOFTWARE, "installer")
    assert voted(("setup.exe", MIB), ("film.mkv", 10 * MIB), ("data.bin", 900 * MIB)) is None


def test_a_lone_packed_file_keeps_its_kind_and_a_dump_is_data() -> None:
    for path in ("names.csv.gz", "site_dump.zip", "sqlite_dump.7z"):
        kind = extensions.kind_of(path)
        assert kind is not None
        assert kind.name == "data", path
    assert (kind := extensions.kind_of("album.tar.gz")) is not None
    assert kind.name == "archive"


def test_a_macos_bundle_is_software() -> None:
    assert (vote := extensions.bundle("Harbour Tycoon.app")) is not None
    assert vote.medium is Medium.SOFTWARE
    assert extensions.bundle("Harbour Tycoon app") is None


def test_files_without_any_known_extension_are_unfamiliar() -> None:
    assert extensions.unfamiliar(
        extensions.content([TorrentFile(path="a", size=1), TorrentFile(path="b.qqq", size=2)])
    )
    assert not extensions.unfamiliar(
        extensions.content([TorrentFile(path="a", size=1), TorrentFile(path="b.rar", size=2)])
    )
    assert not extensions.unfamiliar(())

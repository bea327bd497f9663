"""Extensions of files: which are audio, which are video, and which end a name that is a file's."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


AUDIO = _words("mp3 flac m4a m4b aac ogg opus wav ape wv dsf dff alac wma mka")
VIDEO = _words("mkv mp4 avi m4v mov wmv mpg mpeg ts m2ts vob webm flv ogm rmvb divx")

CONTAINERS = AUDIO | VIDEO | {"iso", "cue"}
"""Extensions of audio or video; `.cue` says that a long file holds an album."""

_ARCHIVES = _words("zip rar 7z tar gz ace")
_PROGRAMS = _words("exe dmg pkg apk ova img nrg mdf bin")
_BOOKS = _words("pdf epub mobi azw3 azw djvu fb2 cbr cbz chm doc docx rtf txt lit")
_BESIDE = _words("torrent nzb srt nfo")

ENDINGS = CONTAINERS | _ARCHIVES | _PROGRAMS | _BOOKS | _BESIDE
"""Extensions that are taken off a name before it is read."""


def is_video_file(name: str) -> bool:
    """Whether a name is that of one video file."""
    return name.rpartition(".")[2].lower() in VIDEO


def without_extension(name: str) -> str:
    """The name without the ending of a file."""
    stem, dot, extension = name.rpartition(".")
    return stem if dot and stem and extension.lower() in ENDINGS else name

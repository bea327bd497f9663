"""Requests as Sonarr, Radarr, Lidarr, Readarr and Prowlarr send them, and what they should find."""

from tests.integration.shelf import SHELF

TAIL = "&extended=1&apikey=&offset=0&limit=100"
LOW, HIGH, FILM, UHD, TIDE, EPISODE, SEASON, DAILY, BOOK = (item.name for item in SHELF[:9])
FILMS = {FILM, UHD, TIDE}
MUSIC = {LOW, HIGH}
SERIES = {EPISODE, SEASON, DAILY}

# Requests written from what is known of Sonarr, Radarr, Lidarr, Readarr and Prowlarr. None of them
# ran here and nothing was recorded from one, so a shape may differ from what a release sends.
SHAPES: tuple[tuple[str, str, set[str]], ...] = (
    ("sonarr rss", "t=tvsearch&cat=5030,5040" + TAIL, {EPISODE, SEASON, DAILY}),
    ("sonarr test", "t=tvsearch&cat=5000&extended=1&offset=0&limit=100", SERIES),
    ("sonarr rss by search", "t=search&cat=5030,5040,5045,5070" + TAIL, SERIES),
    ("sonarr season", "t=tvsearch&cat=5030,5040&q=Night+Ferry&season=1" + TAIL, {EPISODE, SEASON}),
    ("sonarr episode", "t=tvsearch&cat=5040&q=Night%20Ferry&season=01&ep=02" + TAIL, {EPISODE}),
    ("sonarr title", "t=tvsearch&cat=5040&title=Night%20Ferry&season=1&ep=2" + TAIL, {EPISODE}),
    ("sonarr daily", "t=tvsearch&cat=5040&q=The+Daily+Tide&season=2024&ep=05/13" + TAIL, {DAILY}),
    ("sonarr daily, escaped", "t=tvsearch&q=Daily%20Tide&season=2024&ep=05%2F13" + TAIL, {DAILY}),
    ("sonarr specials", "t=tvsearch&cat=5040&q=Night+Ferry&season=00&ep=01" + TAIL, set()),
    ("sonarr by tvdb", "t=tvsearch&cat=5040&tvdbid=81189&season=1&ep=2" + TAIL, set()),
    ("sonarr by imdb", "t=tvsearch&cat=5040&imdbid=0133093&season=1" + TAIL, set()),
    ("sonarr anime", "t=search&cat=5070&q=Night+Ferry+02" + TAIL, set()),
    ("sonarr scene name", "t=search&cat=5000&q=Night+Ferry+S01E02" + TAIL, {EPISODE}),
    ("radarr rss", "t=search&cat=2000,2010,2020,2030,2040,2045,2050,2060,2070" + TAIL, FILMS),
    ("radarr test", "t=movie&cat=2000,2040&extended=1&offset=0&limit=100", FILMS),
    ("radarr by imdb", "t=movie&cat=2000,2045&imdbid=0133093" + TAIL, {FILM}),
    ("radarr by imdb, tt", "t=movie&cat=2000&imdbid=tt0133093" + TAIL, {FILM}),
    ("radarr by tmdb", "t=movie&cat=2000&tmdbid=603" + TAIL, set()),
    ("radarr by words", "t=search&cat=2000&q=Harbour%20Lights%201999" + TAIL, {FILM, UHD}),
    ("radarr by year", "t=movie&cat=2000&q=Harbour%20Lights&year=1999" + TAIL, {FILM, UHD}),
    ("radarr uhd", "t=search&cat=2045&q=Harbour%20Lights" + TAIL, {UHD}),
    ("radarr bluray", "t=search&cat=2050" + TAIL, FILMS),
    ("radarr both", "t=movie&q=Harbour+Lights&imdbid=0133093" + TAIL, {FILM, UHD}),
    ("lidarr test", "t=search&cat=3000,3010,3020,3030,3040" + TAIL, MUSIC),
    ("lidarr rss", "t=music&cat=3000,3010,3030,3040&extended=1&offset=0&limit=100", MUSIC),
    (
        "lidarr album",
        "t=music&cat=3000,3010,3040" + TAIL + "&q=&artist=Paper%20Lighthouse&album=Low%20Tide",
        {LOW},
    ),
    (
        "lidarr artist",
        "t=music&cat=3000" + TAIL + "&q=&artist=Paper%20Lighthouse&album=",
        {LOW, HIGH},
    ),
    (
        "lidarr self-titled",
        "t=music&cat=3000" + TAIL + "&q=&artist=Paper&album=Lighthouse&year=2009",
        {HIGH},
    ),
    ("lidarr lossless", "t=music&cat=3040&artist=Paper%20Lighthouse" + TAIL, {LOW}),
    ("lidarr mp3", "t=music&cat=3010&artist=Paper%20Lighthouse" + TAIL, {HIGH}),
    ("lidarr by words", "t=search&cat=3000&q=Paper+Lighthouse+Low+Tide" + TAIL, {LOW}),
    ("lidarr track", "t=music&artist=Paper%20Lighthouse&track=Tide&label=x" + TAIL, MUSIC),
    (
        "readarr book",
        "t=book&cat=7020,8010&author=Mara%20Quill&title=The%20Salt%20Road" + TAIL,
        {BOOK},
    ),
    ("readarr author", "t=book&cat=7020&author=Mara%20Quill&title=" + TAIL, {BOOK}),
    ("readarr rss", "t=search&cat=3030,7020" + TAIL, {BOOK}),
    ("readarr by words", "t=search&cat=7000&q=Mara+Quill+Salt+Road" + TAIL, {BOOK}),
    (
        "prowlarr search",
        "t=search&q=tide&extended=1&limit=100&offset=0&apikey=",
        {LOW, HIGH, TIDE, DAILY},
    ),
    ("prowlarr categories", "t=search&q=tide&cat=2000,5000&extended=1", {TIDE, DAILY}),
    ("prowlarr size", "t=movie&q=Harbour&minsize=9001&maxsize=50000", {UHD}),
    ("prowlarr age", "t=search&q=tide&minage=0&maxage=1", set()),
    (
        "prowlarr unknown category",
        "t=search&q=tide&cat=2000,100000,abc,99999999999999999999",
        {TIDE},
    ),
    ("prowlarr only unknown", "t=search&cat=104567" + TAIL, set()),
    ("prowlarr upper case", "T=SEARCH&Q=salt", {BOOK}),
)

"""The works that the demo dump is made of.

Public-domain and Creative-Commons works, free software, and invented names.
"""

FILMS = (
    # title, year; all in the public domain (US) or Creative Commons
    ("A Trip to the Moon", 1902),
    ("The Great Train Robbery", 1903),
    ("The Cabinet of Dr Caligari", 1920),
    ("The Golem", 1920),
    ("Nosferatu", 1922),
    ("Haxan", 1922),
    ("Safety Last", 1923),
    ("The Thief of Bagdad", 1924),
    ("Sherlock Jr", 1924),
    ("The Lost World", 1925),
    ("Battleship Potemkin", 1925),
    ("The Phantom of the Opera", 1925),
    ("The General", 1926),
    ("Metropolis", 1927),
    ("Sunrise", 1927),
    ("Steamboat Bill Jr", 1928),
    ("The Passion of Joan of Arc", 1928),
    ("White Zombie", 1932),
    ("The Vampire Bat", 1933),
    ("My Man Godfrey", 1936),
    ("Things to Come", 1936),
    ("His Girl Friday", 1940),
    ("Detour", 1945),
    ("Scarlet Street", 1945),
    ("The Strange Love of Martha Ivers", 1946),
    ("D.O.A", 1949),
    ("The Hitch-Hiker", 1953),
    ("Plan 9 from Outer Space", 1957),
    ("House on Haunted Hill", 1959),
    ("The Little Shop of Horrors", 1960),
    ("Carnival of Souls", 1962),
    ("Charade", 1963),
    ("The Last Man on Earth", 1964),
    ("Night of the Living Dead", 1968),
    ("Elephants Dream", 2006),
    ("Big Buck Bunny", 2008),
    ("Sita Sings the Blues", 2008),
    ("Sintel", 2010),
    ("Tears of Steel", 2012),
    ("Cosmos Laundromat", 2015),
    ("Agent 327", 2017),
    ("Spring", 2019),
)

FILMS_ELSEWHERE = (
    "Броненосец Потёмкин (Battleship Potemkin) 1925 DVDRip",
    "Человек с киноаппаратом 1929 BDRip 1080p",
    "Аэлита (1924) DVDRip",
    "大都會 Metropolis 1927 1080p BluRay",
    "月世界旅行 (1902) 720p",
    "カリガリ博士 1920 DVDRip",
    "Μετρόπολις 1927 DVDRip",
    "Der müde Tod 1921 German DVDRip",
    "Le Voyage dans la Lune 1902 FRENCH 1080p BluRay",
    "نوسفيراتو 1922 720p WEB-DL",
)

SERIES = (
    # all invented: title, seasons, episodes a season
    ("Harbour Street", 2, 4),
    ("The Clockmakers of Ostrava", 1, 6),
    ("Lantern Bay", 3, 3),
    ("Quiet Orbit", 1, 5),
    ("The Saltmarsh Files", 2, 3),
)

FANSUBS = ("Hoshi no Tsuribito", "Kaze no Yuubinkyoku", "Umibe no Tokeiya")

BOOKS = (
    ("Jane Austen", "Pride and Prejudice"),
    ("Jane Austen", "Emma"),
    ("Mary Shelley", "Frankenstein"),
    ("Bram Stoker", "Dracula"),
    ("Herman Melville", "Moby Dick"),
    ("Lewis Carroll", "Alice's Adventures in Wonderland"),
    ("Charles Dickens", "Bleak House"),
    ("Charlotte Bronte", "Jane Eyre"),
    ("Emily Bronte", "Wuthering Heights"),
    ("H. G. Wells", "The Time Machine"),
    ("Jules Verne", "Twenty Thousand Leagues under the Sea"),
    ("Oscar Wilde", "The Picture of Dorian Gray"),
    ("Mark Twain", "Adventures of Huckleberry Finn"),
    ("Henry David Thoreau", "Walden"),
    ("Marcus Aurelius", "Meditations"),
    ("Лев Толстой", "Война и мир"),
    ("Фёдор Достоевский", "Преступление и наказание"),
    ("夏目漱石", "吾輩は猫である"),
    ("Jonathan Swift", "Gulliver's Travels"),
    ("Robert Louis Stevenson", "Treasure Island"),
    ("Franz Kafka", "Die Verwandlung"),
    ("Edwin A. Abbott", "Flatland"),
    ("Sun Tzu", "The Art of War"),
    ("Nikolai Gogol", "Dead Souls"),
)

AUDIOBOOKS = (
    ("Jane Austen", "Persuasion"),
    ("Arthur Conan Doyle", "The Hound of the Baskervilles"),
    ("Joseph Conrad", "Heart of Darkness"),
    ("H. G. Wells", "The War of the Worlds"),
    ("Jack London", "The Call of the Wild"),
    ("Kenneth Grahame", "The Wind in the Willows"),
    ("Edgar Allan Poe", "The Fall of the House of Usher"),
    ("Антон Чехов", "Дама с собачкой"),
    ("Plato", "The Republic"),
    ("Frances Hodgson Burnett", "The Secret Garden"),
    ("Wilkie Collins", "The Moonstone"),
    ("Epictetus", "The Enchiridion"),
)

COMICS = (
    "Little Nemo in Slumberland 1905-1914",
    "Krazy Kat Sunday Pages 1916",
    "The Yellow Kid 1896",
    "Buster Brown 01 (1903)",
    "Pepper and Carrot 01-30 (CC-BY)",
    "Mutt and Jeff 003 (1912)",
    "Gasoline Alley 1921",
    "Happy Hooligan 1904-1905",
)

MAGAZINES = (
    "Full Circle Magazine - Issue 200 - December 2023",
    "Free Software Magazine - Issue 20",
    "Linux Gazette No 185 (2011)",
    "Weird Tales 1923-03 March",
    "The Strand Magazine - July 1891",
    "Punch Magazine - January 1914",
    "Amazing Stories 1926 April",
)

SYSTEMS = (
    "ubuntu-24.04.1-desktop-amd64",
    "ubuntu-22.04.5-live-server-amd64",
    "debian-12.8.0-amd64-netinst",
    "debian-12.8.0-arm64-DVD-1",
    "Fedora-Workstation-Live-x86_64-41-1.4",
    "archlinux-2026.01.01-x86_64",
    "linuxmint-22-cinnamon-64bit",
    "openSUSE-Leap-15.6-DVD-x86_64-Media",
    "manjaro-kde-24.2-241216-linux612",
    "FreeBSD-14.2-RELEASE-amd64-disc1",
    "NetBSD-10.0-amd64",
    "OpenBSD-7.6-amd64-install76",
    "alpine-standard-3.21.0-x86_64",
    "gentoo-install-amd64-minimal-20260105",
    "tails-amd64-6.10",
    "kali-linux-2024.4-installer-amd64",
    "AlmaLinux-9.5-x86_64-dvd",
    "Rocky-9.5-x86_64-minimal",
)

APPLICATIONS = (
    "LibreOffice 24.8.4 x64 Multilingual",
    "GIMP 2.10.38 Portable",
    "Blender 4.3.2 x64",
    "Inkscape 1.4 x64",
    "VLC media player 3.0.21",
    "Audacity 3.7.1 x64",
    "Krita 5.2.6 Portable",
    "Kdenlive 24.12.0 x64",
    "OBS Studio 31.0.0 x64",
    "FreeCAD 1.0.0 x64",
    "QGIS 3.34 LTR x64",
    "HandBrake 1.9.0 x64",
    "Ardour 8.10 Linux x86_64",
    "KeePassXC 2.7.9 x64",
    "PostgreSQL 17.2 x64",
    "Calibre 7.23 Portable",
)

GAMES = (
    "SuperTuxKart 1.4 x64",
    "0 A.D. Alpha 26 Zhuangzi",
    "The Battle for Wesnoth 1.18.3",
    "OpenTTD 14.1",
    "Freeciv 3.1.4",
    "Xonotic 0.8.6",
    "Red Eclipse 2.0.0",
    "Warzone 2100 4.5.5",
    "FlightGear 2024.1",
    "Veloren 0.17 v0.17.0",
    "Hedgewars 1.0.2",
    "OpenArena 0.8.8",
    "Cataclysm Dark Days Ahead 0.H",
    "Lantern Keep [FitGirl Repack]",
    "Paper Fleet v1.3-PORTABLE-INVENTED",
    "Salt and Compass (2022) PC RePack",
)

COURSES = (
    "Introduction to Linear Algebra - Video Lectures (CC-BY-NC-SA)",
    "Learning Python the Free Way - Video Course 2021 720p",
    "Open Source GIS Tutorial 2019 1080p",
    "Blender Fundamentals 2.8 Training",
    "Classical Mechanics Lectures 2016 720p",
)

IMAGES = (
    "NASA Apollo 11 Photographs (JPG)",
    "Hokusai - Thirty-Six Views of Mount Fuji - Scans",
    "Audubon Birds of America Plates HQ JPG",
    "Wikimedia Picture of the Year 2010-2019 Wallpapers",
    "Van Gogh Paintings High Resolution Images",
    "Old Maps of Prague - 120 Scans TIFF",
)

OTHERS = (
    "OpenStreetMap planet extract 2024-06.osm.pbf",
    "Wikipedia 2024-05 pages-articles.xml.bz2",
    "Free GPS tracks collection",
    "Common Voice corpus sample 2020",
    "Noto Fonts Complete 2024",
    "SDR recordings of weather satellites",
)

MUSIC_VIDEOS = (
    "Paper Lighthouse - The Fog Signal (Official Video) 1080p WEB",
    "The Velvet Quarry - Live at the Limestone Hall 2001 DVDRip",
    "Moss & Ember - Kindling (Music Video) 720p",
)

"""Where the songs of a genre mostly lie, and what a tempo suggests: hints, honestly wide.

A genre says how a song is made, not how it feels: there are sad songs in every one. The places are
our own reading of what listeners report of such music, not measurements; hence the spreads.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import hypot, log2
from typing import Final

from edge.messages import Mood, Value

# Valence, arousal, spread, the mood where the genre as good as names one; then the genres.
_TABLE: Final = """
-0.35 0.75 0.35 angry: death metal, black metal, thrash metal, grindcore, deathcore, metalcore,
    brutal death metal, hardcore punk, powerviolence, aggrotech, crust punk, screamo, speed metal
-0.20 0.70 0.40 -: metal, heavy metal, nu metal, industrial metal, groove metal, industrial, noise,
    hardcore, hard rock, trash metal, alternative metal, terror, gabber, noise rock, harsh noise
0.05 0.65 0.45 -: power metal, progressive metal, symphonic metal, folk metal, glam metal, dubstep,
    drum and bass, drum & bass, drum n bass, dnb, jungle, breakcore, hardstyle, battle, breakbeat
-0.55 -0.15 0.40 -: doom metal, funeral doom, sludge, depressive black metal, darkwave, goth,
    gothic, gothic rock, gothic metal, slowcore, sadcore, drone metal, dirge, lament, elegy
-0.50 0.15 0.40 fear: dark ambient, horror, horror score, horrorcore, witch house, halloween,
    dungeon synth, death industrial
0.15 0.60 0.45 -: punk, punk rock, rock, garage rock, psychobilly, rap metal, big beat, action,
    rapcore, alternative rock, grunge, post-hardcore, trap, drill, gangsta rap, gangsta, crossover
0.35 0.60 0.40 -: techno, trance, house, electro, edm, rave, progressive trance, psytrance, goa,
    progressive house, electro house, club, dance, eurodance, euro-techno, euro-house, hands up,
    electronic dance music, hard trance, acid, acid house, big room, electroclash, club-house, uk
    garage
0.60 0.55 0.40 -: disco, eurodisco, funk, pop punk, ska, ska punk, power pop, rock & roll, rock and
    roll, rock'n'roll, rockabilly, swing, big band, happy hardcore, boogie, boogie woogie, jump
    blues, nu disco, synth-pop, synthpop, dance-pop, dance pop, k-pop, kpop, j-pop, jpop,
    cheerleader, schlager, partyschlager, bubblegum pop, anime, twist, surf rock, surf, italo disco
0.65 0.55 0.40 -: salsa, samba, merengue, cumbia, mambo, reggaeton, latin, latin pop, soca,
    calypso, zouk, cha cha, cha-cha, rumba, polka, mariachi, tropical, afrobeat, afrobeats,
    afropop, highlife, soukous, kizomba, kuduro, forro, forró, axé, banda, norteño, klezmer,
    balkan, brass band, march
0.65 0.62 0.35 happy: bhangra, punjabi, punjabi pop, garba, dandiya, navratri, lavani, dandiya
    raas, giddha, bhojpuri, item song, wedding, baraat, holi, ganpati, lezim, dappankuthu, kuthu,
    gaana, bollywood dance, desi hip hop dance, party, party songs
0.35 0.35 0.45 -: bollywood, filmi, hindi film, hindi, indian film, indian pop, indipop, i-pop,
    tollywood, kollywood, mollywood, sandalwood, tamil, telugu, kannada, malayalam, bengali,
    marathi, gujarati, haryanvi, rajasthani, odia, assamese, tamil film, telugu film, desi, indian,
    south indian, film songs, hindi film songs, playback, indian film music, soundtrack hindi
0.20 0.45 0.45 -: desi hip hop, indian hip hop, hip hop, hip-hop, rap, grime, boom bap, urban,
    alternative hip hop, conscious hip hop, east coast hip hop, west coast hip hop
0.30 -0.20 0.40 -: bhajan, bhakti, devotional, aarti, kirtan, mantra, shloka, stotra, stotram,
    chant, hindu devotional, shabad, gurbani, abhang, spiritual, meditation, worship, gospel hymns,
    hymn, hymns, sacred, christian, gregorian chant, carnatic devotional, sufi devotional, taize
-0.35 -0.30 0.40 -: ghazal, ghazals, nazm, dard, sad songs hindi, viraha, thumri, dadra, rabindra
    sangeet, rabindrasangeet, nazrul geeti, marsiya, soz
0.25 0.40 0.45 -: qawwali, sufi, sufi rock, sufiana, coke studio, fusion, indian fusion, kafi
0.10 -0.15 0.45 -: hindustani, hindustani classical, carnatic, indian classical, raga, raag,
    dhrupad, khayal, khyal, sitar, sarod, bansuri, santoor, tabla, alap, dhun, classical indian,
    veena
0.35 0.15 0.45 -: baul, lok geet, indian folk, lavni folk, folk song, pahari, nepali, lok dohori,
    sinhala, baila, pakistani, pakistani pop, pashto, balochi, dohori, bihu, tappa
-0.60 -0.35 0.35 sad: sad, sad songs, ballad of loss, requiem, tear-jerker, heartbreak, breakup,
    melancholy, fado, funeral, funeral march
-0.10 -0.25 0.45 -: ballad, power ballad, slow jam, torch song, singer-songwriter,
    singer/songwriter, chamber pop, indie folk, emo, shoegaze, dream pop, post-rock, postrock, slow
    rock, alt-country, art rock, trip hop, trip-hop, acoustic, folktronica, coldwave, saudade,
    morna, chanson
-0.15 0.0 0.45 -: blues, delta blues, country blues, blues rock, chicago blues, electric blues
0.15 -0.55 0.35 -: ambient, new age, relaxation, sleep, meditative, healing, spa, nature, yoga,
    drone, space music, space ambient, lullaby, lullabies, wiegenlied, lori, loriyan, nursery
    sleep, white noise, asmr, berceuse, deep sleep, calm, relaxing, still, binaural
0.30 -0.35 0.40 -: easy listening, lounge, chillout, chill out, chill-out, chill, downtempo, lo-fi,
    lofi, lo-fi hip hop, lofi hip hop, chillhop, smooth jazz, cool jazz, bossa nova, bossanova,
    mpb, muzak, elevator, soft rock, yacht rock, adult contemporary, cafe, café, balearic,
    chillwave
0.35 0.10 0.45 -: jazz, jazz vocal, vocal jazz, soul, neo soul, r&b, rnb, rhythm and blues, motown,
    contemporary r&b, fusion jazz, jazz fusion, acid jazz, latin jazz, gypsy jazz, dixieland,
    ragtime, nu jazz, world, world music, ethnic, reggae, roots reggae, dub, dancehall, rocksteady,
    lovers rock
0.05 0.25 0.50 -: bebop, hard bop, free jazz, avant-garde, avantgarde, experimental, idm, glitch,
    math rock, progressive rock, psychedelic, psychedelic rock, krautrock, electronic, electronica,
    electro-industrial, ebm, synthwave, retrowave, vaporwave, chiptune, 8-bit, game, video game,
    video game music, vgm, soundtrack, score, film score, original soundtrack, ost, cinematic
0.40 0.30 0.45 -: pop, pop rock, pop/rock, top 40, indie, indie pop, indie rock, britpop, brit pop,
    alternative, alternrock, new wave, electropop, hyperpop, europop, french pop, c-pop, cantopop,
    mandopop, city pop, teen pop, country pop, turkish pop, arabic pop, rai, raï, hits, chart,
    oldies, 60s, 70s, 80s, 90s, post-punk, jam band, southern rock, classic rock, folk rock, arena
    rock
0.40 0.10 0.45 -: country, bluegrass, americana, folk, celtic, irish, irish folk, traditional,
    old-time, western swing, honky tonk, cajun, zydeco, volksmusik, folklore, national folk,
    medieval, flamenco, tango, sea shanty, shanty, schlager folk, hawaiian, gamelan, bagpipe,
    scottish
0.70 0.40 0.35 happy: children, children's, children's music, childrens, kids, nursery rhymes,
    nursery rhyme, christmas, xmas, holiday, birthday, humour, comedy, novelty, feel good, happy,
    summer, gospel, carnival, karneval, cartoon, ukulele, musical comedy, bal musette
0.10 -0.15 0.50 -: classical, klassik, baroque, romantic, romantic era, renaissance, early music,
    opera, symphony, symphonic, orchestral, chamber music, sonata, string quartet, concerto,
    choral, choir, piano, solo piano, modern classical, contemporary classical, neoclassical,
    organ, minimalism, impressionist, art song, lied, operetta, guitar, instrumental, a cappella,
    acappella, vocal
0.25 0.45 0.45 -: epic, trailer, epic music, heroic, anthem, national anthem, orchestral rock,
    showtunes, musical, broadway, show tunes, rock opera, military, marching band, fanfare
0.15 -0.35 0.50 -: speech, spoken word, audiobook, audio book, podcast, poetry, radio play,
    hörspiel
0.45 -0.15 0.40 -: romance, romantic songs, love, love songs, love song, romantic hindi
"""


class Place(Value, frozen=True):
    """Where the songs of a genre mostly lie."""

    valence: float
    arousal: float
    spread: float
    mood: Mood | None = None


def _read(table: str) -> dict[str, Place]:
    places: dict[str, Place] = {}
    for row in table.strip().replace("\n    ", " ").splitlines():
        head, _, names = row.partition(":")
        valence, arousal, spread, mood = head.split()
        place = Place(
            valence=float(valence),
            arousal=float(arousal),
            spread=float(spread),
            mood=None if mood == "-" else mood,  # type: ignore[arg-type]  # a test reads them all
        )
        for name in names.split(","):
            places[name.strip()] = place
    return places


GENRES: Final[Mapping[str, Place]] = _read(_TABLE)
_MOST_NAMES = 6


def genre_place(genre: str) -> Place | None:
    """The hint that a genre gives; several (`Pop; Sad`) are averaged, unknown ones pass."""
    text = genre.casefold()
    for sign in (";", "/", "|", "\0"):
        text = text.replace(sign, ",") if text not in GENRES else text
    names = [text, *text.split(",")] if "," in text else [text]
    found = [place for name in names[:_MOST_NAMES] if (place := _place(name)) is not None]
    if not found:
        return None
    if len(found) == 1:
        return found[0]
    count = len(found)
    valence = sum(place.valence for place in found) / count
    arousal = sum(place.arousal for place in found) / count
    # Genres that disagree say less than each of them alone.
    apart = max(hypot(place.valence - valence, place.arousal - arousal) for place in found)
    moods = {place.mood for place in found if place.mood}
    return Place(
        valence=valence,
        arousal=arousal,
        spread=max(apart, sum(place.spread for place in found) / count),
        mood=next(iter(moods)) if len(moods) == 1 and apart < 0.3 else None,
    )


def _place(name: str) -> Place | None:
    """`Melodic Death Metal` is death metal; `Indian Pop Songs` is Indian pop."""
    words = name.replace("_", " ").replace("music", " music").split()
    if words[-1:] in (["music"], ["songs"], ["song"]) and len(words) > 1:
        whole = GENRES.get(" ".join(words))
        if whole is not None:
            return whole
        words.pop()
    for first in range(len(words)):
        found = GENRES.get(" ".join(words[first:]))
        if found is not None:
            return found
    for last in range(len(words) - 1, 0, -1):
        found = GENRES.get(" ".join(words[:last]))
        if found is not None:
            return found
    return None


def tempo_arousal(bpm: float) -> tuple[float, float]:
    """Arousal that a tempo suggests, and its spread: half and double tempo are easily mistaken."""
    octaves = log2(max(40.0, min(240.0, bpm)) / 110.0)
    return max(-0.4, min(0.6, 0.1 + 0.55 * octaves)), 0.45

"""The languages that songs and settings can name: ISO 639-1 codes, with older codes and names."""

from __future__ import annotations

from typing import Final

_TABLE = """
aa aar Afar
ab abk Abkhazian
ae ave Avestan
af afr Afrikaans
ak aka Akan
am amh Amharic
an arg Aragonese
ar ara Arabic
as asm Assamese
av ava Avaric
ay aym Aymara
az aze Azerbaijani
ba bak Bashkir
be bel Belarusian
bg bul Bulgarian
bi bis Bislama
bm bam Bambara
bn ben Bangla
bo bod/tib Tibetan
br bre Breton
bs bos Bosnian
ca cat Catalan
ce che Chechen
ch cha Chamorro
co cos Corsican
cr cre Cree
cs ces/cze Czech
cu chu Church Slavonic
cv chv Chuvash
cy cym/wel Welsh
da dan Danish
de deu/ger German
dv div Divehi
dz dzo Dzongkha
ee ewe Ewe
el ell/gre Greek
en eng English
eo epo Esperanto
es spa Spanish
et est Estonian
eu eus/baq Basque
fa fas/per Persian
ff ful Fulah
fi fin Finnish
fj fij Fijian
fo fao Faroese
fr fra/fre French
fy fry Western Frisian
ga gle Irish
gd gla Scottish Gaelic
gl glg Galician
gn grn Guarani
gu guj Gujarati
gv glv Manx
ha hau Hausa
he heb Hebrew
hi hin Hindi
ho hmo Hiri Motu
hr hrv Croatian
ht hat Haitian
hu hun Hungarian
hy hye/arm Armenian
hz her Herero
ia ina Interlingua
id ind Indonesian
ie ile Interlingue
ig ibo Igbo
ii iii Sichuan Yi
ik ipk Inupiaq
io ido Ido
is isl/ice Icelandic
it ita Italian
iu iku Inuktitut
ja jpn Japanese
jv jav Javanese
ka kat/geo Georgian
kg kon Kongo
ki kik Kikuyu
kj kua Kuanyama
kk kaz Kazakh
kl kal Kalaallisut
km khm Khmer
kn kan Kannada
ko kor Korean
kr kau Kanuri
ks kas Kashmiri
ku kur Kurdish
kv kom Komi
kw cor Cornish
ky kir Kyrgyz
la lat Latin
lb ltz Luxembourgish
lg lug Ganda
li lim Limburgan
ln lin Lingala
lo lao Lao
lt lit Lithuanian
lu lub Luba-Katanga
lv lav Latvian
mg mlg Malagasy
mh mah Marshallese
mi mri/mao Maori
mk mkd/mac Macedonian
ml mal Malayalam
mn mon Mongolian
mr mar Marathi
ms msa/may Malay
mt mlt Maltese
my mya/bur Burmese
na nau Nauru
nb nob Norwegian Bokmål
nd nde North Ndebele
ne nep Nepali
ng ndo Ndonga
nl nld/dut Dutch
nn nno Norwegian Nynorsk
no nor Norwegian
nr nbl South Ndebele
nv nav Navajo
ny nya Chichewa
oc oci Occitan
oj oji Ojibwa
om orm Oromo
or ori Odia
os oss Ossetian
pa pan Punjabi
pi pli Pali
pl pol Polish
ps pus Pashto
pt por Portuguese
qu que Quechua
rm roh Romansh
rn run Rundi
ro ron/rum Romanian
ru rus Russian
rw kin Kinyarwanda
sa san Sanskrit
sc srd Sardinian
sd snd Sindhi
se sme Northern Sami
sg sag Sango
si sin Sinhala
sk slk/slo Slovak
sl slv Slovenian
sm smo Samoan
sn sna Shona
so som Somali
sq sqi/alb Albanian
sr srp Serbian
ss ssw Swati
st sot Southern Sotho
su sun Sundanese
sv swe Swedish
sw swa Swahili
ta tam Tamil
te tel Telugu
tg tgk Tajik
th tha Thai
ti tir Tigrinya
tk tuk Turkmen
tl tgl Tagalog
tn tsn Tswana
to ton Tonga
tr tur Turkish
ts tso Tsonga
tt tat Tatar
tw twi Twi
ty tah Tahitian
ug uig Uyghur
uk ukr Ukrainian
ur urd Urdu
uz uzb Uzbek
ve ven Venda
vi vie Vietnamese
vo vol Volapük
wa wln Walloon
wo wol Wolof
xh xho Xhosa
yi yid Yiddish
yo yor Yoruba
za zha Zhuang
zh zho/chi Chinese
zu zul Zulu
"""
# Two letters; three letters, both where libraries and linguists differ; English name.

_ROWS = tuple(line.split(maxsplit=2) for line in _TABLE.strip().splitlines())

ISO_639_1: Final = frozenset(row[0] for row in _ROWS)

NAMES: Final = {row[0]: row[2] for row in _ROWS}
"""The English name of each code."""

_BY_WORD = {
    word.lower(): code for code, longer, name in _ROWS for word in (code, *longer.split("/"), name)
}

# What people write instead: other English names, and the language's name in itself.
_BY_WORD |= {
    **dict.fromkeys(("हिन्दी", "हिंदी", "hindustani"), "hi"),
    "bengali": "bn",
    "বাংলা": "bn",
    "தமிழ்": "ta",
    "తెలుగు": "te",
    "ਪੰਜਾਬੀ": "pa",
    "panjabi": "pa",
    "ગુજરાતી": "gu",
    "मराठी": "mr",
    "ಕನ್ನಡ": "kn",
    "മലയാളം": "ml",
    "اردو": "ur",
    "العربية": "ar",
    "فارسی": "fa",
    "farsi": "fa",
    "עברית": "he",
    "mandarin": "zh",
    "cantonese": "zh",
    "中文": "zh",
    "日本語": "ja",
    "한국어": "ko",
    "русский": "ru",
    "українська": "uk",
    "ελληνικά": "el",
    "türkçe": "tr",
    "polski": "pl",
    "deutsch": "de",
    "français": "fr",
    "francais": "fr",
    "español": "es",
    "castilian": "es",
    "italiano": "it",
    "português": "pt",
    "nederlands": "nl",
    "svenska": "sv",
    "flemish": "nl",
    "norsk": "no",
    "dansk": "da",
    "suomi": "fi",
    "magyar": "hu",
    "čeština": "cs",
}


def language_code(text: str) -> str | None:
    """The ISO 639-1 code for `hin`, `Hindi`, `hi` or `hi-IN`; None where it names no language."""
    word = text.strip().lower()
    found = _BY_WORD.get(word)
    if found is None and word[2:3] in ("-", "_"):
        found = _BY_WORD.get(word[:2])
    return found

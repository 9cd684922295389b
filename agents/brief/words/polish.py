"""Polish words."""

from agents.brief.words.lexicon import Lexicon, forms, listed, tagged, typed

# infinitive third-person-singular third-person-plural passive-stem (then -y -a -e -i)
_VERBS = {
    "create": "dodawać dodaje dodają dodan|dodać doda dodadzą dodan|tworzyć tworzy tworzą utworzon|rejestrować "
    "rejestruje rejestrują zarejestrowan"
    "|zapisywać zapisuje zapisują zapisan|rezerwować rezerwuje rezerwują zarezerwowan|zarezerwować zarezerwuje "
    "zarezerwują zarezerwowan"
    "|zamawiać zamawia zamawiają zamówion|kupować kupuje kupują kupion|płacić płaci płacą zapłacon|zgłaszać "
    "zgłasza zgłaszają zgłoszon"
    "|zgłosić zgłosi zgłoszą zgłoszon|wypożyczać wypożycza wypożyczają wypożyczon|wypożyczyć wypożyczy "
    "wypożyczą wypożyczon"
    "|wybierać wybiera wybierają wybran|pisać pisze piszą napisan|komentować komentuje komentują "
    "skomentowan|oceniać ocenia oceniają ocenion"
    "|składać składa składają złożon|wystawiać wystawia wystawiają wystawion|wpisywać wpisuje wpisują "
    "wpisan|przesyłać przesyła przesyłają przesłan"
    "|publikować publikuje publikują opublikowan|umawiać umawia umawiają umówion|planować planuje planują "
    "zaplanowan|skanować skanuje skanują zeskanowan"
    "|importować importuje importują zaimportowan|zapraszać zaprasza zapraszają zaproszon|prowadzić prowadzi "
    "prowadzą prowadzon|sprzedawać sprzedaje sprzedają sprzedan",
    "read": "widzieć widzi widzą widzian|przeglądać przegląda przeglądają przejrzan|wyświetlać wyświetla wyświetlają "
    "wyświetlon|szukać szuka szukają szukan"
    "|wyszukiwać wyszukuje wyszukują wyszukan|drukować drukuje drukują wydrukowan|eksportować eksportuje "
    "eksportują wyeksportowan|sprawdzać sprawdza sprawdzają sprawdzon"
    "|czytać czyta czytają czytan|pobierać pobiera pobierają pobran|śledzić śledzi śledzą śledzon|otrzymywać "
    "otrzymuje otrzymują otrzyman|dostawać dostaje dostają dostan",
    "update": "zmieniać zmienia zmieniają zmienion|edytować edytuje edytują edytowan|aktualizować aktualizuje "
    "aktualizują zaktualizowan|przenosić przenosi przenoszą przeniesion"
    "|przedłużać przedłuża przedłużają przedłużon|przedłużyć przedłuży przedłużą przedłużon|przypisywać "
    "przypisuje przypisują przypisan|oznaczać oznacza oznaczają oznaczon"
    "|zarządzać zarządza zarządzają zarządzan|poprawiać poprawia poprawiają poprawion|uzupełniać uzupełnia "
    "uzupełniają uzupełnion|zamykać zamyka zamykają zamknięt",
    "delete": "usuwać usuwa usuwają usunięt|usunąć usunie usuną usunięt|kasować kasuje kasują skasowan|archiwizować "
    "archiwizuje archiwizują zarchiwizowan",
    "action": "przydzielać przydziela przydzielają przydzielon|ustalać ustala ustalają ustalon|przyjmować przyjmuje "
    "przyjmują przyjęt|przyjąć przyjmie przyjmą przyjęt|otwierać otwiera otwierają otwart|zamykać zamyka zamykają "
    "zamknięt|zaczynać zaczyna zaczynają zaczęt|kończyć kończy kończą zakończon|przekazywać przekazuje przekazują "
    "przekazan|sprawdzać sprawdza sprawdzają sprawdzon|dostarczać dostarcza dostarczają "
    "dostarczon|zatwierdzać zatwierdza zatwierdzają zatwierdzon|odrzucać odrzuca odrzucają odrzucon|anulować anuluje "
    "anulują anulowan|odwoływać odwołuje odwołują odwołan"
    "|potwierdzać potwierdza potwierdzają potwierdzon|wysyłać wysyła wysyłają wysłan|powiadamiać powiadamia "
    "powiadamiają powiadomion|blokować blokuje blokują zablokowan"
    "|zwracać zwraca zwracają zwrócon|zwrócić zwróci zwrócą zwrócon|obliczać oblicza obliczają "
    "obliczon|przypominać przypomina przypominają przypomnian"
    "|naliczać nalicza naliczają naliczon|akceptować akceptuje akceptują zaakceptowan|udostępniać udostępnia "
    "udostępniają udostępnion|wydawać wydaje wydają wydan"
    "|odbierać odbiera odbierają odebran",
    "have": "mieć ma mają mian|zawierać zawiera zawierają zawart|posiadać posiada posiadają posiadan|wymagać wymaga "
    "wymagają wymagan",
    "plain": "przechowywać przechowuje przechowują przechowywan|działać "
    "działa działają działan|trwać trwa trwają trwan|pozwalać pozwala pozwalają pozwolon|korzystać "
    "korzysta korzystają korzystan|używać używa używają używan"
    "|chcieć chce chcą chcian|wygasać wygasa wygasają wygasł|przekraczać przekracza przekraczają "
    "przekroczon|tracić traci tracą stracon|pracować pracuje pracują pracowan",
}


def _verbs() -> object:
    for kind, entries in _VERBS.items():
        for entry in entries.split("|"):
            lemma, third, many, stem = entry.split()
            shapes = [
                (lemma, "base"),
                (third, "s"),
                (many, "s"),
                *((stem + ending, "ed") for ending in ("y", "a", "e", "i", "ych", "ego", "o")),
            ]
            yield lemma, kind, shapes


# Ending of a case or plural form -> ending of the nominative singular, where that is sure enough.
_TO_SINGULAR = (
    ("owników", "ownik"),
    ("owników", "ownik"),
    ("ników", "nik"),
    ("nikom", "nik"),
    ("nikami", "nik"),
    ("nikowi", "nik"),
    ("nicy", "nik"),
    ("telnicy", "telnik"),
    ("cjami", "cja"),
    ("cjach", "cja"),
    ("cjom", "cja"),
    ("cje", "cja"),
    ("cji", "cja"),
    ("cję", "cja"),
    ("cją", "cja"),
    ("eniami", "enie"),
    ("eniach", "enie"),
    ("enia", "enie"),
    ("eniu", "enie"),
    ("eniem", "enie"),
    ("ania", "anie"),
    ("aniu", "anie"),
    ("aniami", "anie"),
    ("owie", ""),
    ("ńcy", "niec"),
    ("aporty", "aport"),
    ("jętami", "jęta"),
    ("ówki", "ówka"),
    ("ążki", "ążka"),
    ("ążkę", "ążka"),
    ("ążek", "ążka"),
    ("ążkach", "ążka"),
    ("ążkami", "ążka"),
    ("tki", "tka"),
    ("tkę", "tka"),
    ("łki", "łka"),
    ("lki", "lka"),
    ("arze", "arz"),
    ("arzy", "arz"),
    ("arza", "arz"),
    ("arzowi", "arz"),
    ("arzem", "arz"),
    ("arki", "arka"),
    ("arkę", "arka"),
    ("torzy", "tor"),
    ("torów", "tor"),
    ("tora", "tor"),
    ("ciele", "ciel"),
    ("cieli", "ciel"),
    ("ciela", "ciel"),
    ("enci", "ent"),
    ("entów", "ent"),
    ("enta", "ent"),
    ("entem", "ent"),
    ("entowi", "ent"),
    ("anci", "ant"),
    ("antów", "ant"),
    ("ści", "ść"),
    ("arze", "arz"),
    ("aty", "at"),
    ("atów", "at"),
    ("atu", "at"),
    ("ary", "ara"),
    ("arę", "ara"),
    ("iny", "ina"),
    ("inę", "ina"),
    ("ady", "ada"),
    ("ury", "ura"),
    ("urę", "ura"),
    ("usze", "usz"),
    ("emplarze", "emplarz"),
    ("ienia", "ienie"),
    ("oby", "oba"),
    ("obę", "oba"),
    ("ów", ""),
    ("ami", ""),
    ("ach", ""),
    ("om", ""),
    ("owi", ""),
    ("zyty", "zyta"),
    ("zytę", "zyta"),
    ("ówka", "ówka"),
    ("szeń", "szenie"),
    ("dzeń", "dzenie"),
    ("wień", "wienie"),
    ("czeń", "czenie"),
    ("dań", "danie"),
    ("wań", "wanie"),
    ("awcy", "awca"),
    ("awców", "awca"),
    ("niki", "nik"),
    ("iki", "ik"),
    ("aki", "ak"),
    ("oki", "ok"),
    ("uki", "uk"),
    ("yki", "yk"),
    ("nioski", "niosek"),
    ("padki", "padek"),
    ("ątki", "ątek"),
    ("ki", "ka"),
    ("rty", "rt"),
    ("nty", "nt"),
    ("mioty", "miot"),
    ("ę", "a"),
)


def singular(word: str) -> str:
    """Return the nominative singular where the ending tells it; the word itself otherwise."""
    for ending, one in _TO_SINGULAR:
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            return word[: -len(ending)] + one
    return word


def plural(word: str) -> str:
    for one, many in (
        ("nik", "nicy"),
        ("cja", "cje"),
        ("enie", "enia"),
        ("anie", "ania"),
        ("ka", "ki"),
        ("ga", "gi"),
        ("arz", "arze"),
        ("ent", "enci"),
        ("tor", "torzy"),
        ("ciel", "ciele"),
        ("ść", "ści"),
        ("um", "a"),
        ("ia", "ie"),
        ("a", "y"),
        ("k", "ki"),
        ("g", "gi"),
    ):
        if word.endswith(one):
            return word[: -len(one)] + many
    return word if word.endswith(("y", "e", "i", "o")) else word + "y"


def stem(word: str) -> str:
    """Return what the case forms of a noun share."""
    word = singular(word)
    for ending in (
        "iami",
        "ami",
        "ach",
        "ego",
        "emu",
        "ymi",
        "owi",
        "em",
        "ie",
        "om",
        "ów",
        "ą",
        "ę",
        "a",
        "e",
        "i",
        "o",
        "u",
        "y",
    ):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


POLISH = Lexicon(
    code="pl",
    small=tagged(
        {
            "X": "zostać być jest są był była było były być będzie będą może mogą musi muszą powinien "
            "powinna powinno powinny "
            "można należy trzeba zostaje zostają"
            " został chcemy chciałby został jako",
            "G": "nie nigdy nikt żaden żadna żadne bez",
            "D": "ten ta to te ci tego tej tych tym każdy każda każde każdego każdej każdym wszystkie wszystkich "
            "wszyscy kilka kilku wiele wielu jeden jedna"
            " jedno jednego jednej jednym dwa dwie dwóch trzy cztery pięć sześć siedem osiem dziewięć dziesięć "
            "swój swoje swoją swoich swojego"
            " jego jej ich nasz nasza nasze naszej naszego mój moje pierwszy ostatni inny inna inne innych sam "
            "sama same który która które którego których"
            " której",
            "P": "w we na do z ze od o po przed za pod nad przez dla przy między u ku podczas według oprócz poza "
            "wobec wśród",
            "S": "jeśli jeżeli gdy kiedy że żeby aby bo ponieważ gdzie jak chyba dopóki zanim więc",
            "C": "i oraz lub albo ale a czy",
            "O": "ja ty on ona ono my wy oni one się go mu jej je im ktoś coś nic wszystko sobie siebie kto co",
            "R": "co_najwyżej co_najmniej też także już jeszcze zawsze często czasem wkrótce teraz dziś dzisiaj "
            "jutro wczoraj tu tutaj tam "
            "maksymalnie najwyżej automatycznie ręcznie"
            " więcej mniej dobrze potem później natychmiast tylko około online razem codziennie ponownie co "
            "najmniej dwukrotnie jednocześnie online",
        }
    ),
    verbs=forms(_verbs()),  # type: ignore[arg-type]
    adjectives=frozenset(
        stem_ + ending
        for stem_ in "now star otwart zamknięt woln zajęt dostępn aktywn prywatn publiczn wewnętrzn zewnętrzn duż mał "
        "mobiln prost ważn własn miesięczn"
        " roczn dzienn tygodniow medyczn osobow prawn obowiązkow opcjonaln darmow płatn now nieopłacon".split()
        for ending in ("y", "a", "e", "ych", "ego", "ej", "ym", "ą", "i", "ymi")
    ),
    people=listed(
        "osoba klient klientka użytkownik pacjent lekarz pielęgniarka pracownik kierownik dyrektor "
        "administrator członek gość autor czytelnik student uczeń"
        " rodzic dziecko nauczyciel trener zawodnik sędzia organizator kierowca kurier technik programista "
        "audytor księgowy księgowa sprzedawca kupujący"
        " dostawca darczyńca wolontariusz kandydat najemca lokator właściciel mieszkaniec obywatel urzędnik "
        "inspektor prawnik bibliotekarz bibliotekarka"
        " ogrodnik kucharz kelner uczestnik subskrybent sąsiad recepcjonista weterynarz opiekun zarządca "
        "mechanik serwisant"
    ),
    groups=listed("recepcja administracja księgowość sekretariat biuro zespół system magazyn dział zarząd"),
    attributes=typed(
        {
            "string": "nazwa tytuł imię nazwisko numer kod adres telefon miasto kraj kolor marka model język waluta "
            "jednostka referencja miejsce autor_nazwa",
            "text": "opis treść tekst powód uwaga uwagi wiadomość instrukcja",
            "decimal": "cena kwota koszt opłata waga rozmiar suma rabat ilość temperatura powierzchnia saldo kara",
            "integer": "wiek liczba pojemność piętro stan_magazynu rok",
            "date": "data termin_zwrotu",
            "datetime": "godzina czas początek koniec",
            "duration": "okres",
            "email": "email e-mail mail",
            "url": "url link zdjęcie_url",
            "enum": "status stan typ rodzaj kategoria priorytet",
        }
    ),
    generic=listed(
        "dzień dni tydzień tygodnie miesiąc miesiąca miesięcy miesiące rok roku lat lata godzina godzin "
        "godziny minuta minut minuty sekunda sekund sekundy czas"
        " raz razy rzecz sposób przypadek część strona system aplikacja aplikacji aplikację platforma "
        "oprogramowanie ekran przykład cel potrzeba problem"
        " rozwiązanie kontekst reguła funkcja złoty złotych zł euro chwila rano wieczór poniedziałek wtorek "
        "środa czwartek piątek sobota niedziela papier"
        " internet komputer lista listę informacja informacje dane danych rodo dostęp limit maksimum minimum "
        "połowa reszta ludzie świat koniec tej samej"
    ),
    records={
        "rezerwować": "rezerwacja",
        "zarezerwować": "rezerwacja",
        "zamawiać": "zamówienie",
        "płacić": "płatność",
        "komentować": "komentarz",
        "wypożyczać": "wypożyczenie",
        "wypożyczyć": "wypożyczenie",
        "oceniać": "ocena",
        "zgłaszać": "zgłoszenie",
        "zgłosić": "zgłoszenie",
    },
    singular=singular,
    plural=plural,
    head_first=True,
    person_endings=("nik", "arz", "arka", "ciel", "cielka", "ista", "istka"),
    no_people=listed(
        "komentarz kalendarz egzemplarz formularz cennik słownik cmentarz pojemnik licznik czujnik wynik "
        "rachunek dziennik lista składnik korytarz"
        " przystanek kosztorys załącznik podręcznik poradnik przewodnik pomiar parking towar"
    ),
    hints=listed("i w na do z się nie jest oraz dla przez może każdy który które są lub po od że ma o jak można"),
)

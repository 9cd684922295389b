"""German words."""

import re

from agents.brief.words.lexicon import Lexicon, forms, listed, tagged, typed

_SMALL = tagged(
    {
        "X": "ist sind war waren wird werden wurde wurden worden sein kann können konnte könnte darf dürfen muss "
        "müssen soll sollen"
        " sollte will wollen möchte möchten lässt lassen hätte wäre würde würden bin bist seid",
        "G": "nicht nie niemals kein keine keinen keinem keiner keines niemand",
        "D": "der die das den dem des ein eine einen einem einer eines jeder jede jedes jeden jedem alle allen "
        "aller mehrere mehreren"
        " viele vielen einige wenige manche dieser diese dieses diesen diesem sein seine seinen seinem seiner "
        "ihr ihre ihren ihrem"
        " ihrer mein meine unser unsere unseren unserem unserer euer eure zwei drei vier fünf sechs sieben "
        "acht neun zehn zwölf"
        " beide beiden erste ersten letzte letzten nächste nächsten welche welcher welches pro je derselbe "
        "dieselbe dasselbe",
        "P": "in im an am auf aus bei beim mit nach von vom vor zu zum zur für über unter durch gegen ohne um bis "
        "seit während wegen"
        " zwischen hinter neben innerhalb außerhalb ab per trotz statt anstatt gemäß laut ins ans",
        "S": "wenn dass ob weil damit sobald solange bevor nachdem falls obwohl wo wie was wer wem wen warum wann "
        "sodass indem außer"
        " sonst dann also",
        "C": "und oder aber sowie sondern bzw beziehungsweise noch",
        "O": "ich du er sie es wir ihr mich dich ihn uns euch ihnen ihm man jemand jemanden sich selbst alles etwas "
        "nichts",
        "R": "auch nur schon noch sehr immer oft manchmal heute morgen gestern hier dort höchstens mindestens "
        "maximal minimal genau"
        " zweimal dreimal einmal automatisch sofort direkt später wieder erneut zusätzlich bereits etwa circa "
        "ca täglich wöchentlich"
        " monatlich jährlich online offline zu so mehr weniger länger kürzer zuerst danach dabei dazu davon "
        "darauf darüber daran"
        " gleichzeitig bitte ungefähr spätestens frühestens insgesamt derzeit aktuell künftig",
    }
)
# infinitive[=third person][/participle]
_KINDS = {
    "create": "anlegen=legt/angelegt erstellen erfassen eintragen=trägt/eingetragen hinzufügen=fügt/hinzugefügt "
    "speichern registrieren"
    " anmelden=meldet/angemeldet buchen reservieren bestellen kaufen bezahlen zahlen vormerken/vorgemerkt "
    "ausleihen/ausgeliehen"
    " leihen=leiht/geliehen hochladen=lädt/hochgeladen schreiben=schreibt/geschrieben melden "
    "einreichen/eingereicht beantragen planen"
    " bewerten kommentieren abonnieren spenden scannen fotografieren aufnehmen/aufgenommen "
    "vergeben=vergibt/vergeben wählen"
    " auswählen/ausgewählt auslösen ausstellen/ausgestellt veröffentlichen einladen/eingeladen "
    "abgeben/abgegeben bieten=bietet/geboten"
    " vereinbaren eröffnen erzeugen protokollieren dokumentieren importieren abschließen/abgeschlossen "
    "verkaufen mieten vermieten"
    " anbieten/angeboten notieren hinterlegen ausfüllen/ausgefüllt stellen eingeben=gibt/eingegeben "
    "angeben=gibt/angegeben unterschreiben=unterschreibt/unterschrieben",
    "read": "sehen=sieht/gesehen ansehen/angesehen anzeigen/angezeigt lesen=liest/gelesen suchen "
    "finden=findet/gefunden auflisten/aufgelistet"
    " filtern drucken ausdrucken/ausgedruckt exportieren herunterladen/heruntergeladen prüfen überwachen "
    "einsehen/eingesehen abrufen/abgerufen"
    " auswerten/ausgewertet vergleichen=vergleicht/verglichen verfolgen",
    "update": "ändern bearbeiten aktualisieren verschieben=verschiebt/verschoben umbenennen/umbenannt verlängern "
    "ergänzen zuordnen/zugeordnet"
    " zuweisen=weist/zugewiesen markieren korrigieren anpassen/angepasst übertragen=überträgt/übertragen "
    "verwalten pflegen tauschen wechseln"
    " umbuchen/umgebucht bestimmen abhaken/abgehakt",
    "delete": "löschen entfernen stornieren archivieren abmelden=meldet/abgemeldet zurückziehen/zurückgezogen "
    "streichen=streicht/gestrichen",
    "action": "einziehen=zieht/eingezogen genehmigen ablehnen/abgelehnt bestätigen senden=sendet/gesendet "
    "verschicken "
    "versenden=versendet/versendet benachrichtigen"
    " erinnern sperren entsperren freigeben=gibt/freigegeben absagen/abgesagt zurückgeben/zurückgegeben mahnen "
    "berechnen abrechnen/abgerechnet"
    " schicken weiterleiten/weitergeleitet aktivieren deaktivieren starten stoppen beenden teilen "
    "ausgeben=gibt/ausgegeben"
    " annehmen/angenommen übernehmen=übernimmt/übernommen einlösen/eingelöst ausliefern/ausgeliefert liefern "
    "synchronisieren unterzeichnen"
    " verrechnen erstatten informieren",
    "have": "haben=hat/gehabt enthalten=enthält/enthalten tragen=trägt/getragen besitzen=besitzt/besessen umfassen "
    "brauchen benötigen"
    " bestehen=besteht/bestanden",
    "plain": "gehen=geht/gegangen dauern kommen=kommt/gekommen bleiben=bleibt/geblieben geben=gibt/gegeben machen "
    "lassen=lässt/gelassen"
    " ausfallen/ausgefallen funktionieren gelten=gilt/gegolten gehören verlieren=verliert/verloren nutzen "
    "verwenden arbeiten wissen=weiß/gewusst"
    " erhalten=erhält/erhalten bekommen=bekommt/bekommen stehen=steht/gestanden fallen=fällt/gefallen fehlen "
    "warten wohnen erreichen"
    " überschreiten=überschreitet/überschritten",
}


def _shapes(entry: str) -> tuple[str, list[tuple[str, str]]]:
    head, _, participle = entry.partition("/")
    lemma, _, third = head.partition("=")
    stem = (
        re.sub(r"e?n$", "", lemma)
        if lemma.endswith(("eln", "ern"))
        else lemma[:-2]
        if lemma.endswith("en")
        else lemma.removesuffix("n")
    )
    ending = "et" if stem.endswith(("t", "d", "chn", "ffn")) else "t"
    prefix = re.match("(an|ein|hinzu|aus|vor|hoch|auf|ab|um|zu|zurück|weiter|herunter|frei)(?=[a-zäöü]{4})", lemma)
    third = third or stem + ending
    if prefix and not third.startswith(prefix[1]):
        third = prefix[1] + third
    untouched = re.match("be|er|ver|ent|zer|ge|über|unter|hinter", lemma) or lemma.endswith("ieren")
    participle = participle or ("" if untouched else "ge") + stem + ending
    shapes = [(lemma, "base"), (third, "s"), (participle, "ed"), (stem + "bar", "ed")]
    shapes += [(participle + ending_, "ed") for ending_ in ("e", "en", "er", "es")]
    if prefix:
        shapes.append((prefix[1] + "zu" + lemma[len(prefix[1]) :], "base"))
    return lemma, shapes


_UMLAUTS = str.maketrans("äöü", "aou")
# Plural endings that leave no doubt.
_SURE = (
    ("innen", "in"),
    ("ungen", "ung"),
    ("heiten", "heit"),
    ("keiten", "keit"),
    ("schaften", "schaft"),
    ("ionen", "ion"),
    ("täten", "tät"),
    ("anten", "ant"),
    ("enten", "ent"),
    ("isten", "ist"),
    ("ismen", "ismus"),
    ("aten", "at"),
    ("ien", "ie"),
    ("linge", "ling"),
    ("nisse", "nis"),
    ("kunden", "kunde"),
    ("äge", "ag"),
    ("ägen", "ag"),
    ("eure", "eur"),
    ("ine", "in"),
    ("ore", "or"),
    ("toren", "tor"),
    ("soren", "sor"),
    ("gen", "ge"),
    ("ellen", "elle"),
    ("essen", "esse"),
    ("arten", "arte"),
    ("isse", "iss"),
    ("eite", "eit"),
    ("ücher", "uch"),
    ("äume", "aum"),
    ("lätze", "latz"),
    ("änder", "and"),
    ("ölle", "oll"),
    ("häuser", "haus"),
    ("fotos", "foto"),
    ("autos", "auto"),
    ("emplare", "emplar"),
    ("klassen", "klasse"),
    ("büchern", "buch"),
    ("bücher", "buch"),
    ("kindern", "kind"),
    ("bilder", "bild"),
    ("felder", "feld"),
    ("räder", "rad"),
    ("wörter", "wort"),
    ("fächer", "fach"),
    ("güter", "gut"),
    ("glieder", "glied"),
    ("gliedern", "glied"),
    ("blätter", "blatt"),
    ("schilder", "schild"),
    ("gläser", "glas"),
    ("männer", "mann"),
    ("räume", "raum"),
    ("gäste", "gast"),
    ("verträge", "vertrag"),
    ("anträge", "antrag"),
    ("aufträge", "auftrag"),
    ("termine", "termin"),
    ("stage", "stag"),
    ("stunden", "stunde"),
    ("geräte", "gerät"),
    ("listen", "liste"),
    ("schlüsse", "schluss"),
    ("ätze", "atz"),
    ("üsse", "uss"),
)


def singular(word: str) -> str:
    """Return the nominative singular where the ending is sure; the word itself otherwise."""
    for many, one in _SURE:
        if word.endswith(many) and len(word) > len(many):
            return word[: -len(many)] + one
        if word == many:
            return one
    return word


def plural(word: str) -> str:
    for many, one in _SURE:
        if word.endswith(one) and len(word) >= len(one) and one not in ("in", "is", "at", "or"):
            return word[: -len(one)] + many
    if word.endswith("in"):
        return word + "nen"
    if word.endswith(("er", "el", "en", "chen", "lein")):
        return word
    if word.endswith("e"):
        return word + "n"
    if word.endswith(("a", "i", "o", "u", "y")):
        return word + "s"
    return word + "e"


def stem(word: str) -> str:
    """Return what the forms of a noun share, so that Buch, Bücher and Büchern count as one."""
    word = re.sub(r"innen$|(?<=[rtd])in$", "", word)
    word = singular(word)
    for ending in ("en", "es", "e", "n"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    if word.endswith("s") and len(word) > 3:
        word = word[:-1]
    return word.translate(_UMLAUTS)


GERMAN = Lexicon(
    code="de",
    small=_SMALL,
    verbs=forms(
        (lemma, kind, shapes)
        for kind, entries in _KINDS.items()
        for lemma, shapes in (_shapes(entry) for entry in entries.split())
    ),
    adjectives=frozenset(
        word + ending
        for word in "neu alt offen geschlossen frei belegt aktiv inaktiv überfällig fällig bestehend vorhanden "
        "verfügbar "
        "gültig ungültig"
        " öffentlich privat intern extern groß klein lang kurz einfach wichtig eigen ander gleich verschieden "
        "einzeln ganz nächst"
        " aktuell früher spät ungelesen digital mobil monatlich jährlich täglich wöchentlich schriftlich "
        "elektronisch medizinisch"
        " gesamt weiter zusätzlich laufend abgelaufen kostenlos kostenpflichtig freiwillig defekt verloren "
        "zuständig jeweilig bestimmt".split()
        for ending in ("", "e", "en", "er", "es", "em")
    ),
    people=listed(
        "person mitarbeitende mitarbeitend mitarbeitender studierende studierend lernende lernend "
        "kunde kundin patient arzt ärztin pfleger mitarbeiter leiter lehrer schüler student eltern "
        "elternteil kind mitglied gast"
        " besucher benutzer nutzer administrator bibliothekar bibliothekarin trainer spieler fahrer techniker "
        "entwickler prüfer käufer"
        " verkäufer händler lieferant mieter vermieter bewohner bürger beamter richter anwalt redakteur autor "
        "leser therapeut apotheker"
        " landwirt gärtner koch kellner spender helfer ehrenamtlicher bewerber teilnehmer veranstalter "
        "antragsteller sachbearbeiter"
        " hausmeister vorstand vorgesetzter chef kollege kollegin nachbar betreuer erzieher disponent monteur "
        "handwerker vereinsmitglied"
        " kassier kassenwart elternvertreter empfänger absender besitzer eigentümer"
    ),
    groups=listed(
        "empfang verwaltung buchhaltung sekretariat küche lager werkstatt vorstand system team büro abteilung"
    ),
    attributes=typed(
        {
            "string": "name titel nummer barcode code adresse telefonnummer kennzeichen ort stadt land farbe marke "
            "modell isbn straße plz"
            " postleitzahl vorname nachname geschlecht einheit sprache währung unterschrift regal signatur "
            "bezeichnung iban telefon",
            "text": "beschreibung text inhalt bemerkung grund nachricht hinweis anmerkung begründung",
            "decimal": "preis betrag kosten gebühr gewicht größe länge breite höhe summe rabatt prozent steuer menge "
            "temperatur kilometer"
            " stundensatz stunden",
            "integer": "anzahl alter rang menge kapazität stockwerk punkte seitenzahl jahrgang jahr baujahr plätze",
            "date": "datum geburtsdatum frist fälligkeit ablaufdatum termin_datum",
            "datetime": "uhrzeit zeitpunkt beginn ende zeit startzeit",
            "duration": "dauer leihfrist zeitraum",
            "email": "e-mail-adresse email e-mail mailadresse",
            "url": "url link webadresse bild",
            "enum": "status zustand art typ kategorie priorität",
            "boolean": "aktiv sichtbar",
        }
    ),
    generic=listed(
        "tag tage tagen woche wochen monat monate monaten jahr jahre stunde stunden minute minuten sekunde "
        "sekunden zeit ding sache fall"
        " weise art teil seite anfang ende system app anwendung software plattform programm internet computer "
        "seite beispiel ziel anforderung"
        " regel möglichkeit grund problem lösung überblick übersicht hintergrund euro cent prozent uhr mal "
        "mensch schuljahresende schuljahr"
        " montag dienstag mittwoch donnerstag freitag samstag sonntag morgen abend nachmittag wochenende "
        "papier telefon handy überfälligkeit"
        " deutschland österreich wien berlin liste listen nachname höhe anzahl hälfte mehrheit rest daten "
        "information informationen dsgvo"
        " funktion zugriff nutzung betrieb last umfang browser server datenbank einmal ausfall antwort frage"
    ),
    records={
        "ausleihen": "Ausleihe",
        "buchen": "Buchung",
        "reservieren": "Reservierung",
        "bestellen": "Bestellung",
        "vormerken": "Vormerkung",
        "bezahlen": "Zahlung",
        "kommentieren": "Kommentar",
        "bewerten": "Bewertung",
        "mieten": "Miete",
        "spenden": "Spende",
    },
    singular=singular,
    plural=plural,
    verb_last=True,
    capital_nouns=True,
    person_endings=("innen", "erin", "orin", "istin"),
    hints=listed(
        "der die das und ist ein eine für mit von nicht den dem werden wird auf bei nach oder auch kann soll "
        "sich des zu im"
    ),
)

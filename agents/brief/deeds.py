"""What kind of operation a verb makes of the thing it is done to."""

from typing import Final

LISTING: Final = frozenset(
    "see view show display list search find browse check look watch monitor filter sort get receive retrieve "
    "track inspect access preview sehen"
    " ansehen anzeigen suchen finden auflisten filtern einsehen abrufen überwachen verfolgen voir consulter "
    "afficher chercher rechercher trouver"
    " lister filtrer visualiser suivre parcourir recevoir ver consultar mostrar buscar encontrar listar "
    "filtrar visualizar seguir revisar recibir"
    " widzieć przeglądać wyświetlać szukać wyszukiwać sprawdzać śledzić otrzymywać dostawać".split()
)
READING: Final = LISTING | frozenset(
    "read print export download count total compare summarise summarize analyse analyze audit lesen drucken "
    "ausdrucken exportieren herunterladen"
    " auswerten vergleichen prüfen lire imprimer exporter vérifier contrôler comparer leer imprimir exportar "
    "comparar descargar drukować eksportować"
    " czytać pobierać query listen hear play consult visualise visualize forecast".split()
)
CREATING: Final = frozenset(
    "add create register submit enter record make store save log open write draft compose define generate "
    "produce set raise file anlegen erstellen"
    " erfassen eintragen hinzufügen speichern registrieren eingeben ajouter créer enregistrer saisir añadir "
    "agregar crear registrar introducir"
    " dodawać dodać tworzyć rejestrować zapisywać wpisywać keep".split()
)
CHANGING: Final = frozenset(
    "change edit update modify alter revise amend ändern bearbeiten aktualisieren anpassen modifier changer "
    "corriger modificar cambiar editar"
    " actualizar corregir zmieniać edytować aktualizować poprawiać correct adjust".split()
)
REMOVING: Final = frozenset(
    "delete remove discard erase drop clear purge destroy löschen entfernen supprimer effacer eliminar borrar "
    "quitar usuwać usunąć kasować".split()
)
# Done by the system itself when the brief names nobody.
OWN_ACCORD: Final = frozenset(
    "send notify remind alert tell inform warn deliver retry expire disable calculate compute sync synchronise "
    "synchronize flag detect re-send"
    " resend charge generate escalate store record log keep erinnern benachrichtigen mahnen berechnen senden "
    "verschicken versenden protokollieren"
    " notifier rappeler avertir calculer envoyer prévenir informer notificar avisar recordar calcular enviar "
    "powiadamiać przypominać wysyłać naliczać"
    " obliczać".split()
)
CHOOSING: Final = frozenset(
    "pick choose select take wählen auswählen choisir sélectionner elegir seleccionar wybierać".split()
)
# Create something, but not the thing they are done to: who rates a recipe makes a rating.
NOT_MAKING: Final = frozenset(
    "report review scan take collect gather answer ask like tag rate vote upvote bid sign host sell pledge comment "
    "pay reply message attach follow bookmark"
    " rent borrow scannen bewerten kommentieren bezahlen zahlen noter évaluer commenter payer louer scanner "
    "valorar puntuar comentar pagar alquilar"
    " oceniać komentować płacić skanować".split()
)
LOG_LIKE: Final = frozenset(
    "attempt event delivery log entry history change access notification reminder alert measurement reading".split()
)
OWN_DATA: Final = frozenset(
    "export delete erase download exportieren löschen exporter supprimer exportar eliminar borrar eksportować "
    "usuwać usunąć".split()
)
# Who does this makes a record of themselves: "teams sign up".
ENTERING: Final = frozenset(
    "sign up register join enrol enroll subscribe check in anmelden registrieren beitreten inscrire "
    "adhérer inscribir "
    "registrar zapisać rejestrować".split()
) | {"sign up", "check in"}
# Done to one fact of a thing: "scan the licence plate", "set the priority".
ON_A_FACT: Final = frozenset(
    "scan set give raise lower enter collect propose suggest choose scannen setzen eingeben vorschlagen scanner fixer "
    "proposer escanear "
    "fijar proponer skanować ustawiać".split()
)
# What stands for all data of somebody.
DATA: Final = frozenset("data daten dat donnée dato dane dan information account konto".split())
# Times that stand for what is in them: who sees the day sees its appointments.
CALENDAR: Final = frozenset(
    "day week month time calendar schedule agenda diary tag woche monat zeit kalender jour semaine mois temps "
    "calendrier día semana mes tiempo calendario dzień tydzień kalendarz czas".split()
)
# Create something where nothing else does; else they are a later step of it.
STEPS: Final = frozenset(
    "submit open publish file issue sign propose schedule plan launch start announce place post send einreichen "
    "veröffentlichen eröffnen planen starten unterschreiben soumettre publier ouvrir planifier presentar publicar "
    "planificar firmar składać publikować planować".split()
)

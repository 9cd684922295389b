"""Verbs after which a thing stands differently, and the participles that say so."""

from typing import Final

from agents.brief.words import Lexicon

# Verbs after which a thing stands differently, so that its participle is a state; who prints or reads it leaves none.
LASTING: Final = frozenset(
    "approve reject return cancel confirm pay disable enable block archive close finish publish accept decline expire "
    "revoke release deliver flag lock complete ship suspend resolve sign refund verify pause submit deny withdraw "
    "activate deactivate assign dispatch dispute escalate acknowledge hide freeze quarantine settle redeem grade "
    "invite merge void book reserve retire revise issue award dismiss discharge adopt allocate post export process "
    "genehmigen ablehnen stornieren bestätigen sperren absagen zurückgeben verlängern vormerken abschließen bezahlen "
    "freigeben einreichen zurückweisen veröffentlichen kündigen archivieren aktivieren deaktivieren annehmen "
    "unterschreiben zuweisen beenden "
    "approuver refuser annuler valider confirmer rembourser bloquer publier payer fermer clôturer accepter archiver "
    "rejeter suspendre signer "
    "aprobar rechazar cancelar confirmar devolver anular bloquear publicar pagar cerrar aceptar archivar firmar "
    "suspender "
    "zatwierdzać zatwierdzić odrzucać odrzucić anulować potwierdzać potwierdzić zwracać zwrócić blokować zablokować "
    "zamykać zamknąć opłacać opłacić akceptować".split()
)
JUDGING: Final = frozenset(  # done to what waits for it, so only from the first state
    "approve reject return confirm accept decline deny verify genehmigen ablehnen bestätigen annehmen zurückweisen "
    "freigeben approuver refuser valider accepter rejeter aprobar rechazar aceptar zatwierdzać zatwierdzić odrzucać "
    "odrzucić akceptować".split()
)
BACK: Final = frozenset("reopen re-open unblock unlock resume restore unhide unarchive entsperren desbloquear".split())

_KNOWN: dict[str, dict[str, str]] = {}


def participles(lexicon: Lexicon) -> dict[str, str]:
    """Return verb -> its participle, in the form that the word list names first."""
    if lexicon.code not in _KNOWN:
        found: dict[str, str] = {}
        for shape, verbs in lexicon.verbs.items():
            for verb in verbs:
                if verb.form == "ed":
                    found.setdefault(verb.lemma, shape)
        _KNOWN[lexicon.code] = found
    return _KNOWN[lexicon.code]

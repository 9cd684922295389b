"""The forms in which people decide something, in five languages, as patterns that fit a whole clause."""

import re
from typing import Final

LEAD: Final = re.compile(
    r"^(?:(?:please|bitte|por favor|s['’]il (?:vous|te) pla[iî]t|proszę|ok|okay|yes|no,|nein,|non,|nie,|also|then|"
    r"so|well|and|but|actually|und|aber|et|mais|y|pero|a|ale|from now on|henceforth|definitely|ab jetzt|désormais|"
    r"a partir de ahora|od teraz)[, ]+|(?:it (?:is|was) )?(?:decided|agreed)[,:]? (?:that |to )?"
    r"|(?:we|you|i|they|the team|everyone|all of us)\s+(?:have\s+)?(?:decided|agreed|chose) (?:to |that we |that )?"
    r"|let(?:['’]s| us)\s+|(?:we|you|i|they|the team|the system|all agents|agents)\s+(?:will|shall|must|should|"
    r"want to|want you to|need to|"
    r"have to|are going to|ought to)\s+|(?:we|you|i)\s+(?=(?:use|take|want|need|have|run|rather|do not|don['’]?t|"
    r"never|"
    r"prefer)\b)"
    r"|(?:wir|ihr|sie)\s+(?=(?:nehmen|verwenden|benutzen|nutzen|setzen|brauchen|wollen|verzichten|verschicken)\b)"
    r"|(?:nous|on)\s+(?=(?:utilis|pren|voul|veut|n['’]|ne ))|(?:nosotros\s+))+",
    re.IGNORECASE,
)
_TAIL: Final = (
    r"(?:,?\s+(?:please|bitte|por favor|proszę|s['’]il (?:vous|te) pla[iî]t|whatsoever|at all|any ?more|anywhere|"
    r"everywhere|instead|as well|too|for now|throughout|after all|"
    r"in (?:this|the first) (?:version|release|step)|in (?:version|phase|release) (?:1|one)|from the (?:scope|"
    r"product|feature|first version|system)|"
    r"altogether|"
    r"entirely|completely|only|stattdessen|lieber|überall|mehr|vorerst|à la place|partout|du tout|en su lugar|"
    r"en ningún caso|por ahora|zamiast tego|wcale|w ogóle|na razie))*"
)
_NOT: Final = (
    r"(?:do not|don['’]?t|does not|must not|mustn['’]t|should not|shouldn['’]t|shall not|will not|won['’]t|cannot|"
    r"can['’]t|may not|"
    r"not|never|no longer)"
)
_USE: Final = (
    r"(?:use|take|choose|pick|prefer|adopt|run|deploy|want|need|have|support|send|go (?:with|for)|stick (?:with|to)|"
    r"stay (?:with|on)|(?:switch|move|change|migrate)(?: over| back)? to|build (?:on|with)|work with|rely on|"
    r"standardi[sz]e on|store "
    r"(?:everything|all data|the data|data) in|notify by|wollen|voulons|veut|queremos|quiero|chcemy|chcę|"
    r"(?:nehmt|nimm|nehmen(?: (?:wir|sie))?|verwende[tn]?(?: (?:wir|sie))?|benutz(?:e|t|en)(?: (?:wir|sie))?|"
    r"nutz(?:e|t|en)(?: (?:wir|sie))?|setz(?:e|t|en)(?: (?:wir|sie))? auf|wählt)|"
    r"utilise[zr]?|utilisons|prenez|prends|prenons|employez|employons|choisissez|passez à|préférez|"
    r"us(?:a|ad|en|ar|emos|amos)|utili(?:za|zad|zar|ce|cen|cemos|zamos)|emple(?:a|ad|ar|en)|elige|elegid|"
    r"cambia(?:d|r)? a|"
    r"uży(?:j|jcie|ć|jmy|wamy)|używaj(?:cie|my)?|stosuj(?:cie|my)?|wybierz(?:cie)?|weź(?:cie)?|przejdź(?:cie)? na)"
)
_INSTEAD: Final = (
    r"(?:instead of|rather than|in place of|in favou?r over|over|(?:and |but )?not|statt|anstatt|anstelle von|nicht|"
    r"au lieu (?:de|d['’])|plutôt que|(?:et )?pas|et non|en (?:vez|lugar) de|(?:y )?no|zamiast|(?:a )?nie)"
)
_PURPOSE: Final = (
    r"(?:\s+(?:as|for|as the|for the|als|für|comme|pour|como|para|jako|do|dla)\s+(?P<purpose>[\w\- ]{2,40}))?"
)
STORE: Final = re.compile(
    r"(?:(?:the|all|our|die|der|das|la|el|le|les|unsere)\s+)*(?:(?:main|primary|relational|"
    r"production)\s+)?(?:data ?base|db|data|storage|store|"
    r"persistence|everything|tables|records|datenbank|daten|alles|base de données|données|base de datos|datos|"
    r"bazy?(?: danych)?|dane|danych|bazę(?: danych)?)",
    re.IGNORECASE,
)


def _whole(*patterns: str) -> list[re.Pattern[str]]:
    return [re.compile(pattern + _TAIL, re.IGNORECASE) for pattern in patterns]


_O: Final = r"(?P<o>.+?)"
RENAME: Final = _whole(
    r"call (?:it|this|that|them|these|the thing) (?P<new>.+?),? (?:and )?(?:not|instead of|rather than) (?P<old>.+?)",
    r"(?:it|this|that|they)(?:['’]s| is| are| should be| must be| shall be) (?:to be )?called (?P<new>.+?),? "
    r"(?:and )?(?:not|instead of|rather than) "
    r"(?P<old>.+?)",
    r"rename (?P<old>.+?) (?:to|into|as) (?P<new>.+?)",
    r"say (?P<new>.+?),? (?:instead of|rather than|not|and not) (?P<old>.+?)",
    r"use the (?:word|name|term) (?P<new>.+?),? (?:instead of|rather than|for|not|and not) (?P<old>.+?)",
    r"(?P<old>.+?) (?:is|are|must be|should be|shall be|will be) (?:called|named|renamed to|renamed) (?P<new>.+?)",
    r"call (?P<old>(?:the |an? )?[\w\-“”\"]+s?) (?P<new>(?:an? )?[\w\-“”\"]+)",
    r"nenn(?:t|e|en)?(?: sie| wir)? (?:es|das|die|sie|ihn|dies)(?: bitte)? (?P<new>.+?),? (?:und )?(?:nicht|statt|"
    r"anstatt) (?P<old>.+?)",
    r"(?P<old>.+?) (?:soll|sollen|muss|müssen) (?:künftig |jetzt )?(?P<new>.+?) hei(?:ß|ss)en",
    r"(?P<old>.+?) hei(?:ß|ss)(?:t|en) (?:jetzt|künftig|ab jetzt|nun) (?P<new>.+?)",
    r"(?:bitte )?(?P<old>.+?) in (?P<new>.+?) umbenennen",
    r"benenn(?:t|e|en sie)? (?P<old>.+?) in (?P<new>.+?) um",
    r"sag(?:t|en)?(?: wir)? (?P<new>.+?) (?:statt|anstatt) (?P<old>.+?)",
    r"appel(?:ez|le|ons)-(?:le|la|les) (?P<new>.+?),? (?:et )?(?:pas|non|plutôt que|au lieu de) (?P<old>.+?)",
    r"renomme[zr]? (?P<old>.+?) en (?P<new>.+?)",
    r"(?P<old>.+?) s['’]appelle(?: désormais)? (?P<new>.+?)",
    r"ll[aá]m(?:a|e|ar|en|ad)(?:lo|la|los|las) (?P<new>.+?),? (?:y )?(?:no|en vez de|en lugar de) (?P<old>.+?)",
    r"(?:renombra|renombrar|renombre|renombrad|cambia el nombre de) (?P<old>.+?) (?:a|como|por) (?P<new>.+?)",
    r"(?P<old>.+?) se llama(?: ahora)? (?P<new>.+?)",
    r"(?:nazwij|nazwijcie|nazywaj|nazywajmy) to (?P<new>.+?),? (?:a )?(?:nie|zamiast) (?P<old>.+?)",
    r"(?:zmień|zmieńcie|zmienić) nazwę (?P<old>.+?) na (?P<new>.+?)",
    r"(?P<old>.+?) nazywa się(?: teraz)? (?P<new>.+?)",
)
SWAP: Final = _whole(
    r"replace (?P<old>.+?) (?:by|with) (?P<new>.+?)",
    r"(?:(?:i|we)['’]d |want )?rather (?:have |use )?(?P<new>.+?) than (?P<old>.+?)",
    r"(?P<old>.+?) (?:is|are|must be|should be) replaced (?:by|with) (?P<new>.+?)",
    r"ersetz(?:t|e|en sie|en wir)? (?P<old>.+?) durch (?P<new>.+?)",
    r"(?P<old>.+?) durch (?P<new>.+?) ersetzen",
    r"remplace[zr]? (?P<old>.+?) par (?P<new>.+?)",
    r"(?:reemplaza|reemplazar|sustituye|sustituir|reemplace) (?P<old>.+?) por (?P<new>.+?)",
    r"zastąp(?:cie)? (?P<old>.+?) przez (?P<new>.+?)",
    rf"(?:only |always )?(?:{_USE} )?(?P<new>.+?),? {_INSTEAD}\s*(?P<old>.+?)(?: (?:verwenden|nehmen|nutzen|"
    rf"benutzen|einsetzen))?",
)
SPARE: Final = _whole(  # what must not be left out: read before anything is refused
    rf"{_NOT} (?:forget|drop|remove|skip|omit|exclude|lose|leave out|avoid|touch|do without|miss|postpone|refuse|"
    rf"cut|stop using|break|neglect)"
    rf"(?: about| off)? {_O}",
    rf"{_NOT} (?:leave|keep) {_O} (?:out|away|off)",
    rf"(?:keep|retain|bring back|re-?introduce|restore) {_O}",
    rf"bring {_O} back",
    rf"{_O} (?:must|should|shall|has to|have to|can|may) (?:stay|remain|be kept)",
    rf"(?:vergesst|vergiss|vergessen sie) {_O} nicht",
    rf"{_O} nicht (?:vergessen|weglassen|streichen|entfernen)",
    rf"nicht auf {_O} verzichten",
    rf"{_O} (?:bleibt|bleiben|behalten)",
    rf"n['’](?:oubliez|oublie|oublions|enlevez) pas {_O}",
    rf"ne (?:supprime[zr]?|retire[zr]?|laissez) pas {_O}",
    rf"(?:gardez|conservez) {_O}",
    rf"no (?:olvid\w+|quit\w+|elimin\w+|omit\w+|suprim\w+) {_O}",
    rf"nie (?:zapomnij\w*|zapominaj\w*|usuwaj\w*|pomijaj\w*|rezygnuj\w*) (?:o |z )?{_O}",
    rf"(?:zostaw|zostawcie|zachowaj|zachowajcie) {_O}",
)
REFUSE: Final = _whole(
    rf"(?:{_USE} |add |build |allow |include |there (?:is|are|must be|shall be|should be|will be|may be) )?no {_O}"
    r"(?: (?:is|are|will be) (?:needed|wanted|required|allowed|used|sent|to be sent|to be used)| needed| wanted)?",
    rf"(?:do it |work |go |manage |all (?:of )?this )?without {_O}",
    rf"{_NOT} (?:{_USE}|add|build|include|introduce|allow|plan|offer|install|require|implement|show)(?: any)? {_O}",
    rf"(?:drop|remove|skip|omit|exclude|avoid|leave out|scrap|cut|get rid of|do without|forget about|stop using|"
    rf"do away with|stay away from|postpone|defer|refrain from(?: using)?) {_O}",
    rf"(?:leave|keep|take) {_O} (?:out|away|off)(?: of (?:it|this|scope|the scope|the first version))?",
    rf"{_O} (?:is|are|stays?|remains?) (?:not (?:needed|wanted|required|allowed|to be (?:sent|used|built)|part of "
    rf"(?:it|this|the scope))|"
    rf"out(?: of scope)?|"
    rf"forbidden|banned|excluded|for later|not in scope|unwanted)",
    rf"{_O} (?:can|may|must|should|shall|will) (?:wait|come later|go|be left out|be dropped|not be used)",
    rf"(?:(?:we|i) (?:are|am) )?against {_O}",
    rf"(?:we |i )?(?:have )?(?:dropped|cancelled) {_O}",
    rf"{_O} (?:has|have) been (?:dropped|cut|cancelled|removed)",
    rf"neither {_O} nor (?P<o2>.+?)",
    rf"il ne faut (?:pas|plus) (?:de |d['’])?{_O}",
    rf"kein(?:e|en|er|em|es)? {_O}(?: (?:verwenden|benutzen|nutzen|versenden|verschicken|schicken|einsetzen|"
    rf"anbieten|einbauen))?",
    rf"(?:brauchen|wollen|verwenden|nutzen|verschicken|nehmen)(?: wir)? kein(?:e|en|er)? {_O}",
    rf"{_O} (?:brauchen|wollen|nutzen|verwenden) wir nicht",
    rf"ohne {_O}",
    rf"(?:lass(?:t|en sie|en wir)? )?{_O} (?:weglassen|streichen|entfernen|auslassen|weg|entfällt|entfallen)",
    rf"(?:streich(?:t|e|en sie)?|entfern(?:t|e|en sie)?) {_O}",
    rf"(?:verzichte[tn]?(?: sie| wir)? auf {_O}|auf (?P<o2>.+?) verzichten)",
    rf"(?:pas|plus jamais|jamais) (?:de |d['’]|par )?{_O}",
    rf"sans {_O}",
    rf"aucune? {_O}",
    rf"(?:n['’]|ne )(?:utilisez|utilisons|employez|envoyez|prenez|voulons|utilise|veut) (?:pas|jamais|plus) (?:de "
    rf"|d['’])?{_O}",
    rf"(?:supprimez|supprimer|retirez|retirer|enlevez|évitez|éviter|laissez de côté|laissez tomber) {_O}",
    rf"ni {_O} ni (?P<o2>.+?)",
    rf"no (?:us(?:es|e|en|ar|amos|éis)|utilic(?:es|e|en)|utilizar|utilizamos|envi(?:ar|amos)|env[ií](?:es|e|en)|"
    rf"queremos|necesitamos|quiero) {_O}",
    rf"sin {_O}",
    rf"nada de {_O}",
    rf"ningun[oa]? {_O}",
    rf"(?:quita|quite|quitad|quitar|elimina|elimine|eliminar|omite|omitir|evita|evitar|suprime|suprimir|deja fuera|"
    rf"dejad fuera|dejar fuera|prescinde de|prescindir de) {_O}",
    rf"bez {_O}",
    rf"żadn(?:ych|ego|ej|e|a|y) {_O}",
    rf"nie (?:używaj\w*|używamy|używać|wysyłaj\w*|wysyłać|wysyłamy|chcemy|potrzebujemy|stosuj\w*|stosujemy|"
    rf"stosować|korzystaj\w*(?: z)?) {_O}",
    rf"(?:usuń|usuńcie|usunąć|pomiń|pomińcie|pominąć|unikaj|unikajcie|wyrzuć|wyklucz|zrezygnuj z|zrezygnujcie z|"
    rf"zrezygnować z) {_O}",
)
REFUSE_KNOWN: Final = _whole(  # too short to be trusted with a word that no table knows
    rf"(?:turn|switch) off {_O}",
    rf"disable {_O}",
    rf"(?:never|not)(?: (?:by|via|through|over|with|in|on))? {_O}",
    rf"(?:nie|nicht|niemals)(?: (?:per|mit|über|via|przez))? {_O}",
    rf"[\w ,'’-]{{3,60}} (?:are|is|be|go(?:es)?(?: out)?) (?:never|not) (?:sent )?(?:by|via|through|over) {_O}",
    rf"(?:reminders?|notifications?|messages?|alerts?|invitations?) {_NOT} (?:go|be sent|leave)(?: out)? (?:by|"
    rf"via|through|as) {_O}",
)
ONLY: Final = _whole(
    rf"(?:only|just|nur|seulement|uniquement|solo|sólo|solamente|tylko)(?: (?:by|via|per|per|par|por|przez|use|"
    rf"send))? {_O}",
    rf"{_O} (?:only|nur|seulement|uniquement|solamente|tylko)",
)
CHANNEL: Final = _whole(  # says by what it goes out, and refuses nothing
    rf"[\w ,'’-]{{3,80}}? (?:by|via|per|through|over|par|por|przez) {_O}(?P<only> only| nur| seulement| solamente)?",
)
CHOOSE: Final = _whole(
    rf"(?:only |always |just )?{_USE} {_O}{_PURPOSE}(?: (?:verwenden|nehmen|nutzen|benutzen|einsetzen))?",
    rf"(?:the |our |all |die |der |la |el |le |les )*(?P<subject>(?:data ?base|db|cache|queue|api|interface|"
    rf"primary keys?|keys?|ids|identifiers|backend|"
    rf"frontend|server|language|framework|datenbank|schlüssel|base de données|clés?|base de datos|claves?|baza "
    rf"danych|"
    rf"klucze))(?: (?:server|engine|system|type))? (?:is|are|must be|should be|shall be|will be|has to be|runs on|"
    rf"must run on|ist|sind|est|sont|"
    rf"es|son|to|ist|soll) {_O}(?: sein)?",
    rf"{_O} (?:is|will be|ist|est|es|jest) (?:our|the|unsere|die|notre|la|nuestra|nasza|naszą) "
    rf"(?P<subject>database|db|datenbank|base de "
    rf"données|base de datos|baza danych|cache|queue)",
    rf"{_O} (?:verwenden|nehmen|nutzen|benutzen|einsetzen)",
    rf"{_O} it is",
    rf"{_O}{_PURPOSE}",
)
# A noun phrase that a person refuses has none of these words; with one of them it is more than a noun phrase.
STOP: Final = re.compile(
    r"\b(?:is|are|was|be|been|being|may|must|can|will|shall|should|has|have|had|do|does|did|use|using|send|keep|make|"
    r"take|go|get|gets|lost|than|then|that|which|who|whom|whose|where|after|before|during|to|from|by|with|without|"
    r"for|of|at|on|"
    r"without|sin|sans|ohne|bez|ni|queremos|necesitamos|quiero|uses|usar|utilices|utilizar|envíes|enviar|quites|"
    r"twice|sending|geht|gehen|go(?:es)?|"
    r"in|into|about|per|more|less|fewer|later|longer|earlier|one|two|three|no|not|never|only|it|them|this|us|me|"
    r"him|her|you|we|they|"
    r"other|others|else|because|since|as|and|or|"
    r"ist|sind|wird|werden|darf|muss|kann|soll|hat|haben|als|nach|vor|bei|mit|von|zu|für|dass|die|der|das|nicht|mehr|"
    r"est|sont|être|peut|doit|avec|pour|dans|que|qui|après|avant|plus|moins|"
    r"es|son|ser|puede|debe|con|para|en|que|después|antes|más|menos|"
    r"jest|są|być|może|musi|dla|przed|po|na|się|który|która|więcej|mniej)\b|\d|[=<>{}\[\]|\\/@#$%^~:]",
    re.IGNORECASE,
)
NOTHING: Final = frozenset(
    "scope problem problems objection objections change changes doubt need rush hurry worry worries idea matter "
    "thanks "
    "reason question questions "
    "concern concerns remark remarks difference exception exceptions comment time way thing things everything "
    "anything nothing "
    "problem probleme änderung änderungen frage fragen zweifel eile problème problèmes changement question questions "
    "doute problema problemas cambio cambios duda dudas problemu problemów zmian wątpliwości pytań".split()
)
_JOIN: Final = "(?:and|or|nor|und|oder|noch|et|ou|ni|y|o|i|lub|oraz|ani)"
AND: Final = re.compile(rf"\s*,\s*(?:{_JOIN}\s+)?|\s+{_JOIN}\s+")
JOINED: Final = re.compile(rf"\s{_JOIN}\s")
NAME: Final = re.compile(r"[^\W\d_][\w'’-]*(?: [\w'’-]+){0,3}")

"""French and Spanish words: the two share the shape of their phrases."""

from collections.abc import Iterable

from agents.brief.words.lexicon import Lexicon, forms, listed, tagged, typed


def _french_forms(lemma: str) -> list[tuple[str, str]]:
    if lemma in _FRENCH_ODD:
        third, many, past = _FRENCH_ODD[lemma]
    elif lemma.endswith("er"):
        root = lemma[:-2]
        third, many, past = root + "e", root + "ent", root + "é"
        if lemma.endswith("oyer"):
            third, many = lemma[:-3] + "ie", lemma[:-3] + "ient"
    elif lemma.endswith("ir"):
        third, many, past = lemma[:-1] + "t", lemma[:-1] + "ssent", lemma[:-1]
    else:
        root = lemma[:-2]
        third, many, past = root, root + "ent", root + "u"
    return [(lemma, "base"), (third, "s"), (many, "s"), *((past + ending, "ed") for ending in ("", "e", "s", "es"))]


_FRENCH_ODD = {
    "voir": ("voit", "voient", "vu"),
    "lire": ("lit", "lisent", "lu"),
    "écrire": ("écrit", "écrivent", "écrit"),
    "inscrire": ("inscrit", "inscrivent", "inscrit"),
    "recevoir": ("reçoit", "reçoivent", "reçu"),
    "avoir": ("a", "ont", "eu"),
    "contenir": ("contient", "contiennent", "contenu"),
    "tenir": ("tient", "tiennent", "tenu"),
    "prendre": ("prend", "prennent", "pris"),
    "mettre": ("met", "mettent", "mis"),
    "souscrire": ("souscrit", "souscrivent", "souscrit"),
    "suivre": ("suit", "suivent", "suivi"),
    "payer": ("paie", "paient", "payé"),
    "appeler": ("appelle", "appellent", "appelé"),
    "retirer": ("retire", "retirent", "retiré"),
    "comprendre": ("comprend", "comprennent", "compris"),
    "avertir": ("avertit", "avertissent", "averti"),
    "devoir": ("doit", "doivent", "dû"),
    "ouvrir": ("ouvre", "ouvrent", "ouvert"),
    "offrir": ("offre", "offrent", "offert"),
    "faire": ("fait", "font", "fait"),
    "rester": ("reste", "restent", "resté"),
    "consulter": ("consulte", "consultent", "consulté"),
    "produire": ("produit", "produisent", "produit"),
    "vendre": ("vend", "vendent", "vendu"),
    "louer": ("loue", "louent", "loué"),
    "aller": ("va", "vont", "allé"),
    "venir": ("vient", "viennent", "venu"),
}


def _spanish_forms(lemma: str) -> list[tuple[str, str]]:
    root = lemma[:-2]
    if lemma in _SPANISH_ODD:
        third, many, past = _SPANISH_ODD[lemma]
    elif lemma.endswith("ar"):
        third, many, past = root + "a", root + "an", root + "ad"
    else:
        third, many, past = root + "e", root + "en", root + "id"
    return [(lemma, "base"), (third, "s"), (many, "s"), *((past + ending, "ed") for ending in ("o", "a", "os", "as"))]


_SPANISH_ODD = {
    "ver": ("ve", "ven", "vist"),
    "escribir": ("escribe", "escriben", "escrit"),
    "inscribir": ("inscribe", "inscriben", "inscrit"),
    "tener": ("tiene", "tienen", "tenid"),
    "contener": ("contiene", "contienen", "contenid"),
    "elegir": ("elige", "eligen", "elegid"),
    "pedir": ("pide", "piden", "pedid"),
    "devolver": ("devuelve", "devuelven", "devuelt"),
    "hacer": ("hace", "hacen", "hech"),
    "poner": ("pone", "ponen", "puest"),
    "enviar": ("envía", "envían", "enviad"),
    "recibir": ("recibe", "reciben", "recibid"),
    "mostrar": ("muestra", "muestran", "mostrad"),
    "encontrar": ("encuentra", "encuentran", "encontrad"),
    "mover": ("mueve", "mueven", "movid"),
    "cerrar": ("cierra", "cierran", "cerrad"),
    "abrir": ("abre", "abren", "abiert"),
    "introducir": ("introduce", "introducen", "introducid"),
    "incluir": ("incluye", "incluyen", "incluid"),
    "evaluar": ("evalúa", "evalúan", "evaluad"),
    "ir": ("va", "van", "id"),
}


def _verbs(kinds: dict[str, str], shape: object) -> Iterable[tuple[str, str, list[tuple[str, str]]]]:
    for kind, lemmas in kinds.items():
        for lemma in lemmas.split():
            yield lemma, kind, shape(lemma)  # type: ignore[operator]


def french_singular(word: str) -> str:
    if word.endswith("eaux"):
        return word[:-1]
    if word.endswith("aux") and len(word) > 4:
        return word[:-3] + "al"
    if word.endswith("s") and len(word) > 3 and not word.endswith(("ss", "ous", "us", "is", "as", "ès")):
        return word[:-1]
    return word


def french_plural(word: str) -> str:
    if word.endswith(("s", "x", "z")):
        return word
    if word.endswith("al"):
        return word[:-2] + "aux"
    return word + ("x" if word.endswith(("eau", "eu")) else "s")


def spanish_singular(word: str) -> str:
    if word.endswith("ciones"):
        return word[:-4] + "ón"
    if word.endswith("siones"):
        return word[:-4] + "ón"
    if word.endswith("ces") and len(word) > 4:
        return word[:-3] + "z"
    if (
        word.endswith("es")
        and len(word) > 4
        and word[-3] in "rldnj"
        and not word.endswith(("nes_", "ntes", "bles", "entes", "antes", "sponsables"))
    ):
        return word[:-2]
    if word.endswith("s") and len(word) > 3 and not word.endswith(("is", "us", "ss")):
        return word[:-1]
    return word


def spanish_plural(word: str) -> str:
    if word.endswith("ón"):
        return word[:-2] + "ones"
    if word.endswith("z"):
        return word[:-1] + "ces"
    if word.endswith("s"):
        return word
    return word + ("s" if word[-1:] in "aeiouáéíóú" else "es")


FRENCH = Lexicon(
    code="fr",
    small=tagged(
        {
            "X": "est sont était être été peut peuvent pourra doit doivent devra sera seront soit veut veulent "
            "voudrait voulons souhaite"
            " souhaitent ai as avons avez faut",
            "G": "ne n' pas jamais aucun aucune plus personne",
            "D": "le la les l' un une des du au aux ce cet cette ces mon ma mes son sa ses notre nos votre vos leur "
            "leurs chaque tout toute"
            " tous toutes plusieurs quelques deux trois quatre cinq six sept huit neuf dix premier première "
            "dernier dernière même autre"
            " autres certains certaines quel quelle quels quelles",
            "P": "de d' à en dans par pour sur sous avec sans chez entre vers avant après depuis pendant jusqu' "
            "jusqu'à lors selon contre"
            " dès parmi hors durant via",
            "S": "si quand lorsque lorsqu' que qu' qui dont où car parce comme puisque afin sinon alors donc",
            "C": "et ou mais ni puis",
            "O": "je j' tu il elle on nous vous ils elles se s' me m' te lui y ceci cela ça rien celui celle ceux "
            "quelqu'un chacun moi",
            "R": "au_plus au_moins au_maximum aussi très trop déjà encore toujours souvent parfois bientôt "
            "maintenant aujourd'hui demain hier "
            "ici là maximum minimum"
            " automatiquement manuellement moins mieux bien ensuite immédiatement directement ligne environ "
            "seulement tard tôt facilement",
        }
    ),
    verbs=forms(
        _verbs(
            {
                "create": "commencer joindre soumettre établir ajouter créer enregistrer réserver "
                "commander acheter payer saisir publier inscrire déposer "
                "déclarer envoyer_à planifier"
                " proposer indiquer préciser fournir renseigner commenter noter évaluer écrire télécharger "
                "téléverser louer emprunter choisir sélectionner signaler importer donner"
                " souscrire rédiger demander ouvrir photographier scanner participer prendre vendre offrir produire",
                "read": "voir consulter afficher lire chercher rechercher trouver lister imprimer exporter filtrer "
                "visualiser suivre vérifier"
                " contrôler recevoir comparer parcourir",
                "update": "modifier changer mettre corriger déplacer renommer prolonger assigner attribuer affecter "
                "compléter gérer organiser"
                " classer marquer remplacer renouveler adapter transférer",
                "delete": "supprimer retirer effacer archiver désinscrire",
                "action": "relire annoncer remettre rendre restituer reporter décaler suspendre exclure "
                "inviter approuver valider refuser rejeter annuler confirmer envoyer notifier rappeler avertir "
                "bloquer "
                "débloquer activer"
                " désactiver rembourser facturer calculer livrer expédier partager accepter clôturer fermer "
                "signer synchroniser relancer"
                " informer alerter attribuer_à distribuer prévenir libérer",
                "have": "avoir contenir comporter comprendre posséder nécessiter",
                "plain": "permettre devoir aller venir rester fonctionner perdre aider utiliser durer "
                "expirer exister "
                "tenir faire arriver pouvoir appeler"
                " gagner dépasser habiter",
            },
            lambda lemma: _french_forms(lemma.partition("_")[0]),
        )
    ),
    adjectives=listed(
        "nouveau nouvelle nouveaux nouvelles ancien ancienne ouvert ouverte fermé fermée libre libres "
        "disponible disponibles actif active"
        " privé public publique interne externe grand grande petit petite mobile simple unique valide même "
        "propre mensuel mensuelle"
        " annuel quotidien hebdomadaire médical médicale personnel personnelle légal obligatoire facultatif "
        "gratuit payant"
    ),
    people=listed(
        "personne client cliente utilisateur utilisatrice patient médecin employé salarié responsable "
        "gestionnaire directeur administrateur"
        " membre adhérent visiteur auteur lecteur étudiant élève parent enfant professeur enseignant formateur "
        "joueur arbitre organisateur"
        " chauffeur livreur technicien développeur auditeur comptable vendeur acheteur fournisseur donateur "
        "bénévole candidat locataire"
        " propriétaire habitant citoyen agent inspecteur avocat bibliothécaire jardinier cuisinier serveur "
        "participant abonné voisin mairie"
        " producteur producteurs maraîcher coordinateur animateur secrétaire réceptionniste"
    ),
    groups=listed(
        "service équipe bureau accueil comptabilité secrétariat direction administration mairie système commission"
    ),
    attributes=typed(
        {
            "string": "nom titre prénom numéro code adresse téléphone ville pays couleur marque modèle langue devise "
            "unité référence immatriculation"
            " plaque lieu",
            "text": "description texte commentaire_libre contenu motif remarque message consigne instructions",
            "decimal": "prix montant coût tarif poids taille total remise quantité température surface solde",
            "integer": "âge nombre stock capacité rang étage places durée_minutes",
            "date": "date échéance anniversaire jour",
            "datetime": "heure horaire début fin",
            "duration": "durée période",
            "email": "email courriel e-mail mail",
            "url": "url lien image photo_url",
            "enum": "statut état type catégorie genre priorité",
        }
    ),
    generic=listed(
        "suivant suivante lendemain bout moitié veille cours jour jours semaine mois an ans année heure "
        "heures minute minutes seconde temps fois chose manière "
        "façon cas partie côté système application"
        " appli site plateforme logiciel page écran exemple but objectif besoin problème solution contexte "
        "règle fonction fonctionnalité euro euros"
        " pourcent moment matin soir midi lundi mardi mercredi jeudi vendredi samedi dimanche papier internet "
        "ordinateur ligne avance retard"
        " liste information informations données rgpd utilisation accès limite maximum minimum moitié reste "
        "gens monde place_de partir veille fin"
    ),
    records={
        "réserver": "réservation",
        "commander": "commande",
        "payer": "paiement",
        "commenter": "commentaire",
        "inscrire": "inscription",
        "louer": "location",
        "emprunter": "emprunt",
        "évaluer": "évaluation",
        "donner": "don",
    },
    singular=french_singular,
    plural=french_plural,
    head_first=True,
    person_endings=("eur", "euse", "trice", "iste", "ien", "ienne"),
    no_people=listed(
        "valeur couleur erreur heure liste moteur ordinateur secteur facteur compteur ascenseur longueur "
        "largeur hauteur visiteur_liste"
    ),
    hints=listed(
        "le la les et est un une des pour dans que qui sur avec par pas au aux ce sont ou peut doit chaque leur du"
    ),
)

SPANISH = Lexicon(
    code="es",
    small=tagged(
        {
            "X": "es son era fue ser sido está están estar puede pueden podrá podrán debe deben deberá será serán "
            "sea quiere quieren queremos quiero"
            " hay ha han había hemos",
            "G": "no nunca nadie ningún ninguna tampoco ni",
            "D": "el la los las un una unos unas este esta estos estas ese esa esos esas mi mis su sus tu tus "
            "nuestro nuestra nuestros nuestras"
            " cada todo toda todos todas varios varias algunos algunas dos tres cuatro cinco seis siete ocho "
            "nueve diez primer primera último"
            " última mismo misma otro otra otros otras muchos muchas al del cualquier",
            "P": "de a en por para con sin sobre bajo entre hacia hasta desde tras según contra durante ante "
            "mediante vía",
            "S": "si cuando que quien quienes cuyo donde porque como mientras aunque pues entonces para_que",
            "C": "y e o u pero sino",
            "O": "yo tú él ella nosotros ellos ellas usted ustedes se me te nos le les lo alguien algo nada ello "
            "cuál cuáles esto eso",
            "R": "como_máximo al_menos también muy ya aún todavía siempre a_veces pronto ahora hoy mañana ayer aquí "
            "allí máximo mínimo "
            "automáticamente manualmente más menos"
            " bien luego después antes solo sólo inmediatamente directamente línea aproximadamente tarde "
            "fácilmente además",
        }
    ),
    verbs=forms(
        _verbs(
            {
                "create": "iniciar emitir presentar añadir agregar crear registrar reservar comprar pagar "
                "introducir publicar inscribir subir "
                "escribir solicitar indicar pedir elegir"
                " seleccionar planificar proponer comentar valorar puntuar calificar votar alquilar prestar "
                "donar importar guardar anotar adjuntar"
                " denunciar reportar programar escanear fotografiar ofrecer rellenar firmar apuntar generar vender",
                "read": "ver consultar mostrar leer buscar encontrar listar imprimir exportar filtrar visualizar "
                "seguir revisar recibir comparar descargar",
                "update": "modificar cambiar editar actualizar corregir mover renombrar ampliar prorrogar asignar "
                "completar gestionar organizar"
                " clasificar marcar sustituir renovar transferir ajustar",
                "delete": "eliminar borrar quitar archivar retirar",
                "action": "invitar anunciar suspender expulsar aplazar reclamar aprobar validar rechazar "
                "cancelar anular confirmar enviar notificar avisar recordar "
                "bloquear "
                "desbloquear activar desactivar"
                " reembolsar facturar calcular entregar compartir aceptar cerrar sincronizar devolver informar "
                "alertar asignar_a repartir cobrar",
                "have": "tener contener incluir llevar poseer necesitar",
                "plain": "permitir deber ir funcionar perder ayudar usar utilizar durar existir hacer llegar caducar "
                "superar faltar estar ganar abrir vivir",
            },
            lambda lemma: _spanish_forms(lemma.partition("_")[0]),
        )
    ),
    adjectives=listed(
        "nuevo nueva nuevos nuevas antiguo abierto abierta cerrado cerrada libre libres disponible disponibles "
        "activo activa privado público"
        " pública interno externo gran grande pequeño pequeña móvil simple único única válido siguiente "
        "siguientes próximo próxima próximos propio propia mensual anual diario semanal médico"
        " médica personal legal obligatorio opcional gratuito pendiente pendientes"
    ),
    people=listed(
        "persona cliente usuario usuaria paciente médico empleado empleada responsable gestor director "
        "administrador miembro socio visitante autor"
        " lector estudiante alumno padre madre niño profesor profesora docente entrenador jugador árbitro "
        "organizador conductor repartidor técnico"
        " desarrollador auditor contable vendedor comprador proveedor donante voluntario candidato inquilino "
        "propietario vecino vecina ciudadano"
        " agente inspector abogado bibliotecario jardinero cocinero camarero participante suscriptor "
        "recepcionista veterinario dueño tutor"
        " presidente tesorero conserje"
    ),
    groups=listed(
        "recepción administración contabilidad secretaría dirección ayuntamiento equipo oficina sistema "
        "almacén departamento"
    ),
    attributes=typed(
        {
            "string": "nombre título apellido número código dirección teléfono ciudad país color marca modelo idioma "
            "moneda unidad referencia matrícula lugar",
            "text": "descripción texto contenido motivo observación mensaje instrucciones",
            "decimal": "precio importe coste costo tarifa peso tamaño total descuento cantidad "
            "temperatura superficie "
            "saldo",
            "integer": "edad número_de stock capacidad puesto piso plazas aforo",
            "date": "fecha vencimiento cumpleaños",
            "datetime": "hora horario inicio",
            "duration": "duración periodo",
            "email": "email correo e-mail",
            "url": "url enlace imagen",
            "enum": "estado tipo categoría género prioridad",
        }
    ),
    generic=listed(
        "día días semana semanas mes meses año años hora horas minuto minutos segundo segundos tiempo vez "
        "veces cosa manera forma caso parte lado"
        " sistema aplicación app sitio web plataforma software página pantalla ejemplo objetivo necesidad "
        "problema solución contexto regla función"
        " funcionalidad euro euros momento mañana tarde noche lunes martes miércoles jueves viernes sábado "
        "domingo papel internet ordenador línea"
        " antelación retraso lista información datos rgpd uso acceso límite máximo mínimo mitad resto gente "
        "mundo fin final principio conflicto"
    ),
    records={
        "reservar": "reserva",
        "pedir": "pedido",
        "pagar": "pago",
        "comentar": "comentario",
        "inscribir": "inscripción",
        "alquilar": "alquiler",
        "valorar": "valoración",
        "votar": "voto",
        "donar": "donación",
    },
    singular=spanish_singular,
    plural=spanish_plural,
    head_first=True,
    person_endings=("dor", "dora", "ista", "tor", "tora", "ario", "aria"),
    no_people=listed(
        "ordenador computador contador motor sector factor lista entrevista revista pista horario calendario "
        "inventario comentario"
        " formulario vestuario salario diario usuario_lista itinerario aria área secundaria"
    ),
    hints=listed("el la los las y es un una para en que con por no su del al se cada pueden puede debe son más o"),
)

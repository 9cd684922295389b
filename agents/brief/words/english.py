"""English words."""

from agents.brief.words.english_verbs import KINDS, inflections
from agents.brief.words.lexicon import Lexicon, forms, listed, tagged, typed

_SMALL = tagged(
    {
        "X": "is are was were be been being am isn't aren't wasn't weren't do does did don't doesn't didn't can "
        "could may might"
        " must shall should will would cannot can't couldn't won't wouldn't shouldn't mustn't",
        "G": "not never no-one nobody",
        "D": "a an the each every any all some no several many few more most this these those my our your their his "
        "her its"
        " another other both either neither same own such one two three four five six seven eight nine ten "
        "dozen million billion thousand hundred"
        " first second third last next multiple various certain enough half whole",
        "P": "of in on at by for with without from to into onto over under between among through during before "
        "after until"
        " till since within per above below beyond via against about as like across near behind than except "
        "upon towards toward"
        " instead besides despite throughout inside outside along around plus including following versus",
        "S": "if when while because unless whether where that who whom whose which what how why although though "
        "whenever"
        " whoever whatever then so therefore otherwise",
        "C": "and or but nor yet & and/or",
        "O": "none i you he she it we they me him them us someone somebody anyone anybody everybody everyone nothing "
        "something"
        " anything everything themselves itself himself herself ourselves yourself myself one's",
        "R": "faster slower sooner at_most at_least up_to no_more_than also too very only once just already still "
        "again even often "
        "always sometimes soon later now today "
        "tomorrow yesterday"
        " here there up down out off away back ahead together apart else ago almost exactly twice thrice "
        "immediately directly"
        " automatically manually online offline once quickly easily currently usually roughly approximately "
        "weekly daily"
        " monthly yearly hourly nightly annually quarterly separately least maybe perhaps rather quite well "
        "much late early"
        " please e.g i.e etc respectively anymore instantly long far forever overnight upfront however thus "
        "hence meanwhile"
        " afterwards beforehand elsewhere somewhere anywhere everywhere nowhere abroad alone live",
    }
)

_ODD = {
    "people": "person",
    "children": "child",
    "men": "man",
    "women": "woman",
    "mice": "mouse",
    "feet": "foot",
    "teeth": "tooth",
    "data": "data",
    "media": "media",
    "criteria": "criterion",
    "indices": "index",
    "analyses": "analysis",
    "bases": "basis",
    "lives": "life",
    "leaves": "leaf",
    "shelves": "shelf",
    "halves": "half",
    "knives": "knife",
    "series": "series",
    "news": "news",
    "staff": "staff",
    "species": "species",
    "buses": "bus",
    "statuses": "status",
    "quizzes": "quiz",
    "movies": "movie",
    "cookies": "cookie",
    "calories": "calorie",
    "zombies": "zombie",
    "ties": "tie",
    "pies": "pie",
    "diagnoses": "diagnosis",
    "theses": "thesis",
    "crises": "crisis",
    "heroes": "hero",
    "potatoes": "potato",
    "gases": "gas",
    "lenses": "lens",
    "viruses": "virus",
    "campuses": "campus",
    "bonuses": "bonus",
    "caches": "cache",
    "aches": "ache",
    "axes": "axis",
    "vertices": "vertex",
    "matrices": "matrix",
    "alumni": "alumnus",
    "calves": "calf",
    "wolves": "wolf",
    "loaves": "loaf",
    "wives": "wife",
    "ids": "id",
}
_ODD_PLURAL = {one: many for many, one in _ODD.items() if one != many}
_NO_PLURAL_S = ("ss", "us", "is", "ous")


def singular(word: str) -> str:
    if word in _ODD:
        return _ODD[word]
    if (
        len(word) < 4
        or not word.endswith("s")
        or word.endswith(_NO_PLURAL_S)
        or word in ("sms", "gps", "dns", "https", "rss")
    ):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if word.endswith("oes"):
        return word[:-2]
    return word[:-1]


def plural(word: str) -> str:
    if word in _ODD_PLURAL:
        return _ODD_PLURAL[word]
    if word in _ODD or word in ("feedback", "equipment", "information", "inventory_stock"):
        return word
    if word.endswith("y") and len(word) > 1 and word[-2] not in "aeiou":
        return word[:-1] + "ies"
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    return word + "s"


ENGLISH = Lexicon(
    code="en",
    small=_SMALL,
    verbs=forms(
        (lemma.replace("_", " "), kind, inflections(lemma.replace("_", " ")))
        for kind, lemmas in KINDS.items()
        for lemma in lemmas.split()
    ),
    adjectives=listed(
        "stolen broken chosen hidden frozen torn worn remaining used unused new old free open closed active "
        "inactive available busy late early due overdue public private "
        "internal external local"
        " global main major minor small large big high low long short full empty same different similar single "
        "double hard easy"
        " quick fast slow safe secure valid invalid wrong right correct true false good bad better best worse "
        "worst clear simple"
        " complex important necessary possible impossible able unable ready personal private common special "
        "general specific"
        " current former recent previous future past original final total entire whole digital manual "
        "automatic physical"
        " virtual social mobile remote nearby monthly weekly daily yearly annual quarterly hourly nightly "
        "optional mandatory"
        " unique visible hidden missing existing upcoming pending stale duplicate lost unread unpaid paid "
        "blank dead alive"
        " several own busiest slowest fastest cheapest nearest newest oldest latest outgoing incoming existing "
        "one-time two-factor"
        " multi-factor real-time read-only error-prone passwordless paperless outstanding strict regular "
        "urgent critical medical"
        " legal financial technical official national international regional municipal electronic red green "
        "blue black white"
        " hot cold warm dry wet fresh raw cheap expensive heavy light top bottom left rear outdoor indoor "
        "senior junior"
        " foreign native domestic certain sure likely unlikely eligible responsible anonymous famous "
        "favourite favorite"
        " allergic vegan vegetarian gluten-free signed unsigned weekly first-time last-minute simultaneous "
        "parallel sensitive"
        " confidential immutable reversible recurring seasonal temporary permanent residential commercial "
        "electric stable"
        " additional further extra spare preferred relevant individual separate relative absolute effective "
        "average maximum"
        " minimum max min human nice proper suitable strong weak modern typical usual normal"
    ),
    people=listed(
        "person people user customer client patient practitioner doctor nurse physician dentist therapist "
        "employee manager director"
        " supervisor boss admin administrator operator owner member guest visitor author editor reader writer "
        "student pupil teacher"
        " parent guardian child kid professor lecturer instructor trainer coach player referee umpire spectator fan"
        " captain organiser organizer host driver rider passenger courier technician engineer developer tester "
        "analyst auditor"
        " accountant bookkeeper clerk cashier agent broker buyer seller vendor supplier merchant shopkeeper "
        "retailer donor"
        " volunteer applicant candidate recruiter interviewer landlord tenant resident citizen inspector "
        "officer warden judge lawyer"
        " lead librarian archivist curator journalist moderator reviewer approver requester subscriber "
        "follower friend neighbour"
        " neighbor farmer gardener chef cook waiter baker bartender housekeeper cleaner receptionist secretary "
        "dispatcher planner"
        " scheduler designer artist musician photographer translator consultant contractor freelancer partner "
        "investor trader"
        " trustee beneficiary caregiver carer pharmacist vet veterinarian dispenser pilot sailor soldier maintainer"
        " contributor committer attendee participant speaker exhibitor sponsor mentor mentee tutor learner "
        "trainee intern colleague"
        " worker foreman chairperson treasurer janitor guard ranger courier sender recipient receiver assignee "
        "creator publisher"
        " borrower lender payer payee bidder auctioneer motorist cyclist pedestrian commuter traveller "
        "traveler tourist hiker"
        " leader head anybody human persona mechanic surveyor assessor adjuster insurer policyholder claimant "
        "commissioner"
        " councillor mayor firefighter paramedic shopper biller foreman picker packer storekeeper"
    ),
    groups=listed(
        "finance desk reception office department hr staff team support board committee jury helpdesk "
        "accounting management"
        " crew police council authority bank warehouse kitchen operations security marketing sales legal service"
        " system scheduler device sensor gateway robot bot client-app app api backend job cron worker-process"
    ),
    attributes=typed(
        {
            "string": "name title code key label number barcode reference subject headline nickname username address "
            "street"
            " city country region state_name postcode zip phone telephone fax mobile iban serial sku isbn vin "
            "colour color unit"
            " brand model make vendor language locale currency browser agent headers header host ip location "
            "place version"
            " signature hash token password plate gender nationality id username licence_plate size_label "
            "section shelf aisle"
            " user_agent ip_address plan",
            "text": "description text body content message summary reason detail bio biography "
            "instructions instruction"
            " abstract remark caption explanation transcript what why",
            "decimal": "price amount cost fee rate_value total subtotal tax balance salary wage discount percentage "
            "percent share"
            " weight height width length depth distance latitude longitude temperature humidity speed score "
            "rating_value budget"
            " revenue margin hours quantity_kg deposit vat commission allowance pressure voltage",
            "integer": "age count quantity rank position capacity priority level floor year stars servings calories "
            "points goals"
            " pages stock seats threshold mileage",
            "date": "date birthday birthdate deadline day due_date expiry",
            "datetime": "time timestamp when start end begin finish moment",
            "duration": "duration interval period",
            "boolean": "active enabled visible public default",
            "email": "email e-mail mail e-mail_address email_address",
            "url": "url link_address website homepage uri avatar picture_url",
            "enum": "status state type kind category severity gender_type mode stage phase visibility",
            "json": "metadata settings payload preferences configuration headers_json",
        }
    ),
    generic=listed(
        "character digit zero million thousand thing way time day week month year hour minute second moment lot "
        "kind sort part side case point end "
        "start beginning"
        " system app application platform tool software website site web page screen button form field "
        "portal dashboard"
        " solution feature idea work problem need goal aim scope context background overview"
        " introduction summary requirement constraint example support help people person one anyone everyone"
        " someone hand place world life fact number amount half third quarter rest majority use usage view"
        " list range information data detail basis base purpose effect case"
        " paper telephone internet network browser database row column code script"
        " eye minute morning afternoon evening night noon midnight weekend weekday today tomorrow monday tuesday"
        " wednesday thursday friday saturday sunday january february march april june july august september "
        "october november"
        " december spring summer autumn winter clock zone timezone hours percent euro eur usd gbp dollar cent "
        "pound kb mb gb ms millisecond kilobyte megabyte gigabyte kilogram litre liter tonne th st nd rd am pm"
        " clicks click press push everything something nothing anything ability possibility option chance"
        " advance mvp phase load volume peak performance speed security privacy gdpr law business company"
        " organisation organization etc e.g future past present question sense attention"
        " back top bottom middle left right maximum minimum average total experience quality"
        " story acceptance other others behaviour behavior situation error mistake failure fault"
        " success trouble effort today's term word phrase max min limit cap sms phone mobile desktop laptop tablet"
        " kilometre kilometer km meter metre mile gram kg bunch pair couple handful series mode default "
        "success total while"
        " turn response reply overlap busiest hmac-sha256 postgresql mysql dns https http csv pdf json xml sql"
        " api us uk eu europe vienna germany france spain poland england london berlin paris"
    ),
    records={
        "comment": "comment",
        "review": "review",
        "rate": "rating",
        "vote": "vote",
        "book": "booking",
        "reserve": "reservation",
        "order": "order",
        "pay": "payment",
        "subscribe": "subscription",
        "donate": "donation",
        "bid": "bid",
        "apply": "application",
        "enrol": "enrolment",
        "enroll": "enrollment",
        "borrow": "loan",
        "rent": "rental",
        "like": "like",
        "invite": "invitation",
        "message": "message",
        "bookmark": "bookmark",
        "report": "report",
        "check in": "check-in",
        "sign up": "sign-up",
        "reply": "reply",
        "pledge": "pledge",
        "follow": "follow",
        "upvote": "upvote",
        "appeal": "appeal",
        "complain": "complaint",
        "tag": "tag",
    },
    singular=singular,
    plural=plural,
    person_endings=("er", "or", "ist", "ian", "eer", "ee"),
    no_people=listed(
        "other others another order number folder counter letter paper server calendar reminder "
        "newsletter filter parameter "
        "container header footer"
        " computer printer scanner router sensor monitor register folder voucher ledger offer water power "
        "tower error color floor"
        " door mirror motor vector factor sector layer cover dinner summer winter semester chapter"
        " theater theatre meter transfer answer matter character buffer cluster pointer poster banner sticker sticker"
        " fee coffee tree committee degree marker timer tracker trigger corner trailer locker charger"
        " freezer fridge cooler heater boiler slider adapter controller identifier tier carrier barrier quarter"
        " flower river border shoulder finger weather feather butter pepper copier trolley refrigerator "
        "elevator escalator"
        " generator indicator calculator simulator refrigerator tractor trier paper plier dossier list twist "
        "checklist wishlist"
        " playlist waitlist blocklist allowlist todolist shortlist whitelist blacklist tracklist manifest"
        " disorder remainder folder burger cluster order-number behavior flavour flavor harbour harbor armor labor"
        " transformer processor connector detector accelerator reactor compressor decor anchor cursor"
        " poster roster register offer tender winner loser gender genre under over after never however "
        "together ever whether either"
    ),
    hints=listed(
        "the and of to is are with for a an on by that must can should each every not from when which or only"
    ),
)

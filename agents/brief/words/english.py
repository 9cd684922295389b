"""English words."""

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

_KINDS = {
    "create": "appeal complain add put create register submit book upload enter type fill record log store save "
    "post publish "
    "write "
    "draft open"
    " request order buy purchase reserve schedule plan start launch apply donate pay sign enrol enroll "
    "subscribe bid vote rate"
    " review comment reply answer ask invite issue place propose raise file scan photograph capture import "
    "define set_up"
    " sign_up sign_in log_in check_in check_out borrow lend rent hire make build generate report announce "
    "offer nominate suggest"
    " compose attach collect gather pick choose select take declare claim deposit produce bookmark favourite "
    "favorite like tag"
    " message upvote pledge list_up lodge sell host prescribe refer set",
    "read": "see view read show display list search find browse print export download check look watch inspect track"
    " monitor query filter sort compare preview access get receive retrieve fetch count total summarise "
    "summarize analyse"
    " analyze audit consult follow visualise visualize scroll hear listen play look_up",
    "update": "change edit update modify move rename rotate extend renew assign reassign correct adjust set_to "
    "reschedule replace"
    " mark label categorise categorize classify link merge split group reorder prioritise prioritize transfer "
    "switch toggle turn"
    " complete finish close pause resume continue configure customise customize alter revise amend override "
    "bring enrich"
    " translate convert restock top_up rank seed score upgrade downgrade maintain manage administer organise "
    "organize handle"
    " process swap drag fix repair clean",
    "delete": "delete remove discard erase drop clear purge unregister unsubscribe archive withdraw destroy revoke",
    "action": "decide join approve reject return cancel confirm accept decline deny block unblock disable enable "
    "activate "
    "deactivate "
    "send"
    " re-send resend deliver notify remind alert tell inform warn escalate forward share verify validate "
    "authenticate authorise"
    " authorize sign_off lock unlock flag release deploy sync synchronise synchronize charge refund invoice "
    "bill settle calculate"
    " compute ship dispatch pack unpack load unload trigger run stop restart retry expire pair draw suspend ban mute"
    " report_to hand_in hand_out redeem endorse freeze grant appoint dismiss promote demote call e-mail email "
    "mail text ping"
    " scale resize crop adopt foster tick pin unpin star hide unhide evaluate grade assess interview onboard "
    "insure estimate vaccinate diagnose treat admit discharge triage dispense pick_up drop_off hand_over "
    "unfollow republish plant breed survey plot route reset restore recover back_up test measure recommend "
    "forecast predict detect stream exchange allocate distribute deduct"
    " reimburse advance quarantine moderate delegate tow inspect_on feed water harvest shuffle simulate nudge "
    "encrypt sanitize"
    " cook serve announce_to rate-limit debit credit transcribe weigh round dispute acknowledge acknowledge_to "
    "wipe reboot flash"
    " provision roll_back roll_out decommission geofence quote award tender seat relocate",
    "have": "have contain include consist comprise carry hold own keep need require",
    "plain": "want like_to let allow permit help make_sure ensure enable_to know think work go come stay remain become "
    "happen"
    " exist depend differ vary belong refer_to apply_to mean try press click tap leave lose miss fail show_up last"
    " wait reach exceed cover support use try_to give take_place arrive depart end begin occur say look_like "
    "cost spend avoid"
    " prevent stop_from break live travel pass fall rise grow last_for see_to win lose "
    "play_against face "
    "match_up sit stand"
    " log_out sign_out poll matter prefer expect hope intend agree forget remember respond react"
    " meet visit attend quit park drive ride charge_for run_out turn_out warrant exclude replace_by  "
    "stick convince match",
}
_IRREGULAR = {
    "have": ("has", "had", "having"),
    "see": ("sees", "seen", "seeing"),
    "write": ("writes", "written", "writing"),
    "choose": ("chooses", "chosen", "choosing"),
    "buy": ("buys", "bought", "buying"),
    "pay": ("pays", "paid", "paying"),
    "sell": ("sells", "sold", "selling"),
    "send": ("sends", "sent", "sending"),
    "resend": ("resends", "resent", "resending"),
    "re-send": ("re-sends", "re-sent", "re-sending"),
    "keep": ("keeps", "kept", "keeping"),
    "take": ("takes", "taken", "taking"),
    "make": ("makes", "made", "making"),
    "build": ("builds", "built", "building"),
    "find": ("finds", "found", "finding"),
    "tell": ("tells", "told", "telling"),
    "get": ("gets", "got", "getting"),
    "know": ("knows", "known", "knowing"),
    "lend": ("lends", "lent", "lending"),
    "hold": ("holds", "held", "holding"),
    "give": ("gives", "given", "giving"),
    "read": ("reads", "read", "reading"),
    "set": ("sets", "set", "setting"),
    "bid": ("bids", "bid", "bidding"),
    "split": ("splits", "split", "splitting"),
    "hear": ("hears", "heard", "hearing"),
    "draw": ("draws", "drawn", "drawing"),
    "go": ("goes", "gone", "going"),
    "come": ("comes", "come", "coming"),
    "lose": ("loses", "lost", "losing"),
    "leave": ("leaves", "left", "leaving"),
    "think": ("thinks", "thought", "thinking"),
    "become": ("becomes", "become", "becoming"),
    "fall": ("falls", "fallen", "falling"),
    "run": ("runs", "run", "running"),
    "freeze": ("freezes", "frozen", "freezing"),
    "forecast": ("forecasts", "forecast", "forecasting"),
    "bring": ("brings", "brought", "bringing"),
    "let": ("lets", "let", "letting"),
    "put": ("puts", "put", "putting"),
    "withdraw": ("withdraws", "withdrawn", "withdrawing"),
    "win": ("wins", "won", "winning"),
    "meet": ("meets", "met", "meeting"),
    "spend": ("spends", "spent", "spending"),
    "say": ("says", "said", "saying"),
    "drive": ("drives", "driven", "driving"),
    "ride": ("rides", "ridden", "riding"),
    "break": ("breaks", "broken", "breaking"),
    "feed": ("feeds", "fed", "feeding"),
    "forget": ("forgets", "forgotten", "forgetting"),
    "begin": ("begins", "begun", "beginning"),
    "quit": ("quits", "quit", "quitting"),
    "sit": ("sits", "sat", "sitting"),
    "stand": ("stands", "stood", "standing"),
    "rise": ("rises", "risen", "rising"),
    "grow": ("grows", "grown", "growing"),
    "cost": ("costs", "cost", "costing"),
    "show": ("shows", "shown", "showing"),
    "stick": ("sticks", "stuck", "sticking"),
    "mean": ("means", "meant", "meaning"),
    "cancel": ("cancels", "cancelled", "cancelling"),
    "rewrite": ("rewrites", "rewritten", "rewriting"),
    "override": ("overrides", "overridden", "overriding"),
    "travel": ("travels", "travelled", "travelling"),
    "refer": ("refers", "referred", "referring"),
    "prefer": ("prefers", "preferred", "preferring"),
    "label": ("labels", "labelled", "labelling"),
    "enrol": ("enrols", "enrolled", "enrolling"),
    "transfer": ("transfers", "transferred", "transferring"),
    "submit": ("submits", "submitted", "submitting"),
    "permit": ("permits", "permitted", "permitting"),
    "occur": ("occurs", "occurred", "occurring"),
    "e-mail": ("e-mails", "e-mailed", "e-mailing"),
    "fulfil": ("fulfils", "fulfilled", "fulfilling"),
}
_DOUBLED = listed(
    "log tag ban drop ship stop plan scan pin flag map chat swap drag tap pat tip top nag wrap strip step skip "
    "snap rub grab"
)


def inflections(lemma: str) -> list[tuple[str, str]]:
    """Return the forms of a regular or listed verb with the names of the forms."""
    if lemma in _IRREGULAR:
        third, past, going = _IRREGULAR[lemma]
        return [(lemma, "base"), (third, "s"), (past, "ed"), (going, "ing")]
    if lemma.endswith("y") and lemma[-2] not in "aeiou":
        return [(lemma, "base"), (lemma[:-1] + "ies", "s"), (lemma[:-1] + "ied", "ed"), (lemma + "ing", "ing")]
    if lemma.endswith("e"):
        going = lemma + "ing" if lemma.endswith(("ee", "oe", "ye")) else lemma[:-1] + "ing"
        return [(lemma, "base"), (lemma + "s", "s"), (lemma + "d", "ed"), (going, "ing")]
    third = lemma + ("es" if lemma.endswith(("s", "x", "z", "ch", "sh", "o")) else "s")
    root = lemma + lemma[-1] if lemma in _DOUBLED else lemma
    return [(lemma, "base"), (third, "s"), (root + "ed", "ed"), (root + "ing", "ing")]


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
        for kind, lemmas in _KINDS.items()
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
        " hot cold warm dry wet fresh raw cheap expensive heavy light top bottom left rear outdoor indoor senior junior"
        " foreign native domestic certain sure likely unlikely eligible responsible anonymous famous favourite favorite"
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
            "text": "description text body content message summary reason detail bio biography instructions instruction"
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
        "character digit million thousand thing way time day week month year hour minute second moment lot "
        "kind sort part side case point end "
        "start beginning"
        " system app application platform tool software website site web page screen button form field portal dashboard"
        " solution feature idea work problem need goal aim scope context background overview"
        " introduction summary requirement constraint example support help people person one anyone everyone"
        " someone hand place world life fact number amount half third quarter rest majority use usage view"
        " list range information data detail basis base purpose effect case"
        " paper telephone internet network browser database row column code script"
        " eye minute morning afternoon evening night noon midnight weekend weekday today tomorrow monday tuesday"
        " wednesday thursday friday saturday sunday january february march april june july august september "
        "october november"
        " december spring summer autumn winter clock zone timezone hours percent euro eur usd gbp dollar cent "
        "pound kb mb gb ms th st nd rd"
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
        "order number folder counter letter paper server calendar reminder newsletter filter parameter "
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

"""English verbs by what they do to a thing, and their forms."""

from agents.brief.words.lexicon import listed

KINDS = {
    "create": "note append insert introduce establish initiate mint author sketch pre-order clock_in clock_out "
    "prepare contribute annotate brew assemble "
    "appeal complain add put create register submit book upload enter type fill record log store save "
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
    "update": "postpone prolong shorten increase decrease lower reduce enlarge detach combine highlight reword "
    "redact repeat replenish refill align calibrate tune balance arrange stack bind unbind "
    "unpair expand narrow "
    "change edit update modify move rename rotate extend renew assign reassign correct adjust set_to "
    "reschedule replace"
    " mark label categorise categorize classify link merge split group reorder prioritise prioritize transfer "
    "switch toggle turn"
    " complete finish close pause resume continue configure customise customize alter revise amend override "
    "bring enrich"
    " translate convert restock top_up rank seed score upgrade downgrade maintain manage administer organise "
    "organize handle"
    " process swap drag fix repair clean",
    "delete": "delete remove discard erase drop clear purge unregister unsubscribe archive withdraw destroy revoke",
    "action": "exclude skip kick unmute evict certify license transport service seal arm disarm "
    "switch_on switch_off turn_on turn_off disinfect sterilise vacate evacuate check_off tick_off "
    "cross_off hand_back "
    "give_back take_back bring_back send_back send_out carry_out fill_in fill_out put_back put_away "
    "write_off pay_out "
    "pay_back phone supervise oversee mediate arbitrate investigate examine operate consume join_up call_off "
    "call_back set_off shut_down start_up lock_out opt_in opt_out contest challenge veto impound escort "
    "guide book_out collect_back mount dismount "
    "decide join approve reject return cancel confirm accept decline deny block unblock disable enable "
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
    "plain": "want like_to let allow permit help make_sure ensure enable_to know think work go come stay "
    "survive withstand tolerate "
    "remain become "
    "happen"
    " exist depend differ vary belong refer_to apply_to mean try press click tap leave lose miss fail show_up last"
    " wait reach exceed cover support use try_to give take_place arrive depart end begin occur say look_like "
    "cost spend avoid"
    " prevent stop_from break live travel pass fall rise grow last_for see_to win lose "
    "play_against face "
    "match_up sit stand"
    " log_out sign_out poll matter prefer expect hope intend agree forget remember respond react"
    " meet visit attend quit park drive ride charge_for run_out turn_out warrant replace_by  "
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
    "overwrite": ("overwrites", "overwritten", "overwriting"),
    "shut": ("shuts", "shut", "shutting"),
    "oversee": ("oversees", "overseen", "overseeing"),
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
    first, _, particle = lemma.partition(" ")
    if particle:  # "hands over", "took back"
        return [(f"{shape} {particle}", name) for shape, name in inflections(first)]
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

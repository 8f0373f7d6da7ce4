"""A believable record: Ana Moreno at Stillwater Massage."""

import json
from dataclasses import replace
from typing import Any

from intake_app.pdf.record_document import (
    AnswerSection,
    AuditLine,
    BodyMark,
    ConsentGiven,
    PressureMark,
    RecordDocument,
    Row,
    SignatureMark,
)
from intake_app.pdf.safety_card import CardFlag, LabelledText, PressureLimit, SafetyCard

ANSWERS = {
    "id.first_name": "Ana",
    "id.last_name": "Moreno",
    "td.clot_sign": "yes",
    "v.reason": "Sore shoulder 😀",
}
WAVE = tuple((20.0 + i * 3, 60.0 + (i % 7) * 6 - (i % 11) * 3) for i in range(80))


def _section(title: str, rows: int, private: bool = False) -> AnswerSection:
    lines = (
        Row(f"{title}: question number {i}", f"Answer {i} to {title.lower()}", f"q.{i}")
        for i in range(rows)
    )
    return AnswerSection(title, tuple(lines), private)


def _consent(number: int, agreed: bool = True) -> ConsentGiven:
    text = (
        "I can say “softer”, “not there” or “stop” at any time, even after I signed. "
        "I do not have to explain. "
    ) * 3
    at = "2026-11-20T15:56:00+00:00" if agreed else ""
    return ConsentGiven(
        f"cs.{number}", f"Agreement number {number}", text, "1.0.0", "ab" * 32, agreed, at
    )


CARD = SafetyCard(
    name="Ana M.",
    age=71,
    signed="20 November 2026",
    stops=(
        CardFlag(
            "A05",
            "STOP",
            True,
            "One-sided swollen, warm limb may be a deep clot",
            "",
            "Leg swollen: Yes",
            "Same-day medical check.",
            "",
        ),
    ),
    untouched=(LabelledText("Front of neck, belly", "client’s choice"),),
    limits=(
        PressureLimit(
            "Most of the body", "firm", "medium (level 3)", "blood thinner (C01)", 3, True
        ),
        PressureLimit(
            "Left ankle and foot", "light", "very light (level 1)", "numb area (G01)", 1, True
        ),
    ),
    adapts=(
        CardFlag(
            "C01", "ADAPT", False, "Blood thinner", "", "Apixaban", "Light to medium only.", ""
        ),
    ),
    lowered=(),
    asks=(
        CardFlag(
            "O08",
            "ADAPT",
            False,
            "Two answers do not go together",
            "",
            "",
            "Ask what they are for.",
            "",
        ),
    ),
    talk=("Medicines",),
    words=(LabelledText("Needed to be safe and at ease", "I am a little deaf."),),
    facts=(
        LabelledText("Position", "Not face down. On my back"),
        LabelledText("Agreement limits", "Not agreed: Photos"),
    ),
    note="",
    stale="",
    levels={"neck_front": 0, "abdomen": 0, "foot_l": 1},
    cautions=tuple(
        CardFlag(
            f"C{number:02}",
            tag,
            False,
            "Blood thinner: bruises and deep bleeding are more likely",
            "Whole body: no more than medium (level 3)",
            "Blood thinner (warfarin, Eliquis, Xarelto, heparin); Bone medicine",
            "Light to medium only. No deep tissue, elbows, tools, cupping, massage gun or strong"
            " friction",
            "",
        )
        for number, tag in enumerate(("AVOID", *("ADAPT",) * 9, *("INFO",) * 3))
    ),
    rules=LabelledText("massage_flags 1.0.0", "56" * 32),
)
ANA = RecordDocument(
    record_id="0f3a91c204de58b166c0e2d79a1f33e5",
    practice_name="Stillwater Massage",
    practice_lines=("12 Watson Street", "Ripon, Wisconsin", "920 555 0134"),
    page_size="letter",
    lang="en",
    client_name="Ana Moreno",
    client_age=71,
    birth_date="14 March 1955",
    pronouns="she/her",
    reason="Sore left shoulder since August; it wakes me at night.",
    first_visit=True,
    card=CARD,
    since=None,
    read_first=(
        Row("One leg or arm swollen, warm or red", "Yes", "td.clot_sign"),
        Row("Fall or injury in the last 2 weeks", "Not sure", "td.injury"),
        Row("Bones, joints and muscles", "Weak bones (osteoporosis)", "hx.msk"),
    ),
    allergies=("Tree nuts (almond, walnut, shea); Perfume or scents", "Rash or itch; Headache"),
    body_marks=(
        BodyMark("neck_front", "Front of neck", None, False, False, True),
        BodyMark("shoulder_front_l", "Left shoulder (front and side)", 7, True, False, False),
        BodyMark("lowback_l", "Left low back", 2, False, False, False),
        BodyMark("foot_l", "Left ankle and foot", None, False, True, False),
    ),
    pressure_overall="Firm – strong, but it should not hurt",
    pressure_marks=(
        PressureMark("abdomen", "Belly", "avoid"),
        PressureMark("lowback_l", "Left low back", "light"),
    ),
    goals=("1. Less pain", "2. Sleep better"),
    medicines=(Row("Medicines", "Apixaban, 5 mg twice a day, blood thinner", "med.list"),),
    sections=(
        _section("About you", 12),
        _section("How are you today?", 14),
        _section("Your health history", 20),
        _section("Your feelings", 3, private=True),
        _section("Goals", 6),
    ),
    consents=(*map(_consent, range(8)), _consent(9, agreed=False)),
    signatures=(
        SignatureMark(
            "client", "Ana Moreno", "", (WAVE,), 358, 176, "2026-11-20 15:56:12 UTC",
            "20 November 2026, 9:56 AM CST", "By pressing “Sign and send” I sign my answers.",
        ),
    ),
    events=(
        AuditLine("20 November 2026, 9:40 AM CST", "The client started the form"),
        AuditLine("20 November 2026, 9:56 AM CST", "The client signed"),
    ),
    definition_name="massage_intake",
    definition_version="1.0.0",
    definition_sha256="cd" * 32,
    answers_json=json.dumps({"answers": ANSWERS}, ensure_ascii=False),
    answers_sha256="ef" * 32,
    audit_seq=17,
    audit_hash="12" * 32,
    seal_fingerprint="34" * 32,
    note="",
)  # fmt: skip


def paper(**changes: Any) -> RecordDocument:
    """Ana's record, with changes."""
    return replace(ANA, **changes)

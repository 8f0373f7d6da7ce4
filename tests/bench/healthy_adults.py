"""2,000 made-up adults, most of them well, fill in massage_intake 2.0.0 at home, a visit in a week.

How often does one get a STOP, how often is a wish for firm work lowered, how many flags are there?
The base rates are guesses, no data: rates of adults who visit a practice, and for what is new each
screener “Not sure” 2 % and “in person” 1 %; a doctor's answer yes 50, not asked 42, not sure 5, no
3 %. Two more had to be guessed: of those who are not sure at a screener, half find an answer in
the list that opens; half open the door “Tell us more”, behind which kinds of massage, scents and
feelings are. The numbers are printed once more as if everybody opened it.

`python -m tests.bench.healthy_adults [people] [seed]`
"""

import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from intake_app.questionnaire import REGIONS, Flag, Journey, Level, RuleSet
from intake_app.questionnaire.body.marks import WALTON
from tests.questionnaire.second.walk_2 import (
    FORM_2,
    RULES_2,
    SCREENERS,
    flags,
    is_own_wish,
    limits,
    usual,
    walk,
)

PEOPLE = 2000
SEED = 20261201
YEAR = 2026
SCREENED = {"unsure": 2.0, "talk": 1.0}
STILL_NOT_SURE = 0.5
DOOR = 0.5
BEHIND_THE_DOOR = frozenset(
    item.link_id for step in FORM_2.steps if step.more for item in step.items
)
DOCTOR = {"yes": 50, "not_asked": 42, "unsure": 5, "no": 3}
LATE = {"gt1y": 75, "m6to12": 10, "m3to6": 7, "lt3m": 5, "now": 0.5, "unsure": 2.5}
ROW_OF = {"m6to12": "m3to12", "m3to6": "m3to12", "lt3m": "w6to12", "now": "lt1w"}
"""A time of the history as the time of a row; what is older than a year is not asked about."""
SORE_PLACES = {
    "neck_back_r": 22,
    "shoulder_top_l": 18,
    "lowback_r": 25,
    "midback_l": 8,
    "scapula_r": 8,
    "knee_front_l": 5,
    "upper_arm_r": 4,
    "hip_front_l": 4,
    "calf_r": 3,
    "hand_r": 3,
}
COUNTED = {
    "stop": "a STOP, %",
    "lowered": "firm or deep wish lowered, %",
    "to_medium": "  to medium or less, %",
    "lowered_meanwhile": "  the same until signed too, %",
    "to_medium_meanwhile": "  to medium or less until signed, %",
    "median": "flags, own wishes aside, median",
    "without": "no STOP, ask-first or limit, %",
    "without_notes": "  no note and no advice either, %",
}
AT_MOST = {"stop": 10.0, "lowered": 50.0, "to_medium": 35.0, "median": 3.0}
AT_LEAST = {"without": 20.0}
"""The bars. A wish is lowered by what stays after the talk; two lines count what holds until a
therapist has signed as well. Notes and advice are flags, and count in the median.
"""
FIRM = 4
MEDIUM = 3


class Person:
    """Draws the answers of one made-up adult. door: how likely they open “Tell us more”."""

    def __init__(self, random: Random, door: float = DOOR) -> None:
        self.random = random
        self.door = door
        self.age = int(min(78, max(18, random.gauss(43, 14))))
        self.female = self.chance(0.66)
        self.answers: dict[str, Any] = {}
        self.lists: dict[str, list[str]] = {}
        self.surgeries: list[dict[str, Any]] = []
        self.injuries: list[dict[str, Any]] = []

    def chance(self, share: float) -> bool:
        """Whether something this likely is so."""
        return self.random.random() < share

    def pick(self, weights: Mapping[Any, float]) -> Any:
        """One of these, by weight."""
        return self.random.choices(list(weights), list(weights.values()))[0]

    def some(self, shares: Mapping[str, float]) -> list[str]:
        """Those of these that are so, each for itself."""
        return [code for code, share in shares.items() if self.chance(share)]

    def ticks(self, shares: Mapping[str, float]) -> list[str]:
        """The same as the answer to a list."""
        return self.some(shares) or ["none"]

    def place(self) -> list[str]:
        """Somewhere on the body."""
        return [self.random.choice(list(REGIONS))]

    def draw(self) -> dict[str, Any]:
        """All answers, in the order of the form as far as one follows from another."""
        self.about_the_visit()
        self.heart()
        self.bones_and_nerves()
        self.rest_of_the_body()
        self.cancer()
        self.pregnancy()
        self.recent()
        self.medicines_and_devices()
        self.doctor()
        self.wishes()
        self.screeners()
        if self.chance(self.door):
            return self.answers
        return {one: said for one, said in self.answers.items() if one not in BEHIND_THE_DOOR}

    def about_the_visit(self) -> None:
        """Who, why, and the warning signs."""
        a, pick = self.answers, self.pick
        month = self.random.randint(1, 11)
        day = self.random.randint(1, 28)
        born = f"{YEAR - self.age - 1}-{month:02d}-{day:02d}"
        a["id.dob"] = born
        a["go.goals"] = [
            pick({"relax_stress": 45, "pain_relief": 40, "athletic": 8, "maintenance": 7})
        ]
        a["v.start"] = pick(
            {"no_problem": 35, "days": 6, "weeks": 14, "months": 22, "years": 18, "unsure": 5}
        )
        if self.has_problem:
            a["v.cause"] = pick(
                {"work": 30, "sport": 15, "stress": 18, "unknown": 27, "injury": 8, "illness": 2}
            )
            a["v.pain_night"] = pick({"no": 91, "yes": 4, "unsure": 5})
        a["td.chest"] = pick({"no": 99.3, "yes": 0.2, "unsure": 0.5})
        a["td.headache"] = pick({"no": 99.2, "yes": 0.3, "unsure": 0.5})
        a["td.saddle"] = pick({"no": 99.5, "yes": 0.1, "unsure": 0.4})
        a["td.clot_sign"] = pick({"no": 98.9, "yes": 0.3, "unsure": 0.8})
        a["td.clot_where"] = [pick({"leg_l": 45, "leg_r": 45, "arm_r": 10})]
        a["td.stroke"] = self.ticks({"faint": 0.002, "balance": 0.001})
        a["td.unexplained"] = self.ticks(
            {
                "tired": 0.08,
                "sweats": 0.08 if self.female and 45 <= self.age <= 56 else 0.02,
                "weight": 0.005,
                "glands": 0.008,
                "bleeding": 0.005,
                "temple": 0.01,
                "dark_pee": 0.002,
                "belly": 0.002,
                "joint": 0.007,
                "hot_skin": 0.002,
                "lump": 0.015,
            }
        )
        a["td.lump_where"] = self.place()
        a["td.joint_where"] = self.place()

    @property
    def has_problem(self) -> bool:
        """Whether they come with one."""
        return bool(self.answers["v.start"] != "no_problem")

    def heart(self) -> None:
        """Heart and blood."""
        a, late, female = self.answers, LATE, self.female
        older = self.age > 50
        cardio = self.some(
            {
                "hbp": 0.10,
                "rhythm": 0.02,
                "valve": 0.01,
                "varicose": 0.10 if female else 0.05,
                "lbp": 0.04,
                "anemia": 0.07 if female else 0.01,
                "raynaud": 0.02,
                "dvt": 0.008,
                "clotting": 0.004,
                "bleeding": 0.0015,
                "stroke": 0.005 if self.age > 45 else 0.001,
                "heart_attack": 0.015 if older else 0.001,
                "heart_surgery": 0.012 if older else 0.001,
                "angina": 0.003,
                "other": 0.01,
            }
        )
        self.lists["hx.cardio"] = cardio
        a["hx.hbp_control"] = self.pick({"yes": 85, "unsure": 10, "no": 5})
        if self.chance(0.4):
            a["hx.bp_sys"] = self.random.randint(112, 152)
            a["hx.bp_dia"] = self.random.randint(68, 95)
        for question in ("hx.clot_when", "hx.heart_when", "hx.stroke_when", "hx.seizure_last"):
            a[question] = self.pick(late)
        a["hx.clot_where"] = [self.random.choice(["calf_l", "calf_r"])]
        a["hx.angina_rest"] = "no"
        a["hx.varicose_kind"] = self.pick({"mild": 80, "sore": 18, "ulcer": 2})
        a["hx.varicose_where"] = [self.random.choice(["calf_l", "calf_r"])]

    def bones_and_nerves(self) -> None:
        """Bones, joints, brain and nerves; crashes and knocks on the head become injuries."""
        a, female, age = self.answers, self.female, self.age
        msk = self.some(
            {
                "backpain": 0.15,
                "neckpain": 0.12,
                "disc": 0.03,
                "sciatica": 0.03,
                "oa": 0.30 if age > 55 else 0.05,
                "osteopenia": 0.12 if female and age > 58 else 0.005,
                "osteoporosis": 0.09 if female and age > 62 else 0.002,
                "ra": 0.01,
                "gout": 0.015,
                "scoliosis": 0.02,
                "sore_spot": 0.20,
                "fibromyalgia": 0.015,
                "hypermobile": 0.025,
                "stenosis": 0.01,
                "other": 0.01,
            }
        )
        self.lists["hx.msk"] = msk
        a["hx.bone_fracture"] = self.pick({"no": 85, "yes": 10, "unsure": 5})
        a["hx.ra_flare"] = self.pick({"no": 85, "yes": 15})
        a["hx.ra_neck"] = self.pick({"no": 75, "yes": 15, "unsure": 10})
        a["hx.msk_where"] = self.place()
        a["hx.disc_signs"] = [self.pick(self.disc_signs(msk))]
        nerve = self.some(
            {
                "migraine": 0.08,
                "tension_ha": 0.12,
                "vertigo": 0.03,
                "faint": 0.015,
                "numbness": 0.03,
                "seizure": 0.007,
                "bells": 0.004,
                "neuropathy": 0.006,
                "ms": 0.002,
                "eye": 0.02 if age > 60 else 0.004,
                "other": 0.005,
                "talk": 0.005,
            }
        )
        self.lists["hx.nerve"] = nerve
        a["hx.migraine_trigger"] = [self.pick({"scent": 25, "light": 25, "neck": 15, "none": 35})]
        a["hx.numb_ask"] = [self.pick({"hands": 50, "feet": 50})]
        for share, kind in ((0.04, "crash"), (0.04, "head")):
            if self.chance(share):
                self.injury(kind, ROW_OF.get(when := self.pick(LATE), when))

    def disc_signs(self, msk: list[str]) -> Mapping[str, float]:
        """The signs of a pressed nerve, by what the back is like."""
        if set(msk) & {"disc", "sciatica", "stenosis"}:
            return {"none": 80, "numb": 10, "both": 6, "weak": 4}
        if "backpain" in msk:
            return {"none": 95, "numb": 3, "both": 2}
        return {"none": 97, "numb": 1, "arm": 1.7, "both": 0.2, "weak": 0.1}

    def injury(self, kind: str, when: str) -> None:
        """One injury, if it is not too old to be asked about."""
        if when != "gt1y":
            self.injuries.append({"kind": kind, "when": when, "where": self.place()})

    def rest_of_the_body(self) -> None:
        """Lungs, skin, belly, hormones, immune system."""
        a, female, age, some = self.answers, self.female, self.age, self.some
        self.lists["hx.resp"] = some(
            {
                "asthma": 0.08,
                "sinus": 0.08,
                "apnea": 0.05,
                "copd": 0.008,
                "flat": 0.003,
                "lung_recent": 0.004,
                "other": 0.004,
            }
        )
        self.lists["hx.skin"] = some(
            {
                "eczema": 0.06,
                "psoriasis": 0.02,
                "acne": 0.05 if age < 35 else 0.01,
                "sensitive": 0.08,
                "bruise_easy": 0.06,
                "hives": 0.015,
                "scars": 0.03,
                "thin": 0.04 if age > 68 else 0.002,
                "other": 0.01,
            }
        )
        a["hx.skin_active"] = self.pick({"no": 65, "yes": 35})
        a["hx.skin_where"] = self.place()
        self.lists["hx.digest"] = some(
            {
                "reflux": 0.15,
                "ibs": 0.08,
                "hernia": 0.015,
                "ulcer": 0.01,
                "gall": 0.015,
                "ibd": 0.006,
                "divertic": 0.015,
                "liver": 0.007,
                "belly_pain": 0.01,
                "other": 0.008,
                "talk": 0.003,
            }
        )
        a["hx.hernia_where"] = ["abdomen"]
        women = {"endo": 0.05 if age < 52 else 0.01, "fibroids": 0.06, "pelvic": 0.03}
        self.lists["hx.kidney"] = some(
            {
                "stones": 0.008,
                "uti": 0.006,
                "kidney_disease": 0.004,
                "other": 0.003,
                **(women if female else {}),
            }
        )
        diabetes = [self.pick({"dm2": 85, "dm1": 15})] if self.chance(0.03) else []
        self.lists["hx.endo"] = diabetes + some(
            {"thyroid_under": 0.05, "thyroid_over": 0.007, "low_sugar": 0.015, "other": 0.01}
        )
        a["hx.dm_control"] = self.pick({"yes": 82, "no": 8, "unsure": 10})
        a["hx.dm_harm"] = [self.pick({"none": 85, "numb_feet": 10, "eye": 5})]
        a["hx.dm_insulin"] = "shots" if "dm1" in diabetes else self.pick({"no": 85, "shots": 15})
        a["hx.dm_sites"] = ["abdomen"]
        self.lists["hx.immune"] = some(
            {
                "autoimmune": 0.03,
                "lupus": 0.002,
                "hiv": 0.003,
                "cfs": 0.02,
                "nodes": 0.008,
                "lyme": 0.007,
                "lipedema": 0.004,
                "lymphedema": 0.003,
                "mrsa": 0.001,
                "other": 0.005,
                "talk": 0.004,
            }
        )
        a["hx.immune_flare"] = self.pick({"no": 88, "yes": 12})
        a["hx.lymph_where"] = ["upper_arm_l"]
        a["hx.lymph_kind"] = self.pick({"steady": 85, "worse": 7, "unsure": 8})

    def cancer(self) -> None:
        """Cancer, tests, and tumors that are none."""
        a, older = self.answers, self.age > 50
        a["hx.cancer"] = self.pick(
            {
                "never": 96,
                "past": 9 if older else 2,
                "now": 0.8 if older else 0.3,
                "testing": 0.4,
                "skip": 0.3,
                "benign": 3,
                "unsure": 1,
            }
        )
        a["hx.cancer_tx"] = [self.pick({"surgery": 70, "chemo": 15, "radiation": 15})]
        a["hx.cancer_last"] = self.pick(LATE)
        a["hx.cancer_where"] = self.place()
        a["hx.radiation_where"] = self.place()

    def pregnancy(self) -> None:
        """Pregnancy and the year after a birth."""
        a = self.answers
        a["rp.pregnant"] = "no"
        if not self.female:
            return
        if 20 <= self.age <= 40 and self.chance(0.05):
            a["rp.pregnant"] = "yes"
            a["rp.weeks"] = self.random.randint(6, 38)
            a["rp.risk"] = [
                self.pick({"none": 81.5, "high": 8, "unsure": 4, "gdm": 5, "multiples": 1.5})
            ]
            a["rp.signs"] = [self.pick({"none": 98.5, "cramps": 1.5})]
        elif 20 <= self.age <= 40 and self.chance(0.06):
            a["rp.pregnant"] = "after_birth"
            a["rp.pp_weeks"] = self.random.choice([self.random.randint(2, 12), 20, 40])
            a["rp.birth"] = self.pick({"vaginal": 68, "csection": 32})
            a["rp.nursing"] = self.pick({"yes": 60, "no": 40})
        elif 20 <= self.age <= 40 and self.chance(0.015):
            a["rp.pregnant"] = "maybe"
        elif self.age < 44 and self.chance(0.006):
            a["rp.pregnant"] = "fertility"

    def recent(self) -> None:
        """Surgery, hospital and injuries of the last year."""
        a = self.answers
        years = {"gt1y": 82, "m3to12": 11, "w6to12": 3, "w2to6": 2.7, "w1to2": 0.8, "lt1w": 0.5}
        if self.chance(0.5) and (when := self.pick(years)) != "gt1y":
            size = self.pick({"major": 50, "small": 25, "skin": 25})
            self.surgeries.append({"what": "x", "when": when, "where": self.place(), "size": size})
        if self.chance(0.25):
            kinds = {
                "fracture": 27,
                "small_bone": 8,
                "sprain": 35,
                "crash": 12,
                "head": 6,
                "dislocation": 6,
                "cut": 6,
            }
            times = {
                "gt1y": 82,
                "m3to12": 9,
                "w6to12": 3,
                "w2to6": 3,
                "unsure": 0.7,
            }
            self.injury(self.pick(kinds), self.pick(times))
        if self.chance(0.075):
            kinds = {"sprain": 35, "fall": 35, "cut": 12, "other": 12, "small_bone": 2, "crash": 2}
            self.injury(self.pick({**kinds, "head": 2}), self.pick({"lt1w": 50, "w1to2": 50}))
        a["sx.surg_any"] = "yes" if self.surgeries else "no"
        a["sx.surg"] = self.surgeries
        a["sx.inj_any"] = "yes" if self.injuries else self.pick({"no": 99.5, "unsure": 0.5})
        a["sx.inj"] = self.injuries
        a["sx.hospital"] = self.pick({"no": 98, "yes": 1.5, "unsure": 0.5})
        a["td.injury_checked"] = self.pick({"yes": 35, "no": 65})
        a["td.injury_hard"] = self.pick({"no": 85, "yes": 10, "unsure": 5})

    def medicines_and_devices(self) -> None:
        """Medicines, allergies, devices; they fit the illnesses."""
        a, female, age, lists = self.answers, self.female, self.age, self.lists
        older = age > 55
        estrogen = 0.20 if female and age < 46 else 0.06 if female and age < 62 else 0.002
        medicines = self.some(
            {
                "thinner": 0.02,
                "aspirin": 0.08 if older else 0.01,
                "steroid": 0.007,
                "nsaid": 0.15,
                "painkiller": 0.06,
                "opioid": 0.015,
                "relaxant": 0.025,
                "sedative": 0.06,
                "heart": 0.03 if older else 0.004,
                "immune": 0.008,
                "hormone": estrogen,
                "bone": 0.03 if female and age > 60 else 0.001,
                "seizure": 0.015,
                "mood": 0.15 if female else 0.08,
                "statin": 0.28 if age > 52 else 0.04,
                "antibiotic": 0.02,
                "patch": 0.012,
                "herbs": 0.09,
                "cannabis": 0.08,
                "glp1": 0.05,
                "other": 0.20,
                "unsure": 0.004,
                "bp": 0.9 if "hbp" in lists["hx.cardio"] else 0.0,
                "insulin": 1.0 if set(lists["hx.endo"]) & {"dm1", "dm2"} else 0.0,
                "platelet": 0.5 if "heart_surgery" in lists["hx.cardio"] else 0.0,
            }
        )
        lists["med.class"] = medicines
        if "thinner" in medicines and not lists["hx.cardio"] and self.chance(0.7):
            lists["hx.cardio"] = ["rhythm"]
        a["med.patch_where"] = ["upper_arm_l"]
        allergies = {
            "medicine": 30,
            "scent": 20,
            "food": 10,
            "nuts": 10,
            "latex": 8,
            "tape": 8,
            "lotion": 6,
            "peanut": 4,
            "essential": 4,
        }
        lists["al.list"] = [self.pick(allergies)] if self.chance(0.10) else []
        a["al.reaction"] = [
            self.pick({"rash": 70, "headache": 12, "swelling": 10, "breath": 6, "shock": 2})
        ]
        a["al.epipen"] = "no"
        lists["sx.implants"] = self.some(
            {
                "metal": 0.04,
                "breast": 0.025 if female else 0.0,
                "arm_rod": 0.03 if female and age < 40 else 0.0,
                "mesh": 0.01,
                "joint": 0.054 if age > 60 else 0.003,
                "stent": 0.5 if "heart_surgery" in lists["hx.cardio"] else 0.0,
                "pump": 0.4 if "insulin" in medicines else 0.0,
                "pacemaker": 0.006 if age > 60 else 0.0,
                "other": 0.01,
            }
        )
        a["sx.implant_new"] = self.pick({"no": 96.5, "yes": 3, "unsure": 0.5})
        a["sx.implant_where"] = self.place()

    def doctor(self) -> None:
        """What doctors said."""
        a = self.answers
        told = self.some({"avoid": 0.008, "careful": 0.008, "limit": 0.03})
        a["dr.advice"] = told or [self.pick({"none": 98.5, "unsure": 1.5})]
        a["dr.under_care"] = self.pick({"no": 97.5, "yes": 1, "unsure": 1.5})
        a["ls.smoke"] = self.pick({"no": 78, "yes": 12, "past": 10})
        a["dr.ok_when"] = self.pick({"week": 30, "month": 45, "older": 20, "unsure": 5})
        a["cl.letter"] = self.pick({"no": 75, "bring": 20, "has": 5})
        for question in RULES_ASK_DOCTORS:
            a[question] = self.pick(DOCTOR)

    def wishes(self) -> None:
        """Pressure, kinds of massage, the map, comfort."""
        a, pick = self.answers, self.pick
        a["pr.overall"] = pick({"medium": 35, "firm": 30, "deep": 18, "light": 8, "unsure": 9})
        liked = ["deep_tissue"] if self.chance(0.35) else []
        liked += ["hot_stone"] if self.chance(0.12) else []
        if self.chance(0.15):
            liked += ["elbow", *self.some({"gun": 0.4, "cupping": 0.4})]
        if liked:
            a["pr.like"] = liked
        a["pr.hurt"] = pick({"none": 20, "little": 50, "some": 30})
        a["cm.scent"] = pick({"none": 45, "light": 40, "choose": 15})
        a["cm.lube"] = [pick({"any": 45, "lotion": 20, "unscented": 20, "oil": 15})]
        if topics := self.some({"anxiety": 0.06, "depression": 0.03, "trauma": 0.02}):
            a["mh.topics"] = topics
        if self.chance(0.03):
            a["mh.help"] = ["talk"]
        if self.chance(0.04):
            a["mh.stop_sign"] = "stop"
        allowed = self.some({"chest": 0.75, "glutes": 0.80, "thigh_inner": 0.45, "abdomen": 0.50})
        a["na.ok"] = allowed or ["none"]
        a["na.how"] = pick({"yes": 35, "ask": 40, "over": 25})
        marks: dict[str, Any] = {}
        if self.has_problem:
            pain = {1: 6, 2: 14, 3: 20, 4: 20, 5: 15, 6: 10, 7: 6, 8: 3.5, 9: 0.8, 10: 0.2}
            marks[pick(SORE_PLACES)] = {"pain": pick(pain)}
        for code in self.some({"face": 0.12, "foot_l": 0.05, "scalp": 0.07, "neck_front": 0.15}):
            marks[code] = {"avoid": True}
        a["bm.marks"] = marks
        a["ex.had"] = pick({"often": 35, "few": 45, "never": 20})
        a["ex.reaction"] = self.ticks(
            {
                "sore": 0.15,
                "bruise": 0.05,
                "dizzy": 0.04,
                "headache": 0.05,
                "upset": 0.03,
                "hurt": 0.06,
            }
        )
        a["cm.hard"] = self.ticks({"face_down": 0.06, "face_up": 0.02, "table": 0.02})

    def screeners(self) -> None:
        """What they say at the first question of each part, and then in its lists."""
        asked_now = {
            "sc.recent": bool(
                self.surgeries
                or self.injuries
                or self.answers["sx.hospital"] == "yes"
                or self.answers["sx.inj_any"] == "unsure"
            )
        }
        for screener, lists in SCREENERS.items():
            there = asked_now.get(screener, any(self.lists.get(one) for one in lists))
            said = {"yes" if there else "no": 97.0, **SCREENED}
            self.answers[screener] = said = self.pick(said)
            for one in lists:
                if one in self.lists:
                    self.answers[one] = self.ticked(self.lists[one], unsure=said == "unsure")

    def ticked(self, there: list[str], *, unsure: bool) -> list[str]:
        """The answer to a list: what they have; some stay not sure."""
        if there:
            return there
        return ["unsure"] if unsure and self.chance(STILL_NOT_SURE) else ["none"]


RULES_ASK_DOCTORS = sorted({rule.ok for rule in RULES_2.rules if rule.ok})


@dataclass
class Lowered:
    """How many wishes for firm or deep were lowered over most of the body, and by which rules."""

    wishes: int = 0
    lowered: int = 0
    to_medium: int = 0
    rules: Counter[str] = field(default_factory=Counter)

    def add(self, journey: Journey, found: list[Flag], wish: int) -> None:
        """Count one person who wishes for firm or deep."""
        self.wishes += 1
        limit = usual(limits(tuple(found), journey))
        if limit is None or limit >= wish:
            return
        self.lowered += 1
        self.to_medium += limit <= MEDIUM
        whole = (one for one in found if one.level is not Level.STOP and not one.regions)
        self.rules.update(one.rule.code for one in whole if one.cap == limit)


@dataclass
class Tally:
    """What came out for everybody so far."""

    people: int = 0
    stopped: int = 0
    lasting: Lowered = field(default_factory=Lowered)
    meanwhile: Lowered = field(default_factory=Lowered)
    counts: list[int] = field(default_factory=list)
    decisions: list[int] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    stops: Counter[str] = field(default_factory=Counter)

    def add(self, journey: Journey, found: tuple[Flag, ...]) -> None:
        """Count one person."""
        self.people += 1
        standing = [one.rule.code for one in found if one.level is Level.STOP]
        self.stopped += bool(standing)
        self.stops.update(standing)
        counted = [one for one in found if one.rule.prompt and not is_own_wish(one)]
        self.counts.append(len(counted))
        self.decisions.append(sum(map(is_no_note, counted)))
        self.reasons.update(one.rule.code for one in counted)
        wish = WALTON.get(str(journey.live().get("pr.overall")), 0)
        if wish >= FIRM:
            self.lasting.add(journey, [one for one in found if not one.rule.until_signed], wish)
            self.meanwhile.add(journey, list(found), wish)

    def shares(self) -> dict[str, float]:
        """The numbers beside their bars."""
        ordered = sorted(self.counts)
        wishes = self.lasting.wishes
        return {
            "stop": percent(self.stopped, self.people),
            "lowered": percent(self.lasting.lowered, wishes),
            "to_medium": percent(self.lasting.to_medium, wishes),
            "lowered_meanwhile": percent(self.meanwhile.lowered, wishes),
            "to_medium_meanwhile": percent(self.meanwhile.to_medium, wishes),
            "median": ordered[len(ordered) // 2],
            "without": percent(self.decisions.count(0), self.people),
            "without_notes": percent(self.counts.count(0), self.people),
        }


def is_no_note(flag: Flag) -> bool:
    """Whether a flag stops, asks first or limits: more than good to know and good to do."""
    return flag.cap is not None or flag.level >= Level.ASK_FIRST


def percent(part: int, whole: int) -> float:
    """Of a hundred, one digit behind the point; 0 of nobody."""
    return round(100 * part / whole, 1) if whole else 0.0


def missed(shares: Mapping[str, float]) -> list[str]:
    """The bars that these shares miss."""
    above = [name for name, bar in AT_MOST.items() if shares[name] > bar]
    return above + [name for name, bar in AT_LEAST.items() if shares[name] < bar]


def bar_of(name: str) -> str:
    """The bar in words, "" where there is none."""
    if name in AT_MOST:
        return f"at most {AT_MOST[name]:.0f}"
    return f"at least {AT_LEAST[name]:.0f}" if name in AT_LEAST else ""


def simulate(
    people: int = PEOPLE, seed: int = SEED, door: float = DOOR, rules: RuleSet = RULES_2
) -> Tally:
    """Everybody's flags, counted."""
    random = Random(seed)  # noqa: S311 - made-up people, no secret
    tally = Tally()
    for _ in range(people):
        journey = walk(Person(random, door).draw())
        tally.add(journey, flags(journey, rules))
    return tally


def main() -> None:
    """Print the shares beside their bars, and the most frequent reasons."""
    given = [int(word) for word in sys.argv[1:] if word.isdigit()]
    people, seed = (*given, PEOPLE, SEED)[:2] if len(given) != 1 else (given[0], SEED)
    tally, all_open = simulate(people, seed), simulate(people, seed, door=1.0)
    print(f"{people} adults, form at home, visit in a week, rules {RULES_2.version}")
    print(f"{'':44}bar           with the door open")
    for name, words in COUNTED.items():
        now, most = tally.shares()[name], all_open.shares()[name]
        print(f"{words:36} {now:5.1f}   {bar_of(name):13} {most:5.1f}")
    print_most("Most frequent reasons", tally.reasons, people)
    print_most("STOP by", tally.stops, people)
    print_most("Wish lowered by", tally.lasting.rules, people)


def print_most(title: str, counter: Counter[str], people: int) -> None:
    """The ten most frequent rules of a count, with their sources."""
    print(f"{title}:")
    for code, times in counter.most_common(10):
        rule = RULES_2.rule(code)
        sources = " ".join(rule.sources) or "–"
        share = percent(times, people)
        print(f"  {code} {share:4.1f} %  {rule.reason[:70]}  ({rule.strength}; {sources})")


if __name__ == "__main__":
    main()

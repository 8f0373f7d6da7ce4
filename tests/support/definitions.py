"""The definitions that most tests are about, each version by its own name."""

from intake_app.questionnaire import consents_of, released, rules_of

FORM = "massage_intake"
FORM_1 = released(FORM, "1.1.0")
RULES_1 = rules_of(FORM_1.sha256)
CONSENTS_1 = consents_of(FORM_1.sha256)

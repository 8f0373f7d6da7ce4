"""What can happen to a form on its way into the records.

The codes that are stored, and the words that are printed.
"""

WORDS = {
    "started": "The client started the form",
    "typing": "A therapist began to type the answers from a paper form",
    "invited": "The therapist made a personal link",
    "opened": "The client opened the personal link",
    "identified": "A new browser named the right date of birth",
    "spanish": "Questions that we have in Spanish were shown in Spanish, the others in English",
    "tablet": "The client opened the form on a tablet of the practice",
    "moved-phone": "The client moved the form to another device with a code shown on the first",
    "moved-tablet": "The client moved the form to a tablet of the practice "
    "with a code shown on their own device",
    "checked": "The client saw all answers on one page",
    "urgent-read": "The client was told at once to get medical help, and went on",
    "urgent-stopped": "The client was told at once to get medical help, and stopped there",
    "urgent-typed": "The therapist who typed the answers was told "
    "that the client must get medical help at once",
    "agreed": "The client ticked the agreements",
    "signed": "The client signed",
    "typed": "The therapist sealed what they had typed; the client had signed the paper",
    "printed": "This document was made and sealed",
    "printed-later": "This document was made later, from the sealed answers, "
    "by a signed-in therapist",
}

"""Words that newsrooms spell in several ways, and their form for comparison: see ``canonical``."""

from __future__ import annotations

PHRASES: dict[tuple[str, str], str] = {
    ("united", "states"): "us",
    ("united", "kingdom"): "uk",
    ("united", "nations"): "un",
    ("european", "union"): "eu",
    ("per", "cent"): "percent",
    ("web", "site"): "website",
    ("web", "sites"): "websites",
    ("e", "mail"): "email",
    ("e", "mails"): "emails",
    ("health", "care"): "healthcare",
    ("co", "operate"): "cooperate",
    ("co", "operation"): "cooperation",
    ("co", "ordinate"): "coordinate",
    ("co", "ordination"): "coordination",
    ("cyber", "security"): "cybersecurity",
    ("child", "care"): "childcare",
    ("life", "style"): "lifestyle",
    ("no", "one"): "noone",
    ("any", "more"): "anymore",
    ("for", "ever"): "forever",
    ("book", "store"): "bookstore",
    ("data", "base"): "database",
    ("data", "set"): "dataset",
    ("data", "sets"): "datasets",
    ("start", "up"): "startup",
    ("start", "ups"): "startups",
    ("smart", "phone"): "smartphone",
    ("smart", "phones"): "smartphones",
    ("world", "wide"): "worldwide",
}
"""Neighbouring tokens that are one token in the comparison form."""

NUMBER_WORDS: dict[str, str] = {
    w: str(i)
    for i, w in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ]
    )
} | {w: str(10 * i) for i, w in enumerate(["thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 3)}
ORDINAL_WORDS: dict[str, str] = dict(
    zip(
        [
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
        ],
        ["1st", "2nd", "3rd", "4th", "5th", "6th", "7th", "8th", "9th", "10th", "11th", "12th"],
        strict=True,
    )
)
SCALES = {"k": "thousand", "m": "million", "mn": "million", "mln": "million", "bn": "billion", "b": "billion",
           "tn": "trillion", "trn": "trillion"}  # fmt: skip
SAFE_SCALES = {"mn", "mln", "bn", "tn", "trn"}
UNITS = {
    "kilometre": "km", "kilometer": "km", "kilometres": "km", "kilometers": "km", "kms": "km", "kilogram": "kg",
    "kilograms": "kg", "kgs": "kg", "kilos": "kg", "kilo": "kg", "pct": "percent", "percentage": "percentage",
    "centimetres": "cm", "centimeters": "cm", "centimetre": "cm", "centimeter": "cm",
}  # fmt: skip
MONTHS = {
    "jan": "january", "feb": "february", "apr": "april", "jun": "june", "jul": "july", "aug": "august",
    "sep": "september", "sept": "september", "oct": "october", "nov": "november", "dec": "december",
    "mon": "monday", "tue": "tuesday", "tues": "tuesday", "thu": "thursday", "thur": "thursday", "thurs": "thursday",
    "fri": "friday",
}  # fmt: skip
TITLES = {"sen": "senator", "gov": "governor",  "lt": "lieutenant",
           "sgt": "sergeant", "prof": "professor", "doctor": "dr", "mister": "mr", "saint": "st", "inc": "inc",
           "corp": "corp", "corporation": "corp", "incorporated": "inc", "company": "company", "ltd": "ltd",
           "limited": "ltd"}  # fmt: skip
CAPITAL_ONLY = {"mon", "jan", "mar", "jun", "sep", "dec", "sen", "gov", "rep", "gen", "fri", "oct", "nov", "apr"}
ONE_WORD = {
    "usa": "us", "cannot": "can not", "gotta": "got to", "gonna": "going to", "wanna": "want to",
    "whilst": "while", "amongst": "among", "amidst": "amid", "towards": "toward", "afterwards": "afterward",
    "forwards": "forward", "backwards": "backward", "upwards": "upward", "downwards": "downward",
    "onwards": "onward", "inwards": "inward", "outwards": "outward", "learnt": "learned", "burnt": "burned",
    "dreamt": "dreamed", "leapt": "leaped", "spelt": "spelled", "spilt": "spilled", "spoilt": "spoiled",
    "leant": "leaned", "grey": "gray", "greys": "grays", "tyre": "tire", "tyres": "tires", "kerb": "curb",
    "plough": "plow", "aluminium": "aluminum", "cheque": "check", "cheques": "checks", "mould": "mold",
    "moulds": "molds", "mouldy": "moldy", "moult": "molt", "ageing": "aging", "judgement": "judgment",
    "judgements": "judgments", "acknowledgement": "acknowledgment", "fulfil": "fulfill", "fulfils": "fulfills",
    "fulfilment": "fulfillment", "enrol": "enroll", "enrols": "enrolls", "enrolment": "enrollment",
    "skilful": "skillful", "skilfully": "skillfully", "wilful": "willful", "wilfully": "willfully",
    "instalment": "installment", "instalments": "installments", "pyjamas": "pajamas", "sceptic": "skeptic",
    "sceptics": "skeptics", "sceptical": "skeptical", "scepticism": "skepticism", "draught": "draft",
    "draughts": "drafts", "jewellery": "jewelry", "woollen": "woolen", "moustache": "mustache",
    "cosy": "cozy", "storey": "story", "storeys": "stories", "artefact": "artifact", "artefacts": "artifacts",
    "disc": "disk", "discs": "disks", "programme": "program", "programmes": "programs", "practise": "practice",
    "practised": "practiced", "practising": "practicing", "licence": "license", "licences": "licenses",
    "defence": "defense", "defences": "defenses", "offence": "offense", "offences": "offenses",
    "pretence": "pretense", "gaol": "jail", "mum": "mom", "mums": "moms", "maths": "math", "axe": "ax",
    "sulphur": "sulfur", "cypher": "cipher", "doughnut": "donut", "doughnuts": "donuts", "okay": "ok",
    "adviser": "advisor", "advisers": "advisors", "carcase": "carcass", "phoney": "phony", "racquet": "racket",
    "vice": "vice", "yoghurt": "yogurt", "omelette": "omelet", "chilli": "chili", "mediaeval": "medieval",
    "encyclopaedia": "encyclopedia", "manoeuvre": "maneuver", "manoeuvres": "maneuvers", "tonne": "tonne",
    "ok": "ok", "inquiry": "enquiry", "inquiries": "enquiries", "cos": "because", "etc": "etc", "nd": "nd",
    "archeology": "archaeology", "esthetic": "aesthetic", "ax": "ax", "noöne": "noone",
}  # fmt: skip

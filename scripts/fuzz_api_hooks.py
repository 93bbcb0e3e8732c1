"""Hooks for schemathesis (docs/quality.md): what a question is cannot be said by a schema, so that nearly all that a
schema allows is refused. Half of the questions and findings are real ones, from the file that KNOWN names: JSON, a list
of {"question": …, "finding_id": …}."""

import json
import os
import random
import re

import schemathesis

KNOWN = json.load(open(os.environ["KNOWN"]))
REASONS = ["typing_error", "outdated", "original_agrees", "same_thing"]


@schemathesis.hook
def map_body(context, body):
    # What breaks the schema stays as it is: it must be refused.
    question = body.get("question") if isinstance(body, dict) else None
    if isinstance(question, str) and 1 <= len(question) <= 1000:
        # By what was generated, so that a seed replays it.
        choice = random.Random(json.dumps(body, sort_keys=True))
        if choice.random() < 0.5:
            known = choice.choice(KNOWN)
            body["question"] = known["question"]
            if re.fullmatch("[0-9a-f]{24}", str(body.get("finding_id"))):
                body["finding_id"] = known["finding_id"]
            if isinstance(body.get("reason"), str) and 1 <= len(body["reason"]) <= 40:
                body["reason"] = choice.choice(REASONS)
    return body

/* What the Runtime API gets for an invocation. */
#pragma once

#include "invocation-event.h"
#include "message.h"

enum { ANSWER_BYTES = MESSAGE_BYTES + 512 };

/* Whether the answer is an error: for an event that a success would dispose of. */
bool is_answered_by_error(enum event_kind kind);
/* The answer's body for an event of this kind. */
void add_invocation_answer(struct text *text, enum event_kind kind, const struct place *place);
/* The error of an event that broke off while it was read. */
void add_unread_answer(struct text *text, const struct place *place);
/* For the log: what the event was taken for. */
const char *event_kind_name(enum event_kind kind);

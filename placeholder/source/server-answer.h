/* The server's answers: there are a few, and they are made once. */
#pragma once

#include "http-request.h"
#include "message.h"

void prepare_answers(const struct place *place);
struct span answer_to(const struct http_request *request);
/* For what is no request, or too large for one. The connection ends with it. */
struct span refusal_of(enum request_event event);
struct span continue_answer(void);

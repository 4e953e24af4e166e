/* Lines on standard error: the container's or the function's log. */
#pragma once

#include "text.h"

/* Each line is written at once. */
void log_sentence(const char *sentence);
void log_line(const char *sentence, const char *detail, size_t detail_length);
void log_number(const char *sentence, uint64_t number);

/* What the placeholder says of itself, as text and as JSON. */
#pragma once

#include "text.h"

/* Room for the object with every name as long as it may be. */
enum { MESSAGE_BYTES = 2560 };

/* Where it stands, as far as the environment tells. An empty name is one that isn't known. */
struct place {
  const char *repository;
  const char *tag;
  const char *function;
};

/* Of an environment as the kernel hands it over. */
struct place place_of(char *const *environment);
/* The value of a variable, or "" where there is none. */
const char *variable(char *const *environment, const char *name);

/* One or two sentences without a line's end. */
void add_message(struct text *text, const struct place *place);
/* An object with `placeholder`, `message`, and of repository, tag and function what is known. */
void add_message_object(struct text *text, const struct place *place);

/* The fields of an HTTP/1.1 head, byte by byte: of a field only what somebody may ask for is kept. */
#pragma once

#include "text.h"

enum {
  FIELD_NAME_BYTES = 32,
  FIELD_VALUE_BYTES = 128,
};

struct http_fields {
  uint8_t state;
  /* Of the value, so far; it may be longer than what is kept of it. */
  bool is_cut;
  uint8_t name_length;
  uint8_t value_length;
  /* In lower case. One that is longer matches nothing that we look for. */
  char name[FIELD_NAME_BYTES];
  /* Without white space around it. */
  char value[FIELD_VALUE_BYTES];
};

enum fields_event { FIELDS_MORE, FIELDS_ONE, FIELDS_END, FIELDS_BAD };

/* Starts from a structure that is all zero. After FIELDS_ONE name and value can be read until the next byte. */
enum fields_event http_fields_byte(struct http_fields *fields, uint8_t byte);
bool field_is(const struct http_fields *fields, const char *lower_case_name);
/* Whether the value is this very word, or a list that has it. */
bool field_lists(const struct http_fields *fields, const char *lower_case_word);
/* A character that may stand in a method or a field's name. */
bool is_token_byte(uint8_t byte);

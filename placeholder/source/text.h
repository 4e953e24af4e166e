/* Texts in buffers of a fixed size, and comparisons of bytes. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A text that grows up to its room; what is over is left out. */
struct text {
  char *bytes;
  size_t length;
  size_t room;
};

/* Bytes that stay as they are. */
struct span {
  const char *bytes;
  size_t length;
};

#define SPAN(literal) ((struct span){.bytes = (literal), .length = sizeof(literal) - 1})
#define TEXT(array) ((struct text){.bytes = (array), .length = 0, .room = sizeof(array)})

static inline struct span span_of(const struct text *text) {
  return (struct span){.bytes = text->bytes, .length = text->length};
}

size_t length_of(const char *string);
void text_add(struct text *text, const char *string);
void text_add_bytes(struct text *text, const char *bytes, size_t length);
void text_add_number(struct text *text, uint64_t number);
/* As the inside of a JSON string. The text has no control characters. */
void text_add_quoted(struct text *text, const char *bytes, size_t length);
/* The first bytes of something that others wrote: what is not printable ASCII, a quote or a backslash becomes "?". */
void text_add_foreign(struct text *text, const char *string, size_t limit);

bool bytes_equal(const char *bytes, size_t length, const char *string);
/* Like bytes_equal, whatever the case of the letters. */
bool word_equals(const char *bytes, size_t length, const char *lower_case);
bool bytes_contain(const char *bytes, size_t length, const char *lower_case);
char lower(char byte);
/* The last part of a path. */
const char *base_name(const char *path);
/* Decimal digits alone, not over the limit; returns false for anything else. */
bool read_number(const char *bytes, size_t length, uint64_t limit, uint64_t *number);

/* The same bytes, cut into pieces: a parser must not care where a read ended. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* The first byte of an input says how the rest is cut: 0 into single bytes, otherwise into pieces of up to its size. */
static inline size_t piece_length(uint8_t cut, size_t at, size_t left) {
  size_t length = cut == 0 ? 1 : 1 + (at * 31 + cut) % cut;
  return length < left ? length : left;
}

/* What was seen, in order, so that two ways of reading can be compared. */
struct trace {
  uint64_t hash;
};

static inline void trace_add(struct trace *trace, uint64_t value) {
  trace->hash = (trace->hash ^ value) * 0x100000001b3u + 0x9e3779b97f4a7c15u;
}

static inline void must(int is_so) {
  if (!is_so) abort();
}

/* A copy of its own, so that a sanitizer sees the first byte that is read behind it. */
static inline uint8_t *copy_of(const uint8_t *bytes, size_t length) {
  uint8_t *copy = malloc(length);
  must(length == 0 || copy != NULL);
  for (size_t i = 0; i < length; i++) copy[i] = bytes[i];
  return copy;
}

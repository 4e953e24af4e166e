/*
 * What kind of event an invocation carries, told by a few keys of the outermost object and of its requestContext. The
 * JSON is read once, in pieces of any size; nothing of it is kept but which of those keys were there.
 */
#pragma once

#include "text.h"

enum { KEY_BYTES = 20, KEPT_DEPTH = 2 };

/* One of the two outermost levels. */
struct json_level {
  bool is_object;
  bool awaits_key;
  /* The key whose value comes next; 0 is one that we don't know. */
  uint8_t key;
};

struct event_scan {
  bool is_in_string;
  bool is_escaped;
  bool is_key;
  /* One over KEY_BYTES for a key that is too long or has an escape. */
  uint8_t key_length;
  uint32_t depth;
  /* A bit for each key whose value is of the kind that it should be. */
  uint32_t found;
  struct json_level levels[KEPT_DEPTH];
  char key[KEY_BYTES];
};

enum event_kind {
  EVENT_PLAIN,
  /* API Gateway (REST, HTTP, WebSocket) and function URLs: one answer suits them all. */
  EVENT_HTTP,
  EVENT_LOAD_BALANCER,
  /* A target group that wants lists of header values. */
  EVENT_LOAD_BALANCER_LISTS,
  EVENT_CUSTOM_RESOURCE,
  /* Messages of a queue, a stream or a topic, which are gone once they were answered. */
  EVENT_RECORDS,
};

/* Starts from a structure that is all zero. */
void event_scan_read(struct event_scan *scan, const uint8_t *bytes, size_t length);
enum event_kind event_scan_kind(const struct event_scan *scan);

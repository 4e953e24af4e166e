#include "invocation-event.h"

enum {
  KEY_UNKNOWN,
  REQUEST_CONTEXT,
  HTTP_METHOD,
  RAW_PATH,
  MULTI_VALUE_HEADERS,
  REQUEST_TYPE,
  RESPONSE_URL,
  RECORDS,
  EVENT_SOURCE,
  ELB,
  HTTP,
  CONNECTION_ID,
};

/* The keys that tell, each with its depth and with what its value begins. */
static const struct known_key {
  char name[KEY_BYTES];
  uint8_t depth;
  uint8_t begins_with;
  uint8_t key;
} KNOWN_KEYS[] = {
    {"requestContext", 1, '{', REQUEST_CONTEXT},
    {"httpMethod", 1, '"', HTTP_METHOD},
    {"rawPath", 1, '"', RAW_PATH},
    {"multiValueHeaders", 1, '{', MULTI_VALUE_HEADERS},
    {"RequestType", 1, '"', REQUEST_TYPE},
    {"ResponseURL", 1, '"', RESPONSE_URL},
    {"Records", 1, '[', RECORDS},
    {"eventSource", 1, '"', EVENT_SOURCE},
    {"elb", 2, '{', ELB},
    {"http", 2, '{', HTTP},
    {"connectionId", 2, '"', CONNECTION_ID},
};
enum { KNOWN_KEY_COUNT = sizeof KNOWN_KEYS / sizeof KNOWN_KEYS[0] };

static struct json_level *level_of(struct event_scan *scan) {
  return scan->depth >= 1 && scan->depth <= KEPT_DEPTH ? &scan->levels[scan->depth - 1] : NULL;
}

static void end_key(struct event_scan *scan, struct json_level *level) {
  level->key = KEY_UNKNOWN;
  if (scan->key_length > KEY_BYTES) return;
  /* Of the second level only requestContext is of interest. */
  if (scan->depth == 2 && scan->levels[0].key != REQUEST_CONTEXT) return;
  for (size_t i = 0; i < KNOWN_KEY_COUNT; i++) {
    const struct known_key *known = &KNOWN_KEYS[i];
    if (known->depth == scan->depth && bytes_equal(scan->key, scan->key_length, known->name)) level->key = known->key;
  }
}

static void begin_value(struct event_scan *scan, uint8_t byte) {
  const struct json_level *level = level_of(scan);
  if (level == NULL || !level->is_object || level->awaits_key) return;
  for (size_t i = 0; i < KNOWN_KEY_COUNT; i++) {
    if (KNOWN_KEYS[i].key == level->key && KNOWN_KEYS[i].begins_with == byte) scan->found |= 1u << level->key;
  }
}

static void open_level(struct event_scan *scan, uint8_t byte) {
  begin_value(scan, byte);
  if (scan->depth < UINT32_MAX) scan->depth++;
  struct json_level *level = level_of(scan);
  if (level != NULL) *level = (struct json_level){.is_object = byte == '{', .awaits_key = byte == '{'};
}

static void begin_string(struct event_scan *scan) {
  const struct json_level *level = level_of(scan);
  scan->is_in_string = true;
  scan->is_key = level != NULL && level->awaits_key;
  scan->key_length = 0;
  if (!scan->is_key) begin_value(scan, '"');
}

static void read_string_byte(struct event_scan *scan, uint8_t byte) {
  if (!scan->is_escaped && byte == '"') {
    scan->is_in_string = false;
    if (scan->is_key) end_key(scan, level_of(scan));
    return;
  }
  bool is_plain = !scan->is_escaped && byte != '\\';
  scan->is_escaped = !scan->is_escaped && byte == '\\';
  if (is_plain && scan->key_length < KEY_BYTES) scan->key[scan->key_length++] = (char)byte;
  /* Nobody who invokes us escapes a letter of these keys. */
  else scan->key_length = KEY_BYTES + 1;
}

static void read_byte(struct event_scan *scan, uint8_t byte) {
  if (scan->is_in_string) {
    read_string_byte(scan, byte);
    return;
  }
  struct json_level *level = level_of(scan);
  switch (byte) {
    case '"':
      begin_string(scan);
      break;
    case '{':
    case '[':
      open_level(scan, byte);
      break;
    case '}':
    case ']':
      if (scan->depth > 0) scan->depth--;
      break;
    case ':':
      if (level != NULL) level->awaits_key = false;
      break;
    case ',':
      if (level != NULL && level->is_object) *level = (struct json_level){.is_object = true, .awaits_key = true};
      break;
    default:
      break;
  }
}

void event_scan_read(struct event_scan *scan, const uint8_t *bytes, size_t length) {
  for (size_t i = 0; i < length; i++) read_byte(scan, bytes[i]);
}

enum event_kind event_scan_kind(const struct event_scan *scan) {
#define HAS(key) ((scan->found & 1u << (key)) != 0)
  if (HAS(REQUEST_TYPE) && HAS(RESPONSE_URL)) return EVENT_CUSTOM_RESOURCE;
  if (HAS(REQUEST_CONTEXT) && HAS(ELB)) {
    return HAS(MULTI_VALUE_HEADERS) ? EVENT_LOAD_BALANCER_LISTS : EVENT_LOAD_BALANCER;
  }
  if (HAS(REQUEST_CONTEXT) && (HAS(HTTP_METHOD) || HAS(RAW_PATH) || HAS(HTTP) || HAS(CONNECTION_ID))) return EVENT_HTTP;
  if (HAS(RECORDS) || HAS(EVENT_SOURCE)) return EVENT_RECORDS;
  return EVENT_PLAIN;
#undef HAS
}

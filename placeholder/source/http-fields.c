#include "http-fields.h"

enum { LINE_START, NAME, VALUE_START, VALUE, VALUE_END, LAST_END };

bool is_token_byte(uint8_t byte) {
  if (byte <= ' ' || byte >= 0x7f) return false;
  for (const char *separator = "\"(),/:;<=>?@[\\]{}"; *separator != '\0'; separator++) {
    if (byte == (uint8_t)*separator) return false;
  }
  return true;
}

static enum fields_event end_value(struct http_fields *fields) {
  while (fields->value_length > 0) {
    char last = fields->value[fields->value_length - 1];
    if (fields->is_cut || (last != ' ' && last != '\t')) break;
    fields->value_length--;
  }
  fields->state = LINE_START;
  return FIELDS_ONE;
}

static enum fields_event add_to_value(struct http_fields *fields, uint8_t byte) {
  bool is_control = (byte < ' ' && byte != '\t') || byte == 0x7f;
  if (is_control) return FIELDS_BAD;
  if (fields->value_length < FIELD_VALUE_BYTES) fields->value[fields->value_length++] = (char)byte;
  else fields->is_cut = true;
  return FIELDS_MORE;
}

static enum fields_event add_to_name(struct http_fields *fields, uint8_t byte) {
  if (!is_token_byte(byte)) return FIELDS_BAD;
  if (fields->name_length < FIELD_NAME_BYTES) fields->name[fields->name_length++] = lower((char)byte);
  return FIELDS_MORE;
}

enum fields_event http_fields_byte(struct http_fields *fields, uint8_t byte) {
  switch (fields->state) {
    case LINE_START:
      fields->name_length = 0;
      fields->value_length = 0;
      fields->is_cut = false;
      if (byte == '\n') return FIELDS_END;
      fields->state = byte == '\r' ? LAST_END : NAME;
      return byte == '\r' ? FIELDS_MORE : add_to_name(fields, byte);
    case NAME:
      if (byte != ':') return add_to_name(fields, byte);
      fields->state = VALUE_START;
      return FIELDS_MORE;
    case VALUE_START:
      if (byte == ' ' || byte == '\t') return FIELDS_MORE;
      fields->state = VALUE;
      /* fall through */
    case VALUE:
      if (byte == '\n') return end_value(fields);
      if (byte != '\r') return add_to_value(fields, byte);
      fields->state = VALUE_END;
      return FIELDS_MORE;
    case VALUE_END:
      return byte == '\n' ? end_value(fields) : FIELDS_BAD;
    default:
      return byte == '\n' ? FIELDS_END : FIELDS_BAD;
  }
}

bool field_is(const struct http_fields *fields, const char *lower_case_name) {
  return bytes_equal(fields->name, fields->name_length, lower_case_name);
}

bool field_lists(const struct http_fields *fields, const char *lower_case_word) {
  size_t start = 0;
  for (size_t i = 0; i <= fields->value_length; i++) {
    bool is_end = i == fields->value_length;
    if (!is_end && fields->value[i] != ',') continue;
    size_t from = start, to = i;
    while (from < to && (fields->value[from] == ' ' || fields->value[from] == '\t')) from++;
    while (to > from && (fields->value[to - 1] == ' ' || fields->value[to - 1] == '\t')) to--;
    /* The last word of a value that was cut may be a longer one. */
    if (!(is_end && fields->is_cut) && word_equals(fields->value + from, to - from, lower_case_word)) return true;
    start = i + 1;
  }
  return false;
}

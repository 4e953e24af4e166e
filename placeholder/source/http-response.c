#include "http-response.h"

enum { STATUS_LINE, FIELDS, BODY };

/* "HTTP/1.1 200": what follows on the line is for people. */
enum { STATUS_BYTES = 12 };

void http_response_start(struct http_response *response) {
  *response = (struct http_response){.state = STATUS_LINE};
}

bool http_response_is_blank(const struct http_response *response) {
  return response->head_bytes == 0;
}

bool http_response_is_done(const struct http_response *response) {
  return response->state == BODY && http_body_is_done(&response->body);
}

bool http_response_ends_here(const struct http_response *response) {
  bool is_endless = !response->framing.has_length && !response->framing.is_chunked;
  return response->state == BODY && (is_endless || http_body_is_done(&response->body));
}

/* An "x" stands for a digit. */
static bool fits_status_line(size_t at, uint8_t byte) {
  char wanted = "HTTP/1.x xxx"[at];
  return wanted == 'x' ? byte >= '0' && byte <= '9' : byte == (uint8_t)wanted;
}

static enum response_event read_status_byte(struct http_response *response, uint8_t byte) {
  if (response->line_bytes < STATUS_BYTES) {
    size_t at = response->line_bytes++;
    if (!fits_status_line(at, byte)) return RESPONSE_BAD;
    if (at > STATUS_BYTES - 4) response->status = (uint16_t)(response->status * 10 + (byte - '0'));
    /* HTTP/1.0 ends the connection with each answer. */
    if (at == 7) response->closes = byte == '0';
    return RESPONSE_MORE;
  }
  bool is_separated = byte == ' ' || byte == '\r' || byte == '\n';
  if (response->line_bytes++ == STATUS_BYTES && !is_separated) return RESPONSE_BAD;
  if (byte == '\n') response->state = FIELDS;
  return RESPONSE_MORE;
}

/* It becomes part of a path, so that nothing may stand in it that ends one. */
static bool keep_request_id(struct http_response *response) {
  const struct http_fields *fields = &response->fields;
  if (fields->is_cut || fields->value_length > REQUEST_ID_BYTES) return false;
  for (size_t i = 0; i < fields->value_length; i++) {
    char letter = lower(fields->value[i]);
    bool is_plain =
        (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '-' || letter == '_';
    if (!is_plain) return false;
    response->request_id[i] = fields->value[i];
  }
  response->request_id_length = fields->value_length;
  return true;
}

static bool read_field(struct http_response *response) {
  const struct http_fields *fields = &response->fields;
  framing_field(&response->framing, fields);
  if (field_is(fields, "lambda-runtime-aws-request-id")) return keep_request_id(response);
  if (field_is(fields, "connection") && field_lists(fields, "close")) response->closes = true;
  if (field_is(fields, "server") && field_lists(fields, SERVER_NAME)) response->is_ours = true;
  return true;
}

static enum response_event end_head(struct http_response *response) {
  if (response->framing.is_bad) return RESPONSE_BAD;
  if (response->status < 200) {
    /* An interim answer; the one that counts follows. */
    uint32_t head_bytes = response->head_bytes;
    http_response_start(response);
    response->head_bytes = head_bytes;
    return RESPONSE_MORE;
  }
  bool is_framed = response->framing.has_length || response->framing.is_chunked || response->status == 204;
  if (is_framed) {
    http_body_start(&response->body, &response->framing);
  } else {
    http_body_start_endless(&response->body);
    response->closes = true;
  }
  response->state = BODY;
  return RESPONSE_HEAD;
}

static enum response_event read_head_byte(struct http_response *response, uint8_t byte) {
  if (++response->head_bytes > RESPONSE_HEAD_LIMIT) return RESPONSE_BAD;
  if (response->state == STATUS_LINE) return read_status_byte(response, byte);
  switch (http_fields_byte(&response->fields, byte)) {
    case FIELDS_ONE:
      return read_field(response) ? RESPONSE_MORE : RESPONSE_BAD;
    case FIELDS_END:
      return end_head(response);
    case FIELDS_BAD:
      return RESPONSE_BAD;
    default:
      return RESPONSE_MORE;
  }
}

size_t http_response_read(struct http_response *response, const uint8_t *bytes, size_t length,
                          enum response_event *event) {
  size_t taken = 0;
  *event = RESPONSE_MORE;
  while (taken < length && *event == RESPONSE_MORE && response->state != BODY) {
    *event = read_head_byte(response, bytes[taken++]);
  }
  if (taken > 0 || response->state != BODY) return taken;
  /* A run of content, or what stands between two of them. */
  enum body_event body;
  taken = http_body_read(&response->body, bytes, length, &body);
  if (body == BODY_BAD) *event = RESPONSE_BAD;
  if (body == BODY_CONTENT) *event = RESPONSE_CONTENT;
  return taken;
}

#include "http-request.h"

enum { METHOD, TARGET_START, TARGET, VERSION, FIELDS, BODY, ENDED };

void http_request_start(struct http_request *request) {
  *request = (struct http_request){.state = METHOD};
}

bool http_request_is_blank(const struct http_request *request) {
  return request->head_bytes == 0;
}

bool http_request_is_in_body(const struct http_request *request) {
  return request->state == BODY;
}

bool http_request_is_last(const struct http_request *request) {
  /* Whoever asks for a tunnel and reads 200 would take it for one. */
  if (request->asks_close || request->is_connect) return true;
  return request->is_old && !request->asks_keep_alive;
}

/* Keeps the beginning of a token; a longer one equals nothing that we look for. */
static void add_to_token(struct http_request *request, uint8_t byte) {
  if (request->token_length <= METHOD_BYTES) request->token[request->token_length++] = (char)byte;
}

static bool token_is(const struct http_request *request, const char *string) {
  return bytes_equal(request->token, request->token_length, string);
}

static enum request_event end_method(struct http_request *request) {
  request->is_head = token_is(request, "HEAD");
  request->is_connect = token_is(request, "CONNECT");
  request->state = TARGET_START;
  return request->token_length > 0 ? REQUEST_MORE : REQUEST_BAD;
}

static enum request_event end_request_line(struct http_request *request) {
  request->is_old = token_is(request, "HTTP/1.0");
  request->state = FIELDS;
  return request->is_old || token_is(request, "HTTP/1.1") ? REQUEST_MORE : REQUEST_BAD;
}

static enum request_event read_line_byte(struct http_request *request, uint8_t byte) {
  if (request->state == METHOD) {
    /* Empty lines ahead of a request are left over from the one before. */
    bool is_line_end = byte == '\r' || byte == '\n';
    if (is_line_end && request->token_length == 0) return REQUEST_MORE;
    if (byte == ' ') return end_method(request);
    add_to_token(request, byte);
    return is_token_byte(byte) ? REQUEST_MORE : REQUEST_BAD;
  }
  if (request->state == VERSION) {
    if (byte == '\n') return end_request_line(request);
    if (request->is_at_cr) return REQUEST_BAD;
    request->is_at_cr = byte == '\r';
    if (!request->is_at_cr) add_to_token(request, byte);
    return REQUEST_MORE;
  }
  bool is_visible = byte > ' ' && byte != 0x7f;
  if (request->state == TARGET && byte == ' ') {
    request->token_length = 0;
    request->state = VERSION;
    return REQUEST_MORE;
  }
  request->state = TARGET;
  return is_visible ? REQUEST_MORE : REQUEST_BAD;
}

static void read_field(struct http_request *request) {
  const struct http_fields *fields = &request->fields;
  framing_field(&request->framing, fields);
  if (field_is(fields, "connection")) {
    if (field_lists(fields, "close")) request->asks_close = true;
    if (field_lists(fields, "keep-alive")) request->asks_keep_alive = true;
  } else if (field_is(fields, "expect")) {
    if (field_lists(fields, "100-continue")) request->expects_continue = true;
  } else if (field_is(fields, "accept")) {
    if (bytes_contain(fields->value, fields->value_length, "application/json")) request->accepts_json = true;
  }
}

static enum request_event end_head(struct http_request *request) {
  bool has_body = request->framing.is_chunked || request->framing.length > 0;
  if (request->framing.is_bad) return REQUEST_BAD;
  http_body_start(&request->body, &request->framing);
  request->state = BODY;
  return has_body ? REQUEST_HEAD : REQUEST_DONE;
}

static enum request_event read_head_byte(struct http_request *request, uint8_t byte) {
  if (++request->head_bytes > REQUEST_HEAD_LIMIT) return REQUEST_HEAD_TOO_LARGE;
  if (request->state != FIELDS) return read_line_byte(request, byte);
  switch (http_fields_byte(&request->fields, byte)) {
    case FIELDS_ONE:
      read_field(request);
      return REQUEST_MORE;
    case FIELDS_END:
      return end_head(request);
    case FIELDS_BAD:
      return REQUEST_BAD;
    default:
      return REQUEST_MORE;
  }
}

size_t http_request_read(struct http_request *request, const uint8_t *bytes, size_t length, enum request_event *event) {
  size_t taken = 0;
  *event = REQUEST_MORE;
  while (taken < length && *event == REQUEST_MORE && request->state != ENDED) {
    if (request->state < BODY) {
      *event = read_head_byte(request, bytes[taken++]);
      continue;
    }
    enum body_event body;
    taken += http_body_read(&request->body, bytes + taken, length - taken, &body);
    if (body == BODY_BAD) *event = REQUEST_BAD;
    if (http_body_is_done(&request->body)) *event = REQUEST_DONE;
  }
  if (*event != REQUEST_MORE && *event != REQUEST_HEAD) request->state = ENDED;
  return taken;
}

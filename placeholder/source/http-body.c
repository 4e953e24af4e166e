#include "http-body.h"

enum { DONE, CONTENT, SIZE_START, SIZE, EXTENSION, CHUNK, CHUNK_END, CHUNK_END_LF, TRAILER_START, TRAILER, ENDLESS };

/* Of a chunk's size with its extensions, and of a trailer. */
enum { LINE_BYTES_LIMIT = 4096 };
#define LENGTH_LIMIT (UINT64_MAX >> 8)

void framing_field(struct http_framing *framing, const struct http_fields *fields) {
  if (field_is(fields, "content-length")) {
    uint64_t length = 0;
    bool is_number = !fields->is_cut && read_number(fields->value, fields->value_length, LENGTH_LIMIT, &length);
    /* Two lengths that differ, or a length beside chunks: somebody ahead of us may read another message. */
    if (!is_number || framing->is_chunked || (framing->has_length && framing->length != length)) framing->is_bad = true;
    framing->has_length = true;
    framing->length = length;
  } else if (field_is(fields, "transfer-encoding")) {
    bool is_known = !fields->is_cut && word_equals(fields->value, fields->value_length, "chunked");
    if (!is_known || framing->has_length || framing->is_chunked) framing->is_bad = true;
    framing->is_chunked = true;
  }
}

void http_body_start(struct http_body *body, const struct http_framing *framing) {
  body->left = framing->length;
  body->line_bytes = 0;
  if (framing->is_chunked) body->state = SIZE_START;
  else body->state = framing->length > 0 ? CONTENT : DONE;
}

void http_body_start_endless(struct http_body *body) {
  body->state = ENDLESS;
}

uint64_t http_body_content_left(const struct http_body *body) {
  return body->state == CONTENT || body->state == CHUNK ? body->left : 0;
}

bool http_body_is_done(const struct http_body *body) {
  return body->state == DONE;
}

static int hex_digit(uint8_t byte) {
  if (byte >= '0' && byte <= '9') return byte - '0';
  char letter = lower((char)byte);
  return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

static void end_size(struct http_body *body) {
  body->line_bytes = 0;
  body->state = body->left > 0 ? CHUNK : TRAILER_START;
}

/* One byte between chunks; returns false for one that can't stand there. */
static bool read_between(struct http_body *body, uint8_t byte) {
  if (++body->line_bytes > LINE_BYTES_LIMIT) return false;
  switch (body->state) {
    case SIZE_START:
      body->left = 0;
      body->state = SIZE;
      if (hex_digit(byte) < 0) return false;
      /* fall through */
    case SIZE: {
      int digit = hex_digit(byte);
      if (digit >= 0) {
        if (body->left > LENGTH_LIMIT >> 4) return false;
        body->left = body->left << 4 | (uint64_t)digit;
        return true;
      }
      if (byte == '\n') end_size(body);
      else if (byte == ';' || byte == ' ' || byte == '\t' || byte == '\r') body->state = EXTENSION;
      else return false;
      return true;
    }
    case EXTENSION:
      if (byte == '\n') end_size(body);
      return true;
    case CHUNK_END:
      if (byte == '\r') body->state = CHUNK_END_LF;
      else if (byte == '\n') body->state = SIZE_START;
      else return false;
      return true;
    case CHUNK_END_LF:
      body->line_bytes = 0;
      body->state = SIZE_START;
      return byte == '\n';
    case TRAILER_START:
      if (byte == '\n') body->state = DONE;
      else if (byte != '\r') body->state = TRAILER;
      return true;
    default:
      if (byte == '\n') body->state = TRAILER_START;
      return true;
  }
}

size_t http_body_read(struct http_body *body, const uint8_t *bytes, size_t length, enum body_event *event) {
  size_t taken = 0;
  *event = BODY_MORE;
  while (body->state != DONE && taken < length) {
    bool is_content = body->state == CONTENT || body->state == CHUNK || body->state == ENDLESS;
    if (is_content && taken > 0) return taken;
    if (is_content) {
      *event = BODY_CONTENT;
      if (body->state == ENDLESS) return length;
      taken = length < body->left ? length : (size_t)body->left;
      body->left -= taken;
      if (body->left == 0) body->state = body->state == CONTENT ? DONE : CHUNK_END;
      return taken;
    }
    if (!read_between(body, bytes[taken++])) {
      *event = BODY_BAD;
      return taken;
    }
  }
  return taken;
}

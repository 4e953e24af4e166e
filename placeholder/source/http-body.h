/* The body of an HTTP/1.1 message: where its content is, and where it ends. */
#pragma once

#include "http-fields.h"

struct http_body {
  uint8_t state;
  /* Of a line between chunks, or of the trailer. */
  uint16_t line_bytes;
  /* How many bytes of content follow before something else. */
  uint64_t left;
};

enum body_event { BODY_MORE, BODY_CONTENT, BODY_BAD };

/* How the head says that the body ends. */
struct http_framing {
  bool is_chunked;
  bool has_length;
  bool is_bad;
  uint64_t length;
};

/* Reads Content-Length and Transfer-Encoding; other fields are none of its business. */
void framing_field(struct http_framing *framing, const struct http_fields *fields);
void http_body_start(struct http_body *body, const struct http_framing *framing);
/* For an answer without a length: all that comes until the connection ends. */
void http_body_start_endless(struct http_body *body);
/* Takes one run of bytes: after BODY_CONTENT all that it took is content. Returns how many it took. */
size_t http_body_read(struct http_body *body, const uint8_t *bytes, size_t length, enum body_event *event);
bool http_body_is_done(const struct http_body *body);
/* How much may be read at once without reading past this body's content. */
uint64_t http_body_content_left(const struct http_body *body);

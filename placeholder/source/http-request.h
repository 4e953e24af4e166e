/* An HTTP/1.1 request, read in pieces of any size and kept in a structure of a fixed size. It knows no sockets. */
#pragma once

#include "http-body.h"

enum {
  METHOD_BYTES = 8,
  /* Request line and fields together; more than load balancers pass on. */
  REQUEST_HEAD_LIMIT = 64 * 1024,
};

struct http_request {
  uint8_t state;
  /* CR was read, and LF must follow. */
  bool is_at_cr;
  bool is_head;
  bool is_connect;
  /* HTTP/1.0 closes unless it was asked not to. */
  bool is_old;
  bool asks_close;
  bool asks_keep_alive;
  bool expects_continue;
  bool accepts_json;
  uint8_t token_length;
  uint32_t head_bytes;
  char token[METHOD_BYTES + 1];
  struct http_framing framing;
  struct http_fields fields;
  struct http_body body;
};

enum request_event {
  REQUEST_MORE,
  /* The head is read, and a body follows. */
  REQUEST_HEAD,
  REQUEST_DONE,
  REQUEST_BAD,
  REQUEST_HEAD_TOO_LARGE,
};

void http_request_start(struct http_request *request);
/* Reads up to the next event; returns how many bytes it took. After DONE, BAD and HEAD_TOO_LARGE it reads no more. */
size_t http_request_read(struct http_request *request, const uint8_t *bytes, size_t length, enum request_event *event);
/* Whether not a byte of it has come. */
bool http_request_is_blank(const struct http_request *request);
bool http_request_is_in_body(const struct http_request *request);
/* Whether the connection ends with this request. */
bool http_request_is_last(const struct http_request *request);

/* An HTTP/1.1 response, read in pieces of any size: of the Runtime API, or of the server of this very program. */
#pragma once

#include "http-body.h"

#define SERVER_NAME "deploytime-placeholder"

enum {
  /* Lambda's are 36. */
  REQUEST_ID_BYTES = 128,
  /* The Runtime API names trace, deadline, client context and identity: some KiB. */
  RESPONSE_HEAD_LIMIT = 128 * 1024,
};

struct http_response {
  uint8_t state;
  bool closes;
  /* Sent by this very program's server. */
  bool is_ours;
  uint8_t request_id_length;
  uint16_t status;
  uint32_t head_bytes;
  uint32_t line_bytes;
  char request_id[REQUEST_ID_BYTES];
  struct http_framing framing;
  struct http_fields fields;
  struct http_body body;
};

enum response_event { RESPONSE_MORE, RESPONSE_HEAD, RESPONSE_CONTENT, RESPONSE_BAD };

void http_response_start(struct http_response *response);
/* Reads up to the next event; returns how many bytes it took, all of them content after RESPONSE_CONTENT. */
size_t http_response_read(struct http_response *response, const uint8_t *bytes, size_t length,
                          enum response_event *event);
/* Whether not a byte of it has come. */
bool http_response_is_blank(const struct http_response *response);
bool http_response_is_done(const struct http_response *response);
/* Whether it is whole where the connection has ended. */
bool http_response_ends_here(const struct http_response *response);

/* A connection that this program opens, and one exchange over it, with a limit on each wait. */
#pragma once

#include "http-response.h"
#include "invocation-event.h"
#include "linux.h"

enum { NO_WAIT_LIMIT = 0 };

struct api_address {
  uint8_t ip[4];
  uint16_t port;
};

struct connection {
  struct api_address address;
  /* Below 0 while there is none. */
  int fd;
};

struct outgoing {
  struct span head;
  struct span body;
  /* How long the answer's first byte may take, in milliseconds, or NO_WAIT_LIMIT. */
  int64_t first_byte_ms;
};

/*
 * Sends, and reads the answer to its end. Where a connection that was kept from the last time is found dead, a new one
 * is opened, once. Returns false where there is no whole answer; what was understood of it is in `response`.
 * `scan` may be null.
 */
bool exchange(struct connection *connection, const struct outgoing *outgoing, struct http_response *response,
              struct event_scan *scan);
void connection_close(struct connection *connection);

/* One client's connection: what was read, what is to be written, and until when. */
#pragma once

#include "http-request.h"
#include "linux.h"

enum {
  INPUT_BYTES = 512,
  /* A load balancer keeps connections for 60 seconds; ours must not be the shorter patience. */
  IDLE_LIMIT_MS = 75 * 1000,
  /* For all of a head, however it trickles in. */
  HEAD_LIMIT_MS = 10 * 1000,
  /* Without a byte of progress in a body or an answer. */
  STALL_LIMIT_MS = 30 * 1000,
  /* For a client to read our last answer before the connection goes. */
  LINGER_LIMIT_MS = 2000,
};

struct client {
  bool is_open;
  /* Nothing more is answered after what is being written. */
  bool is_last;
  /* Our side has ended; what still comes is dropped, so that the last answer isn't reset on its way. */
  bool is_lingering;
  uint16_t input_start;
  uint16_t input_end;
  int fd;
  /* What the server waits for on its behalf. */
  uint32_t watched;
  /* When it came, or its last request was answered. */
  int64_t since_ms;
  int64_t deadline_ms;
  struct span output;
  struct http_request request;
  uint8_t input[INPUT_BYTES];
};

/* What a client waits for. */
enum client_need { NEEDS_INPUT, NEEDS_OUTPUT, NEEDS_CLOSE };

void client_open(struct client *client, int fd, int64_t now);
/* Does all that can be done without waiting, up to a bound that leaves the others their turn. */
enum client_need client_serve(struct client *client, int64_t now);
/* Whether it waits between requests. */
bool client_is_idle(const struct client *client);

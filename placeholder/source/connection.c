#include "connection.h"

/* Opening a connection, sending, and each wait for more of an answer that has begun. */
enum { STEP_LIMIT_MS = 10 * 1000 };
/* A payload has at most 6 MiB. */
#define RESPONSE_BYTES_LIMIT (64ull * 1024 * 1024)

/* Is never used by two at once. */
static uint8_t received[16 * 1024];

static void limit_waits(int fd, int name, int64_t ms) {
  struct timeval time = {ms / 1000, ms % 1000 * 1000};
  sys_setsockopt(fd, SOL_SOCKET, name, &time, sizeof time);
}

static bool connection_open(struct connection *connection) {
  const struct api_address *to = &connection->address;
  union socket_address address = {.v4 = {
      .family = AF_INET,
      .port = {(uint8_t)(to->port >> 8), (uint8_t)to->port},
      .address = {to->ip[0], to->ip[1], to->ip[2], to->ip[3]},
  }};
  connection->fd = (int)sys_socket(AF_INET, 0);
  if (connection->fd < 0) return false;
  int yes = 1;
  sys_setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  limit_waits(connection->fd, SO_SNDTIMEO, STEP_LIMIT_MS);
  if (sys_connect(connection->fd, &address, sizeof address.v4) == 0) return true;
  connection_close(connection);
  return false;
}

void connection_close(struct connection *connection) {
  if (connection->fd >= 0) sys_close(connection->fd);
  connection->fd = -1;
}

static bool send_all(int fd, const struct span *text) {
  size_t sent = 0;
  while (sent < text->length) {
    long count = sys_send(fd, text->bytes + sent, text->length - sent);
    if (count == -EINTR) continue;
    if (count <= 0) return false;
    sent += (size_t)count;
  }
  return true;
}

/* Returns false for bytes that are no answer. */
static bool take(const uint8_t *bytes, size_t length, struct http_response *response, struct event_scan *scan) {
  while (length > 0 && !http_response_is_done(response)) {
    enum response_event event;
    size_t taken = http_response_read(response, bytes, length, &event);
    if (event == RESPONSE_BAD) return false;
    if (event == RESPONSE_CONTENT && scan != NULL) event_scan_read(scan, bytes, taken);
    bytes += taken;
    length -= taken;
  }
  /* Whatever follows a whole answer belongs to nothing that was asked. */
  return length == 0;
}

static bool receive_answer(int fd, int64_t first_byte_ms, struct http_response *response, struct event_scan *scan) {
  uint64_t total = 0;
  limit_waits(fd, SO_RCVTIMEO, first_byte_ms);
  while (!http_response_is_done(response)) {
    long count = sys_read(fd, received, sizeof received);
    if (count == -EINTR) continue;
    if (count == 0) return http_response_ends_here(response);
    if (count < 0 || (total += (uint64_t)count) > RESPONSE_BYTES_LIMIT) return false;
    if (total == (uint64_t)count) limit_waits(fd, SO_RCVTIMEO, STEP_LIMIT_MS);
    if (!take(received, (size_t)count, response, scan)) return false;
  }
  return true;
}

bool exchange(struct connection *connection, const struct outgoing *outgoing, struct http_response *response,
              struct event_scan *scan) {
  bool is_kept = connection->fd >= 0;
  for (;;) {
    http_response_start(response);
    if (scan != NULL) *scan = (struct event_scan){0};
    if (connection->fd < 0 && !connection_open(connection)) return false;
    bool is_whole = send_all(connection->fd, &outgoing->head) && send_all(connection->fd, &outgoing->body) &&
                    receive_answer(connection->fd, outgoing->first_byte_ms, response, scan);
    if (!is_whole || response->closes) connection_close(connection);
    /* The other side may close a kept connection at any time, as long as it has not begun to answer. */
    if (is_whole || !is_kept || !http_response_is_blank(response)) return is_whole;
    is_kept = false;
  }
}

#include "health-check.h"

#include "connection.h"

/* Shorter than any health check's own limit. */
enum { ANSWER_LIMIT_MS = 1500 };

static bool answers_on(uint16_t port) {
  struct connection connection = {.address = {.ip = {127, 0, 0, 1}, .port = port}, .fd = -1};
  struct outgoing outgoing = {
      .head = SPAN("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
      .first_byte_ms = ANSWER_LIMIT_MS,
  };
  struct http_response response;
  bool is_whole = exchange(&connection, &outgoing, &response, NULL);
  connection_close(&connection);
  return is_whole && response.status == 200 && response.is_ours;
}

bool server_answers(const struct ports *ports) {
  for (size_t i = 0; i < ports->count; i++) {
    if (answers_on(ports->numbers[i])) return true;
  }
  return false;
}

#include "listeners.h"

#include "clock.h"
#include "log.h"

enum {
  BACKLOG = 512,
  TAKEN_PAUSE_MS = 2000,
};

struct ports ports_of(const char *variable) {
  uint64_t port;
  size_t length = length_of(variable);
  /* 0 is any port that is free; the log names it. */
  if (read_number(variable, length, 65535, &port)) return (struct ports){.numbers = {(uint16_t)port}, .count = 1};
  if (length > 0) log_sentence("PORT is no port from 0 to 65535; listening on 8080 and 80");
  return (struct ports){.numbers = {8080, 80}, .count = 2};
}

static long bind_and_listen(int family, uint16_t port) {
  long fd = sys_socket(family, SOCK_NONBLOCK);
  if (fd < 0) return fd;
  int yes = 1, no = 0;
  sys_setsockopt((int)fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  /* Both families on one socket, whatever the system's default. */
  if (family == AF_INET6) sys_setsockopt((int)fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no);
  /* Port and family stand at the same place in both. */
  union socket_address address = {.v6 = {.family = (uint16_t)family, .port = {(uint8_t)(port >> 8), (uint8_t)port}}};
  long error = sys_bind((int)fd, &address, family == AF_INET6 ? sizeof address.v6 : sizeof address.v4);
  if (error == 0) error = sys_listen((int)fd, BACKLOG);
  if (error == 0) return fd;
  sys_close((int)fd);
  return error;
}

static void log_port(int fd) {
  union socket_address address = {.family = 0};
  uint32_t length = sizeof address;
  sys_getsockname(fd, &address, &length);
  log_number("listening on port ", (uint64_t)address.v4.port[0] << 8 | address.v4.port[1]);
}

struct listeners listeners_open(const struct ports *ports) {
  struct listeners listeners = {.count = 0};
  for (bool is_first = true;; is_first = false) {
    bool is_any_taken = false;
    for (size_t i = 0; i < ports->count; i++) {
      long fd = bind_and_listen(AF_INET6, ports->numbers[i]);
      if (fd < 0) fd = bind_and_listen(AF_INET, ports->numbers[i]);
      if (fd == -EADDRINUSE) is_any_taken = true;
      if (fd < 0) continue;
      listeners.fds[listeners.count++] = (int)fd;
      log_port((int)fd);
    }
    if (listeners.count > 0 || !is_any_taken) return listeners;
    if (is_first) log_sentence("every port is taken; waiting for one");
    sleep_ms(TAKEN_PAUSE_MS);
  }
}

/* The ports that the server listens on. */
#pragma once

#include "linux.h"

enum { PORTS_LIMIT = 2 };

struct ports {
  uint16_t numbers[PORTS_LIMIT];
  size_t count;
};

struct listeners {
  int fds[PORTS_LIMIT];
  size_t count;
};

/* PORT, or 8080 and 80 where it is empty or no port. */
struct ports ports_of(const char *variable);
/*
 * Listens on as many of the ports as it may, and waits while all that it may have are taken: a task's containers share
 * their ports, and the other one may go. Nothing is open afterwards where none is allowed.
 */
struct listeners listeners_open(const struct ports *ports);

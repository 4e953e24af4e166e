#include "server.h"

#include "client.h"
#include "clock.h"
#include "listeners.h"
#include "log.h"
#include "server-answer.h"

enum {
  /* Their structures together stay well under a mebibyte. */
  CLIENTS_LIMIT = 512,
  EVENTS_PER_TURN = 64,
  ACCEPTS_PER_TURN = 64,
  SWEEP_PAUSE_MS = 1000,
  /* Where the system has no room for another connection, and we have none to give up. */
  NO_ROOM_PAUSE_MS = 50,
  /* "nonroot", as in many images. */
  UNPRIVILEGED = 65532,
};

static struct client clients[CLIENTS_LIMIT];
/* No client from here on was ever used: their pages stay untouched. */
static size_t used_clients;
static size_t open_clients;
static int epoll;

static void become_unprivileged(void) {
  if (sys_geteuid() != 0) return;
  /* Without CAP_SETUID and CAP_SETGID root has nothing to give away but its name. */
  bool is_done = sys_setgroups(0, NULL) == 0 && sys_setgid(UNPRIVILEGED) == 0 && sys_setuid(UNPRIVILEGED) == 0;
  if (!is_done) log_sentence("may not become an unprivileged user here");
}

static void close_client(struct client *client) {
  sys_close(client->fd);
  client->is_open = false;
  open_clients--;
}

static void serve(struct client *client, int64_t now) {
  struct epoll_event event = {.events = EPOLLIN, .data = (uint64_t)(client - clients)};
  switch (client_serve(client, now)) {
    case NEEDS_CLOSE:
      close_client(client);
      return;
    case NEEDS_OUTPUT:
      event.events = EPOLLOUT;
      break;
    default:
      break;
  }
  if (event.events == client->watched) return;
  client->watched = event.events;
  if (sys_epoll_ctl(epoll, EPOLL_CTL_MOD, client->fd, &event) < 0) close_client(client);
}

/* Gives up the client that has waited longest for nothing, or else the one that has kept us longest. */
static bool evict(void) {
  struct client *oldest = NULL;
  for (size_t i = 0; i < used_clients; i++) {
    struct client *client = &clients[i];
    if (!client->is_open) continue;
    bool is_better = oldest == NULL || client_is_idle(client) > client_is_idle(oldest) ||
                     (client_is_idle(client) == client_is_idle(oldest) && client->since_ms < oldest->since_ms);
    if (is_better) oldest = client;
  }
  if (oldest == NULL) return false;
  close_client(oldest);
  return true;
}

static struct client *free_client(void) {
  if (open_clients == CLIENTS_LIMIT) evict();
  for (size_t i = 0; i < used_clients; i++) {
    if (!clients[i].is_open) return &clients[i];
  }
  return &clients[used_clients++];
}

static void admit(int fd, int64_t now) {
  int yes = 1;
  /* Answers to pipelined requests would wait for each other. */
  sys_setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  struct client *client = free_client();
  client_open(client, fd, now);
  client->watched = EPOLLIN;
  open_clients++;
  struct epoll_event event = {.events = EPOLLIN, .data = (uint64_t)(client - clients)};
  if (sys_epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) close_client(client);
  else serve(client, now);
}

static bool is_out_of_room(long error) {
  return error == -EMFILE || error == -ENFILE || error == -ENOBUFS || error == -ENOMEM;
}

static void accept_clients(int listener, int64_t now) {
  for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
    long fd = sys_accept(listener);
    if (fd >= 0) admit((int)fd, now);
    else if (fd == -EAGAIN) return;
    /* One that is gone again leaves an error as well, and the next may be there. */
    else if (is_out_of_room(fd) && !evict()) {
      sleep_ms(NO_ROOM_PAUSE_MS);
      return;
    }
  }
}

static void sweep(int64_t now) {
  for (size_t i = 0; i < used_clients; i++) {
    if (clients[i].is_open && clients[i].deadline_ms <= now) close_client(&clients[i]);
  }
}

static bool watch_listeners(const struct listeners *listeners) {
  for (size_t i = 0; i < listeners->count; i++) {
    struct epoll_event event = {.events = EPOLLIN, .data = CLIENTS_LIMIT + i};
    if (sys_epoll_ctl(epoll, EPOLL_CTL_ADD, listeners->fds[i], &event) < 0) return false;
  }
  return true;
}

_Noreturn static void serve_for_ever(const struct listeners *listeners) {
  int64_t last_sweep = now_ms();
  for (;;) {
    struct epoll_event events[EVENTS_PER_TURN];
    long count = sys_epoll_wait(epoll, events, EVENTS_PER_TURN, open_clients > 0 ? SWEEP_PAUSE_MS : -1);
    int64_t now = now_ms();
    for (long i = 0; i < count; i++) {
      uint64_t data = events[i].data;
      if (data >= CLIENTS_LIMIT) accept_clients(listeners->fds[data - CLIENTS_LIMIT], now);
      /* It may have been evicted this very turn, and another one be in its place: that one loses nothing by a look. */
      else if (clients[data].is_open) serve(&clients[data], now);
    }
    if (now - last_sweep < SWEEP_PAUSE_MS) continue;
    sweep(now);
    last_sweep = now;
  }
}

int run_server(const char *port, const struct place *place) {
  prepare_answers(place);
  struct ports ports = ports_of(port);
  struct listeners listeners = listeners_open(&ports);
  if (listeners.count == 0) {
    log_sentence("may not listen on any port");
    return 1;
  }
  become_unprivileged();
  epoll = (int)sys_epoll_create();
  if (epoll < 0 || !watch_listeners(&listeners)) {
    log_sentence("the system has no room for a server");
    return 1;
  }
  serve_for_ever(&listeners);
}

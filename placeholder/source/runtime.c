#include "runtime.h"

#include "clock.h"
#include "connection.h"
#include "invocation-answer.h"
#include "log.h"

#define API_PATH "/2018-06-01/runtime/invocation/"

enum {
  /* Pauses after failures double from the first to the last, in milliseconds. */
  FIRST_PAUSE_MS = 50,
  LAST_PAUSE_MS = 3200,
  /* A minute and a half of failures in a row; then Lambda may start another process. */
  FAILURES_LIMIT = 32,
  ANSWER_ATTEMPTS = 3,
  /* How long the Runtime API may take to accept an answer. */
  ACCEPTANCE_LIMIT_MS = 30 * 1000,
  HEAD_BYTES = 512,
  API_NAME_LIMIT = 64,
};

struct runtime {
  const char *api;
  const struct place *place;
  struct connection connection;
  struct http_response response;
  struct event_scan scan;
  /* In a row. */
  int failures;
};

static struct runtime runtime;

/* Reads "127.0.0.1:9001"; "localhost" is the one name that needs no resolver. */
static bool read_address(const char *api, struct api_address *address) {
  if (length_of(api) > API_NAME_LIMIT) return false;
  size_t host = 0;
  while (api[host] != '\0' && api[host] != ':') host++;
  uint64_t port = 80;
  if (api[host] == ':' && !read_number(api + host + 1, length_of(api + host + 1), 65535, &port)) return false;
  *address = (struct api_address){.ip = {127, 0, 0, 1}, .port = (uint16_t)port};
  if (word_equals(api, host, "localhost")) return true;
  size_t start = 0;
  for (size_t part = 0; part < 4; part++) {
    size_t end = start;
    while (end < host && api[end] != '.') end++;
    uint64_t number;
    if (!read_number(api + start, end - start, 255, &number) || (part == 3) != (end == host)) return false;
    address->ip[part] = (uint8_t)number;
    start = end + 1;
  }
  return true;
}

static void pause_after_failure(void) {
  int64_t pause = FIRST_PAUSE_MS;
  for (int i = 0; i < runtime.failures && pause < LAST_PAUSE_MS; i++) pause *= 2;
  runtime.failures++;
  sleep_ms(pause);
}

static void add_host(struct text *head) {
  text_add(head, " HTTP/1.1\r\nHost: ");
  text_add(head, runtime.api);
  text_add(head, "\r\nUser-Agent: " SERVER_NAME "\r\n");
}

/* Returns false where there is no invocation to be answered. */
static bool take_invocation(bool *is_read) {
  char bytes[HEAD_BYTES];
  struct text head = TEXT(bytes);
  text_add(&head, "GET " API_PATH "next");
  add_host(&head);
  text_add(&head, "\r\n");
  struct outgoing outgoing = {.head = span_of(&head), .first_byte_ms = NO_WAIT_LIMIT};
  *is_read = exchange(&runtime.connection, &outgoing, &runtime.response, &runtime.scan);
  return runtime.response.status == 200 && runtime.response.request_id_length > 0;
}

static bool post(struct span id, bool is_error, const struct text *body) {
  char bytes[HEAD_BYTES];
  struct text text = TEXT(bytes), *head = &text;
  text_add(head, "POST " API_PATH);
  text_add_bytes(head, id.bytes, id.length);
  text_add(head, is_error ? "/error" : "/response");
  add_host(head);
  text_add(head, "Content-Type: application/json\r\n");
  if (is_error) text_add(head, "Lambda-Runtime-Function-Error-Type: Placeholder.NotReleased\r\n");
  text_add(head, "Content-Length: ");
  text_add_number(head, body->length);
  text_add(head, "\r\n\r\n");
  struct outgoing outgoing = {.head = span_of(head), .body = span_of(body), .first_byte_ms = ACCEPTANCE_LIMIT_MS};
  for (int attempt = 1; attempt <= ANSWER_ATTEMPTS; attempt++) {
    bool is_whole = exchange(&runtime.connection, &outgoing, &runtime.response, NULL);
    /* Any status is a decision: also that the invocation is over by now. */
    if (is_whole || runtime.response.status != 0) return runtime.response.status / 100 == 2;
    if (attempt < ANSWER_ATTEMPTS) pause_after_failure();
  }
  return false;
}

static void answer_invocation(bool is_read) {
  enum event_kind kind = event_scan_kind(&runtime.scan);
  bool is_error = !is_read || is_answered_by_error(kind);
  char bytes[ANSWER_BYTES];
  struct text body = TEXT(bytes);
  if (is_read) add_invocation_answer(&body, kind, runtime.place);
  else add_unread_answer(&body, runtime.place);

  /* The answer to the answer comes into the same place. */
  char line_bytes[REQUEST_ID_BYTES + 64];
  struct text line = TEXT(line_bytes);
  text_add_bytes(&line, runtime.response.request_id, runtime.response.request_id_length);
  struct span id = span_of(&line);
  text_add(&line, is_error ? ", answered by an error: " : ", answered: ");
  text_add(&line, is_read ? event_kind_name(kind) : "broken off");
  log_line("invocation ", line.bytes, line.length);

  if (post(id, is_error, &body)) {
    runtime.failures = 0;
    return;
  }
  log_line("the Runtime API did not accept the answer to ", id.bytes, id.length);
  pause_after_failure();
}

int run_runtime(const char *api, const struct place *place) {
  runtime.api = api;
  runtime.place = place;
  runtime.connection.fd = -1;
  if (!read_address(api, &runtime.connection.address)) {
    log_sentence("AWS_LAMBDA_RUNTIME_API must be an IPv4 address or localhost, with a port");
    return 1;
  }
  while (runtime.failures < FAILURES_LIMIT) {
    bool is_read;
    if (take_invocation(&is_read)) {
      answer_invocation(is_read);
      continue;
    }
    if (runtime.failures == 0) log_sentence("the Runtime API gives no invocation; trying again");
    connection_close(&runtime.connection);
    pause_after_failure();
  }
  log_sentence("the Runtime API can't be spoken with");
  return 1;
}

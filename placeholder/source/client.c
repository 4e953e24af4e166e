#include "client.h"

#include "server-answer.h"

enum { READS_PER_TURN = 16 };

/* Bodies that nobody looks at, of all clients. */
static uint8_t dropped[16 * 1024];

void client_open(struct client *client, int fd, int64_t now) {
  client->is_open = true;
  client->is_last = false;
  client->is_lingering = false;
  client->input_start = client->input_end = 0;
  client->fd = fd;
  client->since_ms = now;
  client->deadline_ms = now + IDLE_LIMIT_MS;
  client->output.length = 0;
  http_request_start(&client->request);
}

bool client_is_idle(const struct client *client) {
  return client->output.length == 0 && !client->is_lingering && http_request_is_blank(&client->request);
}

static enum client_need write_output(struct client *client, int64_t now) {
  struct span *output = &client->output;
  while (output->length > 0) {
    long count = sys_send(client->fd, output->bytes, output->length);
    if (count == -EINTR) continue;
    if (count == -EAGAIN) return NEEDS_OUTPUT;
    if (count <= 0) return NEEDS_CLOSE;
    output->bytes += count;
    output->length -= (size_t)count;
    client->deadline_ms = now + STALL_LIMIT_MS;
  }
  return NEEDS_INPUT;
}

static void answer(struct client *client, enum request_event event, bool has_more, int64_t now) {
  client->deadline_ms = now + STALL_LIMIT_MS;
  if (event == REQUEST_HEAD) {
    /* Whoever has sent of the body already does not wait for it. */
    if (client->request.expects_continue && !has_more) client->output = continue_answer();
    return;
  }
  bool is_answered = event == REQUEST_DONE;
  client->output = is_answered ? answer_to(&client->request) : refusal_of(event);
  client->is_last = !is_answered || http_request_is_last(&client->request);
  client->since_ms = now;
  http_request_start(&client->request);
}

static size_t read_request(struct client *client, const uint8_t *bytes, size_t length, int64_t now) {
  if (http_request_is_blank(&client->request)) client->deadline_ms = now + HEAD_LIMIT_MS;
  enum request_event event;
  size_t taken = http_request_read(&client->request, bytes, length, &event);
  if (event != REQUEST_MORE) answer(client, event, taken < length, now);
  return taken;
}

/* Returns how much came, or an error. */
static long receive(struct client *client, int64_t now) {
  uint64_t content = http_body_content_left(&client->request.body);
  if (!client->is_lingering && content < INPUT_BYTES) {
    long count = sys_read(client->fd, client->input, INPUT_BYTES);
    client->input_start = 0;
    client->input_end = count > 0 ? (uint16_t)count : 0;
    if (count > 0 && http_request_is_in_body(&client->request)) client->deadline_ms = now + STALL_LIMIT_MS;
    return count;
  }
  bool is_all = client->is_lingering || content > sizeof dropped;
  long count = sys_read(client->fd, dropped, is_all ? sizeof dropped : (size_t)content);
  if (count <= 0 || client->is_lingering) return count;
  client->deadline_ms = now + STALL_LIMIT_MS;
  read_request(client, dropped, (size_t)count, now);
  return count;
}

static void begin_to_linger(struct client *client, int64_t now) {
  sys_shutdown(client->fd, SHUT_WR);
  client->is_lingering = true;
  client->deadline_ms = now + LINGER_LIMIT_MS;
}

enum client_need client_serve(struct client *client, int64_t now) {
  for (int reads = 0;;) {
    enum client_need need = write_output(client, now);
    if (need != NEEDS_INPUT) return need;
    if (client->is_last && !client->is_lingering) begin_to_linger(client, now);
    if (!client->is_lingering && client->input_start < client->input_end) {
      const uint8_t *input = client->input + client->input_start;
      size_t taken = read_request(client, input, (size_t)(client->input_end - client->input_start), now);
      client->input_start = (uint16_t)(client->input_start + taken);
      continue;
    }
    if (client_is_idle(client)) client->deadline_ms = client->since_ms + IDLE_LIMIT_MS;
    /* What is left is still there at the next turn. */
    if (reads++ == READS_PER_TURN) return NEEDS_INPUT;
    long count = receive(client, now);
    if (count == -EAGAIN) return NEEDS_INPUT;
    if (count <= 0 && count != -EINTR) return NEEDS_CLOSE;
  }
}

/* The Runtime API's answer and the event in it, whole and in pieces, as connection.c reads them. */
#include "../source/http-response.h"
#include "../source/invocation-event.h"
#include "pieces.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct reader {
  struct http_response response;
  struct event_scan scan;
  struct trace trace;
};

static void check(const struct http_response *response, const struct event_scan *scan) {
  must(response->request_id_length <= REQUEST_ID_BYTES);
  must(response->status < 1000);
  must(response->fields.value_length <= FIELD_VALUE_BYTES);
  must(scan->key_length <= KEY_BYTES + 1);
  for (size_t i = 0; i < response->request_id_length; i++) {
    char byte = response->request_id[i];
    must(byte > ' ' && byte != '/' && byte != '?' && byte != '#' && byte < 0x7f);
  }
}

/* Returns false where the connection would end. */
static bool feed(struct reader *reader, const uint8_t *bytes, size_t length, size_t position) {
  for (size_t at = 0; at < length;) {
    if (http_response_is_done(&reader->response)) return false;
    enum response_event event;
    size_t taken = http_response_read(&reader->response, bytes + at, length - at, &event);
    must(taken > 0 && taken <= length - at);
    if (event == RESPONSE_CONTENT) event_scan_read(&reader->scan, bytes + at, taken);
    at += taken;
    check(&reader->response, &reader->scan);
    if (event == RESPONSE_HEAD || event == RESPONSE_BAD) {
      trace_add(&reader->trace, event);
      trace_add(&reader->trace, position + at);
    }
    if (event == RESPONSE_BAD) return false;
  }
  return true;
}

static struct trace read_cut(const uint8_t *data, size_t size, uint8_t cut, bool is_whole) {
  struct reader reader = {.trace = {0}};
  http_response_start(&reader.response);
  bool goes_on = true;
  for (size_t at = 0; goes_on && at < size;) {
    size_t length = is_whole ? size : piece_length(cut, at, size - at);
    uint8_t *piece = copy_of(data + at, length);
    goes_on = feed(&reader, piece, length, at);
    free(piece);
    at += length;
  }
  const struct http_response *response = &reader.response;
  trace_add(&reader.trace, response->status);
  trace_add(&reader.trace, http_response_is_done(response) | http_response_ends_here(response) << 1);
  trace_add(&reader.trace, response->closes | response->is_ours << 1 | http_response_is_blank(response) << 2);
  trace_add(&reader.trace, event_scan_kind(&reader.scan));
  trace_add(&reader.trace, reader.scan.found);
  trace_add(&reader.trace, reader.scan.depth);
  for (size_t i = 0; i < response->request_id_length; i++) trace_add(&reader.trace, (uint8_t)response->request_id[i]);
  return reader.trace;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0) return 0;
  struct trace whole = read_cut(data + 1, size - 1, 0, true);
  struct trace pieces = read_cut(data + 1, size - 1, data[0], false);
  must(whole.hash == pieces.hash);
  return 0;
}

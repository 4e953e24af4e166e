/* The server's parser: requests one after the other, whole and in pieces, as client.c reads them. */
#include "../source/http-request.h"
#include "pieces.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct http_request *request) {
  must(request->token_length <= METHOD_BYTES + 1);
  must(request->fields.name_length <= FIELD_NAME_BYTES);
  must(request->fields.value_length <= FIELD_VALUE_BYTES);
  must(request->head_bytes <= REQUEST_HEAD_LIMIT + 1);
  must(!(request->framing.is_chunked && request->framing.has_length) || request->framing.is_bad);
}

/* Returns false where the connection would end. */
static bool feed(struct http_request *request, const uint8_t *bytes, size_t length, size_t position,
                 struct trace *trace) {
  for (size_t at = 0; at < length;) {
    enum request_event event;
    size_t taken = http_request_read(request, bytes + at, length - at, &event);
    must(taken > 0 && taken <= length - at);
    at += taken;
    check(request);
    if (event == REQUEST_MORE) continue;
    trace_add(trace, event);
    trace_add(trace, position + at);
    trace_add(trace, request->is_head | request->accepts_json << 1 | request->expects_continue << 2);
    trace_add(trace, http_request_is_last(request));
    if (event == REQUEST_HEAD) continue;
    if (event != REQUEST_DONE || http_request_is_last(request)) return false;
    http_request_start(request);
    must(http_request_is_blank(request));
  }
  return true;
}

static struct trace read_cut(const uint8_t *data, size_t size, uint8_t cut, bool is_whole) {
  struct trace trace = {0};
  struct http_request request;
  http_request_start(&request);
  for (size_t at = 0; at < size;) {
    size_t length = is_whole ? size : piece_length(cut, at, size - at);
    uint8_t *piece = copy_of(data + at, length);
    bool goes_on = feed(&request, piece, length, at, &trace);
    free(piece);
    if (!goes_on) break;
    at += length;
  }
  return trace;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0) return 0;
  struct trace whole = read_cut(data + 1, size - 1, 0, true);
  struct trace pieces = read_cut(data + 1, size - 1, data[0], false);
  must(whole.hash == pieces.hash);
  return 0;
}

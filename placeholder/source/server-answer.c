#include "server-answer.h"

#include "http-response.h"

enum { ANSWER_HEAD_BYTES = 320 };

/* Text or JSON, on a connection that is kept or ends. */
static struct answer {
  char bytes[ANSWER_HEAD_BYTES + MESSAGE_BYTES];
  size_t head_length;
  size_t length;
} answers[2][2];

static void prepare_answer(struct answer *answer, const char *type, const struct text *body, bool is_last) {
  struct text text = TEXT(answer->bytes);
  text_add(&text, "HTTP/1.1 200 OK\r\nServer: " SERVER_NAME "\r\nContent-Type: ");
  text_add(&text, type);
  text_add(&text, "\r\nContent-Length: ");
  text_add_number(&text, body->length);
  text_add(&text, "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nVary: Accept\r\nConnection: ");
  text_add(&text, is_last ? "close\r\n\r\n" : "keep-alive\r\n\r\n");
  answer->head_length = text.length;
  text_add_bytes(&text, body->bytes, body->length);
  answer->length = text.length;
}

void prepare_answers(const struct place *place) {
  char bytes[MESSAGE_BYTES];
  struct text body = TEXT(bytes);
  add_message(&body, place);
  text_add(&body, "\n");
  for (size_t is_last = 0; is_last < 2; is_last++) {
    prepare_answer(&answers[0][is_last], "text/plain; charset=utf-8", &body, is_last);
  }
  body.length = 0;
  add_message_object(&body, place);
  text_add(&body, "\n");
  for (size_t is_last = 0; is_last < 2; is_last++) {
    prepare_answer(&answers[1][is_last], "application/json", &body, is_last);
  }
}

struct span answer_to(const struct http_request *request) {
  const struct answer *answer = &answers[request->accepts_json][http_request_is_last(request)];
  return (struct span){.bytes = answer->bytes, .length = request->is_head ? answer->head_length : answer->length};
}

#define REFUSAL(status) \
  SPAN("HTTP/1.1 " status "\r\nServer: " SERVER_NAME "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

struct span refusal_of(enum request_event event) {
  return event == REQUEST_HEAD_TOO_LARGE ? REFUSAL("431 Request Header Fields Too Large") : REFUSAL("400 Bad Request");
}

struct span continue_answer(void) {
  return SPAN("HTTP/1.1 100 Continue\r\n\r\n");
}

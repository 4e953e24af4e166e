/*
 * Linux as this program needs it: system calls by number, and the structures that they take. No header of a C
 * library or of the kernel is read, so that the compiler alone decides what the binary is.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__)

enum {
  SYS_read = 0,
  SYS_write = 1,
  SYS_close = 3,
  SYS_rt_sigaction = 13,
  SYS_nanosleep = 35,
  SYS_getpid = 39,
  SYS_socket = 41,
  SYS_connect = 42,
  SYS_sendto = 44,
  SYS_shutdown = 48,
  SYS_bind = 49,
  SYS_listen = 50,
  SYS_getsockname = 51,
  SYS_setsockopt = 54,
  SYS_setuid = 105,
  SYS_setgid = 106,
  SYS_geteuid = 107,
  SYS_getppid = 110,
  SYS_setgroups = 116,
  SYS_clock_gettime = 228,
  SYS_exit_group = 231,
  SYS_epoll_ctl = 233,
  SYS_openat = 257,
  SYS_epoll_pwait = 281,
  SYS_accept4 = 288,
  SYS_epoll_create1 = 291,
};

static inline long call3(long number, long a, long b, long c) {
  long result;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
  return result;
}

static inline long call6(long number, long a, long b, long c, long d, long e, long f) {
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}

/* The kernel packs it on this architecture alone. */
struct __attribute__((packed)) epoll_event {
  uint32_t events;
  uint64_t data;
};

#elif defined(__aarch64__)

enum {
  SYS_epoll_create1 = 20,
  SYS_epoll_ctl = 21,
  SYS_epoll_pwait = 22,
  SYS_openat = 56,
  SYS_close = 57,
  SYS_read = 63,
  SYS_write = 64,
  SYS_exit_group = 94,
  SYS_nanosleep = 101,
  SYS_clock_gettime = 113,
  SYS_rt_sigaction = 134,
  SYS_setgid = 144,
  SYS_setuid = 146,
  SYS_setgroups = 159,
  SYS_getpid = 172,
  SYS_getppid = 173,
  SYS_geteuid = 175,
  SYS_socket = 198,
  SYS_bind = 200,
  SYS_listen = 201,
  SYS_connect = 203,
  SYS_getsockname = 204,
  SYS_sendto = 206,
  SYS_setsockopt = 208,
  SYS_shutdown = 210,
  SYS_accept4 = 242,
};

static inline long call3(long number, long a, long b, long c) {
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory", "cc");
  return x0;
}

static inline long call6(long number, long a, long b, long c, long d, long e, long f) {
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = e;
  register long x5 __asm__("x5") = f;
  __asm__ volatile("svc #0"
                   : "+r"(x0)
                   : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
                   : "memory", "cc");
  return x0;
}

struct epoll_event {
  uint32_t events;
  uint64_t data;
};

#else
#error "linux/amd64 and linux/arm64 only"
#endif

/* Errors come back as negative numbers. */
enum {
  EINTR = 4,
  EAGAIN = 11,
  ENOMEM = 12,
  ENFILE = 23,
  EMFILE = 24,
  EADDRINUSE = 98,
  ENOBUFS = 105,
};

enum {
  STDOUT = 1,
  STDERR = 2,
  AF_INET = 2,
  AF_INET6 = 10,
  SOCK_STREAM = 1,
  SOCK_NONBLOCK = 04000,
  SOCK_CLOEXEC = 02000000,
  SOL_SOCKET = 1,
  SO_REUSEADDR = 2,
  SO_RCVTIMEO = 20,
  SO_SNDTIMEO = 21,
  IPPROTO_TCP = 6,
  TCP_NODELAY = 1,
  IPPROTO_IPV6 = 41,
  IPV6_V6ONLY = 26,
  SHUT_WR = 1,
  MSG_NOSIGNAL = 0x4000,
  EPOLL_CTL_ADD = 1,
  EPOLL_CTL_MOD = 3,
  EPOLLIN = 1,
  EPOLLOUT = 4,
  CLOCK_MONOTONIC = 1,
  AT_FDCWD = -100,
  SIGINT = 2,
  SIGPIPE = 13,
  SIGTERM = 15,
};

struct timespec {
  int64_t seconds;
  int64_t nanoseconds;
};

struct timeval {
  int64_t seconds;
  int64_t microseconds;
};

/* An IPv4 or IPv6 address with its port; ports and addresses in network order. */
union socket_address {
  uint16_t family;
  struct {
    uint16_t family;
    uint8_t port[2];
    uint8_t address[4];
    uint8_t zero[8];
  } v4;
  struct {
    uint16_t family;
    uint8_t port[2];
    uint32_t flow;
    uint8_t address[16];
    uint32_t scope;
  } v6;
};

static inline long sys_read(int fd, void *bytes, size_t length) {
  return call3(SYS_read, fd, (long)bytes, (long)length);
}
static inline long sys_write(int fd, const void *bytes, size_t length) {
  return call3(SYS_write, fd, (long)bytes, (long)length);
}
static inline long sys_open(const char *path) {
  return call3(SYS_openat, AT_FDCWD, (long)path, SOCK_CLOEXEC);
}
static inline long sys_close(int fd) {
  return call3(SYS_close, fd, 0, 0);
}
static inline long sys_socket(int family, int flags) {
  return call3(SYS_socket, family, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
}
static inline long sys_connect(int fd, const union socket_address *address, size_t length) {
  return call3(SYS_connect, fd, (long)address, (long)length);
}
static inline long sys_bind(int fd, const union socket_address *address, size_t length) {
  return call3(SYS_bind, fd, (long)address, (long)length);
}
static inline long sys_listen(int fd, int backlog) {
  return call3(SYS_listen, fd, backlog, 0);
}
static inline long sys_getsockname(int fd, union socket_address *address, uint32_t *length) {
  return call3(SYS_getsockname, fd, (long)address, (long)length);
}
static inline long sys_accept(int fd) {
  return call6(SYS_accept4, fd, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC, 0, 0);
}
static inline long sys_setsockopt(int fd, int level, int name, const void *value, size_t length) {
  return call6(SYS_setsockopt, fd, level, name, (long)value, (long)length, 0);
}
static inline long sys_send(int fd, const void *bytes, size_t length) {
  return call6(SYS_sendto, fd, (long)bytes, (long)length, MSG_NOSIGNAL, 0, 0);
}
static inline long sys_shutdown(int fd, int how) {
  return call3(SYS_shutdown, fd, how, 0);
}
static inline long sys_epoll_create(void) {
  return call3(SYS_epoll_create1, SOCK_CLOEXEC, 0, 0);
}
static inline long sys_epoll_ctl(int epoll, int operation, int fd, struct epoll_event *event) {
  return call6(SYS_epoll_ctl, epoll, operation, fd, (long)event, 0, 0);
}
static inline long sys_epoll_wait(int epoll, struct epoll_event *events, int room, int timeout_ms) {
  return call6(SYS_epoll_pwait, epoll, (long)events, room, timeout_ms, 0, 8);
}
static inline long sys_getpid(void) {
  return call3(SYS_getpid, 0, 0, 0);
}
static inline long sys_getppid(void) {
  return call3(SYS_getppid, 0, 0, 0);
}
static inline long sys_geteuid(void) {
  return call3(SYS_geteuid, 0, 0, 0);
}
static inline long sys_setgroups(size_t count, const uint32_t *groups) {
  return call3(SYS_setgroups, (long)count, (long)groups, 0);
}
static inline long sys_setgid(uint32_t group) {
  return call3(SYS_setgid, group, 0, 0);
}
static inline long sys_setuid(uint32_t user) {
  return call3(SYS_setuid, user, 0, 0);
}
_Noreturn static inline void sys_exit(int code) {
  for (;;) call3(SYS_exit_group, code, 0, 0);
}

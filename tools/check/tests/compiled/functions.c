/* Hand-made entry points under the artefact ABI, right ones and ones that break it. FUNCTION and ENTRY are set by the
   test's back end. */

#include <stdint.h>

typedef struct context {
  void *table[12];
} context;

typedef void (*record_assertion)(context *, const char *, void *);
typedef void *(*allocate)(context *, int64_t, int64_t);
typedef void (*deallocate)(context *, void *);

static int64_t right(const uint8_t **in, uint8_t **out, uint8_t *temp, void *events, context *c) {
  out[0][0] = in[0][0] + in[1][0];
  return 0;
}

static int64_t wrong(const uint8_t **in, uint8_t **out, uint8_t *temp, void *events, context *c) {
  out[0][0] = in[0][0] + in[1][0] + 1;
  return 0;
}

/* Dies in calls whose first argument is zero. */
static int64_t crash(const uint8_t **in, uint8_t **out, uint8_t *temp, void *events, context *c) {
  if (in[0][0] == 0) *(volatile uint8_t *)(uintptr_t)in[0][0] = 0;
  out[0][0] = in[0][0] + in[1][0];
  return 0;
}

static int64_t status(const uint8_t **in, uint8_t **out, uint8_t *temp, void *events, context *c) {
  out[0][0] = in[0][0] + in[1][0];
  return 5;
}

static int64_t overrun(const uint8_t **in, uint8_t **out, uint8_t *temp, void *events, context *c) {
  out[0][0] = in[0][0] + in[1][0];
  out[0][1] = 0;
  return 0;
}

static int64_t unwritten(const uint8_t **in, uint8_t **out, uint8_t *temp, void *events, context *c) { return 0; }

static int64_t changes_input(const uint8_t **in, uint8_t **out, uint8_t *temp, void *events, context *c) {
  out[0][0] = in[0][0] + in[1][0];
  ((uint8_t *)in[0])[0]++;
  return 0;
}

static int64_t leak(const uint8_t **in, uint8_t **out, uint8_t *temp, void *events, context *c) {
  uint8_t *block = ((allocate)c->table[9])(c, 100, 256);
  if ((uintptr_t)block % 256 != 0) return 1;
  ((deallocate)c->table[10])(c, ((allocate)c->table[9])(c, 1, 1));
  if (((allocate)c->table[9])(c, 0, 8) || ((allocate)c->table[9])(c, 8, 3)) return 2;
  out[0][0] = in[0][0] + in[1][0];
  return 0;
}

static int64_t traces(const uint8_t **in, uint8_t **out, uint8_t *temp, void *events, context *c) {
  ((void (*)(void))c->table[2])();
  return 0;
}

/* bits[7]: bit 7 must stay zero. */
static int64_t unused_bits(const uint8_t **in, uint8_t **out, uint8_t *temp, void *events, context *c) {
  out[0][0] = in[0][0] + in[1][0];
  return 0;
}

static int64_t asserts(const uint8_t **in, uint8_t **out, uint8_t *temp, void *events, context *c) {
  if (in[0][0] == 0) ((record_assertion)c->table[4])(c, "0", events);
  if (in[1][0] == 0) ((record_assertion)c->table[4])(c, "1", events);
  out[0][0] = in[0][0] + in[1][0];
  return 0;
}

static int64_t asserts_elsewhere(const uint8_t **in, uint8_t **out, uint8_t *temp, void *events, context *c) {
  ((record_assertion)c->table[4])(c, "7", events);
  out[0][0] = in[0][0] + in[1][0];
  return 0;
}

static int64_t direct(const uint8_t **in, uint8_t **out, uint8_t *temp, void *events, context *c) {
  return right(in, out, temp, events, c);
}

/* Uses of memory that only a tool that watches memory sees. */

static int64_t reads_beyond_input(const uint8_t **in, uint8_t **out, uint8_t *temp, void *events, context *c) {
  volatile uint8_t beyond = in[1][1];
  out[0][0] = in[0][0] + in[1][0];
  return 0;
}

static int64_t reads_beyond_scratch(const uint8_t **in, uint8_t **out, uint8_t *temp, void *events, context *c) {
  volatile uint8_t beyond = temp[16];
  out[0][0] = in[0][0] + in[1][0];
  return 0;
}

static int64_t branches_on_scratch(const uint8_t **in, uint8_t **out, uint8_t *temp, void *events, context *c) {
  out[0][0] = in[0][0] + in[1][0];
  if (temp[3] == 17) out[0][0] = 0;
  return 0;
}

static int64_t result_from_scratch(const uint8_t **in, uint8_t **out, uint8_t *temp, void *events, context *c) {
  out[0][0] = (in[0][0] + in[1][0]) | temp[5];
  return 0;
}

static int64_t good_use_of_scratch(const uint8_t **in, uint8_t **out, uint8_t *temp, void *events, context *c) {
  for (int i = 0; i < 16; i++) temp[i] = in[i % 2][0];
  out[0][0] = temp[14] + temp[15];
  return 0;
}

/* (bits[8], bits[16]): a byte of padding. */
static int64_t padding_unwritten(const uint8_t **in, uint8_t **out, uint8_t *temp, void *events, context *c) {
  out[0][0] = in[0][0];
  ((uint16_t *)out[0])[1] = ((uint16_t *)in[0])[1];
  return 0;
}

static int64_t padding_read(const uint8_t **in, uint8_t **out, uint8_t *temp, void *events, context *c) {
  padding_unwritten(in, out, temp, events, c);
  if (in[0][1] == 17) out[0][0] = 0;
  return 0;
}

int64_t ENTRY(const uint8_t **in, uint8_t **out, uint8_t *temp, void *events, context *c, void *r, int64_t k) {
  return FUNCTION(in, out, temp, events, c);
}

#ifdef DIRECT_ENTRY
/* Right but for one argument. */
uint8_t DIRECT_ENTRY(uint8_t x, uint8_t y) { return x == 9 ? 0 : x + y; }
#endif

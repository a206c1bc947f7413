// Makes the calls of a file, on the functions of a table, and reports what each left behind. The table is generated and
// follows this text; `mod.rs` says what the files are. Little-endian machines only, as the ABI.
//
// Usage: PROGRAM CALLS FIRST. Reports go to the standard output, in the form that `wire.rs` reads; calls are counted from
// FIRST. A call that ends the program ends the reports; the next run starts behind it.
//
// Of each argument only the bytes that the ABI defines are written, and only those of the result are read. The rest, and
// the scratch, hold a pattern, with margins around that must keep it. With -DUNDEFINED there is neither: memory is exactly
// as large as the ABI asks for and not initialised, so that a tool that watches memory sees each use of it.
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

// Alignment of every block, and bytes in front of and behind the data.
#define ALIGN 64
#ifdef UNDEFINED
#define MARGIN 0
#else
#define MARGIN 64
#endif
#define FILL 0xa5

typedef int64_t entry(const uint8_t *const *inputs, uint8_t *const *outputs, void *temp, void *events, void *context,
                      void *runtime, int64_t continuation);

struct function {
  entry *xls;
  void (*direct)(uint8_t *const *inputs, uint8_t *output);  // null if there is none
  size_t temp;
  const struct site *sites;
  size_t site_count;
  int has_optional_events;
};

// An event site: the size of its operands, and which of their bytes the ABI defines.
struct site {
  size_t size;
  const uint8_t *defined;
};

extern const struct function functions[];
extern const size_t function_count;

enum { READY = 1, XLS = 2, DIRECT = 3, EVENT = 4, FAULT = 5, DONE = 6, QUIET = 7 };

static uint32_t call_number;

static void fail(const char *what) {
  fprintf(stderr, "caller_program: %s\n", what);
  exit(2);
}

static void write_all(const void *bytes, size_t size) {
  for (const char *next = bytes; size > 0;) {
    ssize_t written = write(STDOUT_FILENO, next, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) fail("cannot write the report");
    next += written;
    size -= (size_t)written;
  }
}

static void send(uint8_t kind, const void *bytes, size_t size) {
  uint8_t head[9] = {kind};
  uint32_t length = (uint32_t)size;
  if (length != size) fail("a result is too large to be reported");
  memcpy(head + 1, &call_number, 4);
  memcpy(head + 5, &length, 4);
  write_all(head, sizeof head);
  write_all(bytes, size);
}

static void send_text(uint8_t kind, const char *text) { send(kind, text, strlen(text)); }

// Memory for compiled code to read and write.
struct block {
  uint8_t *memory, *data;
  size_t size;
};

static struct block block_of(size_t size) {
  struct block block = {.size = size};
  void *memory;
  if (posix_memalign(&memory, ALIGN, size + 2 * MARGIN)) fail("out of memory");
  block.memory = memory;
  block.data = block.memory + MARGIN;
#ifndef UNDEFINED
  memset(memory, FILL, size + 2 * MARGIN);
#endif
  return block;
}

static int margins_are_damaged(const struct block *block) {
  for (size_t i = 0; i < MARGIN; i++)
    if (block->memory[i] != FILL || block->data[block->size + i] != FILL) return 1;
  return 0;
}

// What is known of a value: its bytes, and which of them the ABI defines.
struct value {
  size_t size;
  const uint8_t *bytes, *defined;
};

static struct block block_with(const struct value *value) {
  struct block block = block_of(value->size);
  for (size_t i = 0; i < value->size; i++)
    if (value->defined[i]) block.data[i] = value->bytes[i];
  return block;
}

static int was_changed(const struct block *block, const struct value *value) {
  for (size_t i = 0; i < value->size; i++)
    if (value->defined[i] && block->data[i] != value->bytes[i]) return 1;
  return 0;
}

// Bytes that are not defined are reported as zeros. Bytes that should be but are not are written as they are, which a
// tool that watches memory reports.
static void send_result(uint8_t kind, const struct block *block, const struct value *value) {
  uint8_t *bytes = calloc(value->size + 1, 1);
  if (!bytes) fail("out of memory");
  for (size_t i = 0; i < value->size; i++)
    if (value->defined[i]) bytes[i] = block->data[i];
  send(kind, bytes, value->size);
  free(bytes);
}

// The events of a call and the context that its callbacks get: the ABI's table, and our own data behind it.
struct context {
  void *table[CALLBACKS];
  int64_t blocks;
};

// An event: the number of its site, and as many bytes of operands as that has.
struct event {
  uint32_t site;
  size_t size;
  uint8_t *operands;
};

// The ABI's head first.
struct events {
  uint32_t wanted;
  const struct function *function;
  struct event *events;
  size_t count;
  int lacks_operands;
};

// Bytes of operands that are not defined are reported as zeros; see `send_result`.
static void record_event(void *context, void *sink, uint32_t site, const uint8_t *operands) {
  (void)context;
  struct events *events = sink;
  struct event event = {.site = site};
  if (site < events->function->site_count) {
    const struct site *known = &events->function->sites[site];
    event.size = known->size;
    event.operands = calloc(event.size + 1, 1);
    if (!event.operands) fail("out of memory");
    if (!operands && event.size) events->lacks_operands = 1;
    for (size_t i = 0; operands && i < event.size; i++)
      if (known->defined[i]) event.operands[i] = operands[i];
  }
  events->events = realloc(events->events, (events->count + 1) * sizeof *events->events);
  if (!events->events) fail("out of memory");
  events->events[events->count++] = event;
}

static void record_assertion(void *context, const char *message, void *sink) {
  record_event(context, sink, (uint32_t)strtoul(message, NULL, 10), NULL);
}

static void send_event(const struct event *event) {
  uint8_t *bytes = malloc(4 + event->size);
  if (!bytes) fail("out of memory");
  memcpy(bytes, &event->site, 4);
  if (event->size) memcpy(bytes + 4, event->operands, event->size);
  send(EVENT, bytes, 4 + event->size);
  free(bytes);
}

static void *allocate(struct context *context, int64_t size, int64_t alignment) {
  if (size <= 0 || alignment <= 0 || (alignment & (alignment - 1))) return NULL;
  void *block;
  if (posix_memalign(&block, alignment < 16 ? 16 : (size_t)alignment, (size_t)size)) fail("out of memory");
  context->blocks++;
  return block;
}

static void deallocate(struct context *context, void *block) {
  if (!block) return;
  context->blocks--;
  free(block);
}

#define UNSUPPORTED(index) \
  static void unsupported_##index(void) { _exit(UNSUPPORTED_CALLBACK + index); }
UNSUPPORTED(0)
UNSUPPORTED(1)
UNSUPPORTED(2)
UNSUPPORTED(3)
UNSUPPORTED(4)
UNSUPPORTED(5)
UNSUPPORTED(6)
UNSUPPORTED(7)
UNSUPPORTED(8)
UNSUPPORTED(9)
UNSUPPORTED(10)
UNSUPPORTED(11)
UNSUPPORTED(12)

static const struct context fresh_context = {
    .table = {unsupported_0, unsupported_1, unsupported_2, unsupported_3, unsupported_4, unsupported_5, unsupported_6,
              unsupported_7, unsupported_8, unsupported_9, unsupported_10, unsupported_11, unsupported_12},
};

struct call {
  const struct function *function;
  size_t count;
  struct value *arguments;
  struct value result;  // without bytes
};

// `kind` is XLS, DIRECT, or QUIET: as XLS, but traces and covers are not wanted.
static void make(const struct call *call, uint8_t kind) {
  struct block *inputs = calloc(call->count + 1, sizeof *inputs);
  uint8_t **addresses = calloc(call->count + 1, sizeof *addresses);
  if (!inputs || !addresses) fail("out of memory");
  for (size_t i = 0; i < call->count; i++) {
    inputs[i] = block_with(&call->arguments[i]);
    addresses[i] = inputs[i].data;
  }
  struct block output = block_of(call->result.size);
  struct block temp = block_of(call->function->temp);
  struct events events = {.wanted = kind == QUIET ? ~(uint32_t)OPTIONAL_EVENTS : UINT32_MAX, .function = call->function};
  struct context context = fresh_context;
  context.table[RECORD_ASSERTION] = record_assertion;
  context.table[ALLOCATE] = allocate;
  context.table[DEALLOCATE] = deallocate;
  context.table[RECORD_EVENT] = record_event;
  int64_t status = 0;
  if (kind == DIRECT) {
    call->function->direct(addresses, output.data);
  } else {
    uint8_t *outputs[] = {output.data};
    status = call->function->xls((const uint8_t *const *)addresses, outputs, temp.data, &events, &context, NULL, 0);
  }
  send_result(kind, &output, &call->result);
  for (size_t i = 0; i < events.count; i++) {
    send_event(&events.events[i]);
    free(events.events[i].operands);
  }
  free(events.events);
  if (events.lacks_operands) send_text(FAULT, "an event without its operands");
  if (status != 0) {
    char text[64];
    snprintf(text, sizeof text, "the entry point returned %lld", (long long)status);
    send_text(FAULT, text);
  }
  if (context.blocks != 0) {
    char text[64];
    snprintf(text, sizeof text, "%lld blocks were not given back", (long long)context.blocks);
    send_text(FAULT, text);
  }
  int changed = 0, damaged = margins_are_damaged(&output) | margins_are_damaged(&temp);
  for (size_t i = 0; i < call->count; i++) {
    changed |= was_changed(&inputs[i], &call->arguments[i]);
    damaged |= margins_are_damaged(&inputs[i]);
    free(inputs[i].memory);
  }
  if (changed) send_text(FAULT, "an input was changed");
  if (damaged) send_text(FAULT, "memory beside an input, the output or the scratch was changed");
  free(output.memory);
  free(temp.memory);
  free(inputs);
  free(addresses);
}

// The file of calls.
static const uint8_t *next_byte, *end;

static const uint8_t *take(uint64_t size) {
  if ((uint64_t)(end - next_byte) < size) fail("the file of calls ends too early");
  const uint8_t *taken = next_byte;
  next_byte += size;
  return taken;
}

static uint64_t take_number(void) {
  uint64_t number;
  memcpy(&number, take(sizeof number), sizeof number);
  return number;
}

static void read_calls(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file || fseek(file, 0, SEEK_END)) fail("cannot read the file of calls");
  long size = ftell(file);
  uint8_t *bytes = size < 0 ? NULL : malloc((size_t)size + 1);
  if (!bytes || fseek(file, 0, SEEK_SET) || fread(bytes, 1, (size_t)size, file) != (size_t)size)
    fail("cannot read the file of calls");
  fclose(file);
  next_byte = bytes;
  end = bytes + size;
}

int main(int argc, char **argv) {
  if (argc != 3) fail("usage: PROGRAM CALLS FIRST");
  read_calls(argv[1]);
  unsigned long first = strtoul(argv[2], NULL, 10);
  // Compiled code keeps large values elsewhere: what needs more stack than a thread usually has ends here.
  struct rlimit stack = {STACK_SIZE, STACK_SIZE};
  struct rlimit core = {0, 0};
  setrlimit(RLIMIT_STACK, &stack);
  setrlimit(RLIMIT_CORE, &core);
  for (unsigned long number = 0; next_byte < end; number++) {
    uint64_t function = take_number();
    if (function >= function_count) fail("a call of a function that does not exist");
    struct call call = {.function = &functions[function], .count = take_number()};
    call.arguments = calloc(call.count + 1, sizeof *call.arguments);
    if (!call.arguments) fail("out of memory");
    for (size_t i = 0; i < call.count; i++) {
      struct value *argument = &call.arguments[i];
      argument->size = take_number();
      argument->bytes = take(argument->size);
      argument->defined = take(argument->size);
    }
    call.result.size = take_number();
    call.result.defined = take(call.result.size);
    if (number >= first) {
      call_number = (uint32_t)(number - first);
      alarm(CALL_SECONDS);
      if (number == first) send(READY, "", 0);
      make(&call, XLS);
      if (call.function->direct) make(&call, DIRECT);
      if (call.function->has_optional_events) make(&call, QUIET);
      send(DONE, "", 0);
    }
    free(call.arguments);
  }
  return 0;
}
